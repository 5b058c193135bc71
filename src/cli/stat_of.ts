/**
 * What a path that a user named is.
 *
 * @module
 */

import { systemReason } from "../measure/system_reason.ts";
import { quote, UsageError } from "./usage_error.ts";

/**
 * What is at the path; null if nothing is.
 *
 * @throws {UsageError} If that cannot be told: it says why.
 */
export async function statOf(path: string): Promise<Deno.FileInfo | null> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) return null;
    throw new UsageError(`Cannot look at ${quote(path)}: ${systemReason(error)}`, { cause: error });
  }
}
