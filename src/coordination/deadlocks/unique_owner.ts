/**
 * Names that no two tasks share.
 *
 * @module
 */

import { requireOwner } from "../turn_options.ts";

/** In every name made here, in this isolate, and in no other: a name from elsewhere may be anybody's. */
const MARK = `#${crypto.randomUUID().slice(0, 8)}.`;

let made = 0;

/**
 * A name for one task, which is nobody else's: `transfer#1b9d6bcd.7`.
 *
 * It says more than that the name is unique. Whoever asks for something in that name awaits it before it does anything else: it is
 * one line of work, and while it waits it does nothing. Branches that run at once, as under `Promise.all`, need a name each. So
 * whoever looks for deadlocks knows that what is held in that name is kept as long as the name waits; of a plain string, which several
 * tasks may use, nobody knows that. A few hundred nanoseconds; nothing is kept of it.
 *
 * @param name What people call the task; a string that is not empty.
 * @throws {TypeError} If it is not a string, or empty.
 *
 * @example
 * ```ts
 * import { assert, assertNotEquals } from "@std/assert";
 * import { Mutex } from "../mutex.ts";
 * import { uniqueOwner } from "./unique_owner.ts";
 *
 * const from = new Mutex(), to = new Mutex();
 * async function transfer(): Promise<string> {
 *   const owner = uniqueOwner("transfer");
 *   using _from = await from.acquire({ owner });
 *   using _to = await to.acquire({ owner });
 *   return owner;
 * }
 * const [one, other] = await Promise.all([transfer(), transfer()]);
 * assert(one.startsWith("transfer#"));
 * assertNotEquals(one, other);
 * ```
 */
export function uniqueOwner(name: string): string {
  requireOwner(name);
  return `${name}${MARK}${++made}`;
}

/** Whether a name is of one task, as far as it was made by {@linkcode uniqueOwner} in this isolate. */
export function isUniqueOwner(owner: string): boolean {
  return owner.includes(MARK);
}
