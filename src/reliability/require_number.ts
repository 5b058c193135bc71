/**
 * Checks of numbers that users give to policies.
 *
 * @module
 */

/** What a number must be. */
export type NumberKind = "count" | "index" | "ratio" | "duration" | "delay" | "factor";

const KINDS: Readonly<Record<NumberKind, { readonly wanted: string; readonly holds: (value: number) => boolean }>> = {
  count: { wanted: "an integer of at least 1", holds: (value) => Number.isSafeInteger(value) && value >= 1 },
  index: { wanted: "an integer of at least 0", holds: (value) => Number.isSafeInteger(value) && value >= 0 },
  ratio: { wanted: "a number above 0, at most 1", holds: (value) => value > 0 && value <= 1 },
  duration: { wanted: "milliseconds above 0", holds: (value) => value > 0 && value <= Number.MAX_SAFE_INTEGER },
  delay: { wanted: "milliseconds of at least 0", holds: (value) => value >= 0 && value <= Number.MAX_SAFE_INTEGER },
  factor: { wanted: "a number of at least 1", holds: (value) => value >= 1 && value < Infinity },
};

/**
 * Answers `value` if it is what it must be.
 *
 * @param name What it is called in the error, as in `hedge.delayMs`.
 * @throws {RangeError} If it is not.
 */
export function requireNumber(name: string, value: number, kind: NumberKind): number {
  const { wanted, holds } = KINDS[kind];
  if (typeof value === "number" && holds(value)) return value;
  throw new RangeError(
    `Cannot use ${name}: wanted ${wanted}, found ${typeof value === "string" ? `"${value}"` : value}`,
  );
}
