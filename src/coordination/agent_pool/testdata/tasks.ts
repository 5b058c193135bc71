/**
 * What Workers run in tests.
 *
 * @module
 */

import { Agent } from "../../../agent/mod.ts";
import { transferred } from "../serve_tasks.ts";

/** Doubles a number. */
export function double(n: number): number {
  return n * 2;
}

/** Throws what the caller asked for. */
export function fail(message: string): never {
  throw new TypeError(message);
}

/** Throws what is no error and has no text. */
export function failOddly(): never {
  throw Object.create(null);
}

/** Counts its calls in shared memory, and breaks its Worker in the first `crashes` of them. */
export async function crash(
  { calls, crashes }: { readonly calls: Int32Array; readonly crashes: number },
): Promise<number> {
  const call = Atomics.add(calls, 0, 1) + 1;
  if (call > crashes) return call;
  queueMicrotask(() => {
    throw new Error(`planted in call ${call}`);
  });
  return await new Promise<never>(() => {});
}

/** Counts its calls in shared memory, and ends its Worker in the first of them. */
export async function endItself(
  { calls, by }: { readonly calls: Int32Array; readonly by: "close" | "exit" },
): Promise<number> {
  const call = Atomics.add(calls, 0, 1) + 1;
  if (call > 1) return call;
  if (by === "exit") Deno.exit(7);
  close();
  return await new Promise<never>(() => {});
}

/** Answers, and then breaks its Worker. */
export function breakLater(n: number): number {
  setTimeout(() => {
    throw new Error("planted after the answer");
  }, 0);
  return n;
}

/** Ends when it is aborted, and says so in shared memory; or never ends. */
export function wait(
  { seen, isDeaf }: { readonly seen: Int32Array; readonly isDeaf: boolean },
  signal: AbortSignal,
): Promise<string> {
  Atomics.store(seen, 0, 1);
  Atomics.notify(seen, 0);
  return new Promise((resolve) => {
    if (!isDeaf) signal.addEventListener("abort", () => resolve("stopped"), { once: true });
  });
}

/** Adds one to each byte and moves the buffer back. */
export function increment(bytes: Uint8Array<ArrayBuffer>): unknown {
  return transferred(bytes.map((byte) => byte + 1), [bytes.buffer]);
}

/** An agent, run by its name. */
export const doubler = new Agent<{ n: number }, { doubled: number }>("doubler").state("double", (ctx) => {
  if (ctx.get("n") < 0) throw new RangeError("planted in an agent");
  ctx.output("doubled", ctx.get("n") * 2);
});

/** Neither a function nor an agent. */
export const nothing = 7;

/** What is at which place of the memory that {@linkcode endLater} is given; behind it, how often each task has ended. */
export const BEGUN = 0, MAY_END = 1, FIRST_END = 2;

/** Says that it has begun, and ends once it may; every fifth never, if asked to. */
export async function endLater(
  { n, memory, hasEndless }: { readonly n: number; readonly memory: Int32Array; readonly hasEndless: boolean },
): Promise<number> {
  Atomics.add(memory, BEGUN, 1);
  Atomics.notify(memory, BEGUN);
  await Atomics.waitAsync(memory, MAY_END, 0).value;
  if (hasEndless && n % 5 === 0) await new Promise<never>(() => {});
  Atomics.add(memory, FIRST_END + n, 1);
  return n;
}
