/**
 * Counts, checked where they come in.
 *
 * @module
 */

import { foundValue } from "./found_value.ts";

/** The counts that make sense. */
export interface CountRange {
  /** The least. */
  readonly min: number;
  /** The most. */
  readonly max: number;
  /** What to do about one that makes none, for the error. Default `"pass a number in that range"`. */
  readonly advice?: string;
}

/**
 * Checks that a count is an integer within a range.
 *
 * @param what What cannot be done if it is not, up to the count: `"make a barrier with parties"`.
 * @throws {RangeError} If it is not an integer, or out of range; what is not a number is neither.
 */
export function requireCount(
  what: string,
  count: number,
  { min, max, advice = "pass a number in that range" }: CountRange,
): void {
  if (!(Number.isInteger(count) && count >= min && count <= max)) {
    throw new RangeError(
      `Cannot ${what} ${foundValue(count)}: ` +
        `expected an integer from ${min} to ${max}; ${advice}`,
    );
  }
}
