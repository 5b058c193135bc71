/**
 * Functions of callers', checked where they come in.
 *
 * @module
 */

import { foundValue } from "./found_value.ts";

/**
 * Checks that something can be called.
 *
 * @param what What cannot be done if it cannot: `"execute"`.
 * @param advice What to do instead. Default `"pass the one to call"`.
 * @throws {TypeError} If it is no function.
 */
export function requireFunction(what: string, fn: unknown, advice = "pass the one to call"): void {
  if (typeof fn === "function") return;
  throw new TypeError(`Cannot ${what} ${foundValue(fn)}: expected a function; ${advice}`);
}
