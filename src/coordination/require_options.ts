/**
 * Options, checked where they come in.
 *
 * @module
 */

import { foundValue } from "./found_value.ts";

/**
 * Checks that options are an object; what is in it is for others to check.
 *
 * @param what What cannot be done if they are not: `"make a mutex"`.
 * @param advice What to do instead. Default `"pass them by name"`.
 * @throws {TypeError} If they are none, or an array.
 */
export function requireOptions<Options extends object>(
  what: string,
  options: Options,
  advice = "pass them by name",
): Options {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return options;
  throw new TypeError(`Cannot ${what} with options ${foundValue(options)}: expected an object; ${advice}`);
}
