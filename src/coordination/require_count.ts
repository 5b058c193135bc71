/**
 * Counts, checked where they come in.
 *
 * @module
 */

/** The counts that make sense. */
export interface CountRange {
  /** The least. */
  readonly min: number;
  /** The most. */
  readonly max: number;
}

/**
 * Checks that a count is an integer within a range.
 *
 * @param what What cannot be done if it is not, up to the count: `"make a barrier with parties"`.
 * @param advice What to do then.
 * @throws {RangeError} If it is not an integer, or out of range; what is not a number is neither.
 */
export function requireCount(what: string, count: number, { min, max, advice }: CountRange & { advice: string }): void {
  if (!(Number.isInteger(count) && count >= min && count <= max)) {
    throw new RangeError(
      `Cannot ${what} ${typeof count === "string" ? `"${count}"` : String(count)}: ` +
        `expected an integer from ${min} to ${max}; ${advice}`,
    );
  }
}
