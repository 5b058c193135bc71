/**
 * What goes wrong where no caller can be told.
 *
 * @module
 */

import type { FactoryOperation } from "./errors.ts";
import { isThenable } from "../../thenable.ts";
import type { PoolSettings } from "./options.ts";

/** Tells the pool's hook, if it has one; a hook that fails must not lose an object. */
export function reportFault<T>(settings: PoolSettings<T>, operation: FactoryOperation, error: unknown): void {
  const { onError, name } = settings;
  if (onError === undefined) return;
  try {
    const returned = onError({ pool: name, operation, error });
    if (isThenable(returned)) Promise.resolve(returned).catch(() => {});
  } catch { // ignored, as the option says
  }
}
