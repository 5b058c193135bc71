/**
 * Runs the tests on Node.js, one after the other in one process: `node --expose-gc run_tests.js FILE…`.
 *
 * @module
 */

import fc from "fast-check";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { NotOnNodeError, registered, type Step } from "./test_deno.ts";

// What holds for any script, Deno has tried with more of them; here it is the runtime that is tried.
fc.configureGlobal({ numRuns: 25 });

/** Errors that nobody caught while a test ran, and nobody who listens for them took. */
const uncaught: unknown[] = [];
const events = new EventTarget();

/** Node.js has no events for them, as the web has. */
function tell(type: "error" | "unhandledrejection", fields: object, error: unknown): void {
  if (events.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), fields))) uncaught.push(error);
}

function stepOf(name: string): Step {
  return {
    name,
    async step(name, fn) {
      await fn(stepOf(name));
      return true;
    },
  };
}

/** Why a test is skipped, if that is what an error says. */
function skipReason(error: unknown): string | undefined {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof NotOnNodeError) return cause.message;
  }
  return undefined;
}

process.on("uncaughtException", (error) => tell("error", { error, message: error.message }, error));
process.on("unhandledRejection", (reason) => tell("unhandledrejection", { reason }, reason));
Object.assign(globalThis, {
  addEventListener: events.addEventListener.bind(events),
  removeEventListener: events.removeEventListener.bind(events),
});

// Assertions and tests compare sets; the package must do without.
const comparisons = {
  intersection(this: Set<unknown>, other: Set<unknown>) {
    return new Set([...this].filter((item) => other.has(item)));
  },
  symmetricDifference(this: Set<unknown>, other: Set<unknown>) {
    return new Set([...[...this].filter((item) => !other.has(item)), ...[...other].filter((item) => !this.has(item))]);
  },
};
for (const [name, value] of Object.entries(comparisons)) {
  if (!(name in Set.prototype)) Object.defineProperty(Set.prototype, name, { value });
}

let running: string | undefined = "the first test";
process.on("exit", () => {
  if (running === undefined) return;
  console.log(
    `FAILED: the process ended with "${running}": it waits for something that cannot come any more, or has ended it`,
  );
  process.exitCode = 1;
});

let passed = 0, failed = 0;
const skipped = new Map<string, number>();
function skip(reason: string): void {
  skipped.set(reason, (skipped.get(reason) ?? 0) + 1);
}

function judge(error: unknown): void {
  const reason = skipReason(error);
  if (reason !== undefined) skip(reason);
  else if (error === undefined) passed++;
  else {
    failed++;
    console.log(`FAILED: ${running}`, error);
  }
}

/** Clocks of their own, whatever tests put in their place. */
const { setTimeout, clearTimeout } = globalThis;
/** How long a test may take, which may also wait for what does not keep a process alive, such as Node.js' `AbortSignal.timeout`. */
const WAIT_MS = 120_000;

/** Runs something; gives what it throws, or what nobody caught meanwhile. */
async function errorOf(fn: () => unknown): Promise<unknown> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const overdue = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it has not ended within ${WAIT_MS} ms`)), WAIT_MS);
  });
  try {
    await Promise.race([fn(), overdue]);
    return uncaught[0];
  } catch (error) {
    return error;
  } finally {
    clearTimeout(timer);
    uncaught.length = 0;
  }
}

for (const file of process.argv.slice(2)) {
  const first = registered.length;
  running = file;
  const error = await errorOf(() => import(pathToFileURL(file).href));
  if (error !== undefined) judge(error);
  for (const { name, ignore, fn } of registered.slice(first)) {
    running = `${file}: ${name}`;
    if (ignore) skip("it is not for this system");
    else judge(await errorOf(() => fn(stepOf(name))));
  }
}
running = undefined;

for (const [reason, count] of skipped) console.log(`${count} skipped: ${reason}`);
const skips = [...skipped.values()].reduce((sum, count) => sum + count, 0);
console.log(`Node.js ${process.versions.node}: ${passed} passed, ${failed} failed, ${skips} skipped`);
process.exit(failed === 0 ? 0 : 1); // what a test may have left behind would keep the process alive
