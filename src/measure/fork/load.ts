/**
 * A process that does nothing but keep a processor busy, so that a self-test can see what load does to a comparison.
 *
 * @module
 */

import { aToken } from "../message_line.ts";
import { createRandom } from "../random.ts";
import { type Check, objectOf, oneOf, whole } from "../value_checks.ts";
import { endWithParent } from "./parent_watch.ts";

/** `busy`: without a pause. `on_off`: bursts and pauses of 0.1 to 1 s each, at random. */
export type LoadKind = "busy" | "on_off";

/** What a process is asked for that is to be a load. */
export interface LoadRequest {
  /** Always `load`. */
  readonly task: "load";
  /** Starts its only message. */
  readonly token: string;
  /** How to keep a processor busy. */
  readonly kind: LoadKind;
  /** Seed of the bursts and pauses. */
  readonly seed: number;
}

const checkRequest: Check = objectOf({
  task: oneOf(["load"]),
  token: aToken,
  kind: oneOf(["busy", "on_off"]),
  seed: whole(0, 0xffff_ffff),
});

/** Writes a request as the line that a process reads. */
export function encodeLoadRequest(request: LoadRequest): string {
  return JSON.stringify(request) + "\n";
}

/** Reads the line that asks for a load; null if it asks for something else. */
export function readLoadRequest(line: string): LoadRequest | null {
  try {
    const value: unknown = JSON.parse(line);
    return isRequest(value) ? value : null;
  } catch {
    return null; // not JSON: whoever reads requests of other kinds will say so
  }
}

function isRequest(value: unknown): value is LoadRequest {
  return checkRequest(value) === null;
}

/** What a load writes when it has begun. */
export function loadHasBegun(token: string): string {
  return `${token}loading`;
}

/**
 * Keeps a processor busy until the process is killed; it ends itself when its parent is gone.
 *
 * @throws {Error} If it could not do that: a load that nobody ends is worse than none.
 */
export async function runLoad({ token, kind, seed }: LoadRequest, write: (text: string) => void): Promise<never> {
  if (!await endWithParent()) throw new Error("Cannot load this host: no thread can wait for the parent's end");
  write(`\n${loadHasBegun(token)}\n`);
  if (kind === "busy") burn(Infinity);
  const random = createRandom(seed);
  const spanMs = () => 100 + random.nextInt(901);
  for (;;) {
    burn(spanMs());
    await new Promise((resolve) => setTimeout(resolve, spanMs()));
  }
}

/** Arithmetic, for so long. */
function burn(durationMs: number): void {
  const end = performance.now() + durationMs;
  let x = 1;
  while (performance.now() < end) {
    for (let i = 0; i < 100_000; i++) x = Math.imul(x, 1_103_515_245) + 12_345 | 0;
    if (x === 0.5) throw new RangeError("a whole number was none"); // x is used, so that the loop is not left out
  }
}
