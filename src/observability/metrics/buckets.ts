/**
 * Bounds of a histogram's buckets.
 *
 * @module
 */

import { requireOptions } from "../../coordination/require_options.ts";
import { NAME_AND_HELP } from "./definition.ts";

/** The bounds that Prometheus' clients use for seconds: from 5 ms to 10 s. */
export const DEFAULT_SECONDS_BUCKETS: readonly number[] = Object.freeze(
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
);

const MOST_BOUNDS = 1_000;
/** So many bounds are looked through one by one sooner than they are halved. */
const FEW_BOUNDS = 16;

/**
 * `count` bounds at equal distances: `linearBuckets(10, 5, 3)` is 10, 15, 20.
 *
 * @throws {RangeError} If `width` is not above 0, or `count` is not an integer from 1 to 1,000, or a bound is not finite.
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (!(width > 0)) throw refusal(`linear buckets with width ${String(width)}`, "a number above 0");
  return requireBounds("make linear buckets", bounds(count, (at) => start + at * width));
}

/**
 * `count` bounds that grow by a factor: `exponentialBuckets(1, 2, 4)` is 1, 2, 4, 8.
 *
 * @throws {RangeError} If `start` is not above 0, `factor` not above 1, or `count` not an integer from 1 to 1,000, or a bound is not finite.
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (!(start > 0)) throw refusal(`exponential buckets from ${String(start)}`, "a number above 0");
  if (!(factor > 1)) throw refusal(`exponential buckets with factor ${String(factor)}`, "a number above 1");
  return requireBounds("make exponential buckets", bounds(count, (at) => start * factor ** at));
}

/**
 * Answers the bounds, if they are finite numbers that rise; `Infinity` at the end, which every histogram has, is left away.
 *
 * @param what What cannot be done if they are not.
 * @throws {RangeError} If they are not, or are no list.
 */
function requireBounds(what: string, given: readonly number[]): number[] {
  if (!Array.isArray(given)) throw refusal(`${what} with buckets ${String(given)}`, "a list of numbers", "");
  const all: number[] = [...given];
  if (all.at(-1) === Infinity) all.pop();
  if (all.length === 0 || all.length > MOST_BOUNDS) {
    throw refusal(`${what} with ${all.length} bounds`, `from 1 to ${MOST_BOUNDS} of them`, "");
  }
  for (const [at, bound] of all.entries()) {
    if (!Number.isFinite(bound)) throw refusal(`${what} with bound ${String(bound)}`, "a finite number", "");
    if (at > 0 && bound <= all[at - 1]!) {
      throw refusal(`${what} with bound ${bound} after ${all[at - 1]}`, "bounds that rise", "");
    }
  }
  return all;
}

/**
 * The bounds that a histogram is to have: its own, or those for seconds.
 *
 * @throws {RangeError} If its own do not rise.
 * @throws {TypeError} If it has none and another unit.
 */
export function boundsOf(
  options: { readonly name: string; readonly unit: string; readonly buckets?: readonly number[] },
): readonly number[] {
  const { name, unit, buckets } = requireOptions("register a histogram", options, NAME_AND_HELP);
  if (buckets !== undefined) return requireBounds(`register metric "${name}"`, buckets);
  if (unit === "seconds" || unit === undefined) return DEFAULT_SECONDS_BUCKETS; // without a unit it is no definition
  throw new TypeError(
    `Cannot register metric "${name}": the default buckets are seconds; give buckets in ${unit}`,
  );
}

/** The least that a histogram with these bounds observes. */
export function leastOf(bounds: readonly number[]): number {
  return bounds[0]! < 0 ? -Number.MAX_VALUE : 0;
}

/** The place of the first bound that is not below, one past the last if all are. Hot path. */
export function bucketOf(bounds: Float64Array, value: number): number {
  let at = 0, end = bounds.length;
  while (end - at > FEW_BOUNDS) {
    const middle = (at + end) >> 1;
    if (value > bounds[middle]!) at = middle + 1;
    else end = middle;
  }
  while (at < end && value > bounds[at]!) at++;
  return at;
}

function bounds(count: number, bound: (at: number) => number): number[] {
  if (!(Number.isInteger(count) && count >= 1 && count <= MOST_BOUNDS)) {
    throw refusal(`${String(count)} buckets`, `an integer from 1 to ${MOST_BOUNDS}`);
  }
  return Array.from({ length: count }, (_, at) => bound(at));
}

function refusal(what: string, wanted: string, verb = "make "): RangeError {
  return new RangeError(`Cannot ${verb}${what}: expected ${wanted}; correct the buckets`);
}
