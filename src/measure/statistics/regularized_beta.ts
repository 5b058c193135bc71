/**
 * The regularized incomplete beta function, on which the distributions of Student's t and of order statistics rest.
 *
 * @module
 */

/**
 * I_x(a, b): the probability that a beta-distributed value is at most `x`. Correct to about 12 digits for `a` and `b` up to
 * some thousands.
 *
 * By the continued fraction of the NIST Digital Library of Mathematical Functions, 8.17.22, evaluated with the method of
 * W. J. Lentz (Applied Optics 15, 1976) as modified by I. Thompson and A. Barnett; where it converges slowly, by the symmetry
 * I_x(a, b) = 1 - I_{1-x}(b, a).
 *
 * @param x From 0 to 1.
 * @param a Above 0.
 * @param b Above 0.
 */
export function regularizedBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  return x <= (a + 1) / (a + b + 2) ? byFraction(x, a, b) : 1 - byFraction(1 - x, b, a);
}

const MAX_TERMS = 10_000;
const PRECISION = 1e-15;
const TINY = 1e-300; // stands in for a denominator of 0

function byFraction(x: number, a: number, b: number): number {
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let numerator = 1;
  let denominator = 1 / nonzero(1 - (a + b) * x / (a + 1));
  let fraction = denominator;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    denominator = 1 / nonzero(1 + even * denominator);
    numerator = nonzero(1 + even / numerator);
    fraction *= denominator * numerator;
    denominator = 1 / nonzero(1 + odd * denominator);
    numerator = nonzero(1 + odd / numerator);
    const factor = denominator * numerator;
    fraction *= factor;
    if (Math.abs(factor - 1) < PRECISION) break;
  }
  return front * fraction;
}

function nonzero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}

/** Coefficients of C. Lanczos (SIAM Journal on Numerical Analysis 1, 1964) for g = 7 and nine terms, as P. Godfrey computed them. */
const LANCZOS_CONSTANT = 0.99999999999980993;
const LANCZOS = [
  676.5203681218851,
  -1259.1392167224028,
  771.32342877765313,
  -176.61502916214059,
  12.507343278686905,
  -0.13857109526572012,
  9.9843695780195716e-6,
  1.5056327351493116e-7,
];

/** ln Γ of the multiples of 1/2 by their double: Student's t has no others, and is asked for again and again. */
const OF_HALVES: number[] = [];
const MOST_HALVES = 1_024;

/** ln Γ(x) for x of at least 1/2: halves are the smallest that occur here. */
export function logGamma(x: number): number {
  const halves = 2 * x;
  if (halves > MOST_HALVES || !Number.isInteger(halves)) return lanczos(x);
  return OF_HALVES[halves] ??= lanczos(x);
}

function lanczos(x: number): number {
  let series = LANCZOS_CONSTANT;
  for (let i = 0; i < LANCZOS.length; i++) series += LANCZOS[i]! / (x + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(series);
}
