/**
 * A number as a fraction of integers, so that multiples of it can be summed without error.
 *
 * @module
 */

/** The largest denominator: two numbers below it multiply to a safe integer. */
export const MAX_DENOMINATOR = 2 ** 26;

/** The largest numerator: divided by a denominator and rounded down, it is still exact. */
export const MAX_NUMERATOR = 2 ** 52;

/** A fraction in lowest terms. */
export interface Fraction {
  /** An integer in [1, {@linkcode MAX_NUMERATOR}]. */
  readonly numerator: number;
  /** An integer in [1, {@linkcode MAX_DENOMINATOR}]. */
  readonly denominator: number;
}

/**
 * The simplest fraction that is the same number to the last bit of a double, so that `1 / 60` gives back 1 and 60. For a number
 * that has none with such a denominator, the closest that its continued fraction offers: off by less than a part in 2^26.
 *
 * @param value In [1 / MAX_DENOMINATOR, MAX_NUMERATOR].
 */
export function toFraction(value: number): Fraction {
  // Continued fraction: each convergent h / k is the closest to the value of all with no larger denominator.
  let [h, previousH] = [Math.floor(value), 1], [k, previousK] = [1, 0];
  let rest = value - h;
  while (rest !== 0 && Math.abs(h / k - value) > value * Number.EPSILON / 2) {
    const inverse = 1 / rest, whole = Math.floor(inverse);
    const nextH = whole * h + previousH, nextK = whole * k + previousK;
    if (nextK > MAX_DENOMINATOR || nextH > MAX_NUMERATOR) break;
    [h, previousH, k, previousK] = [nextH, h, nextK, k];
    rest = inverse - whole;
  }
  return { numerator: h, denominator: k };
}
