/**
 * Registries, checked where they come in.
 *
 * @module
 */

import { foundValue } from "../../coordination/found_value.ts";
import { Registry } from "./registry.ts";

/**
 * Checks that something is a registry of this library.
 *
 * @param what What cannot be done if it is not: `"serve metrics"`.
 * @throws {TypeError} If it is none.
 */
export function requireRegistry(what: string, registry: unknown): asserts registry is Registry {
  if (registry instanceof Registry) return;
  throw new TypeError(`Cannot ${what} of ${foundValue(registry)}: expected a Registry; pass one`);
}
