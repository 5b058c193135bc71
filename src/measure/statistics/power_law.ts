/** Growth of the time with a parameter. @module */

/** One measured point: the parameter's value and the time, both above 0. */
export interface PowerLawPoint {
  /** The parameter. */
  readonly value: number;
  /** The time at this value, in nanoseconds. */
  readonly p25: number;
}

/** The fitted law `time = coefficient * value ^ exponent`. */
export interface PowerLaw {
  /** Time at the value 1. */
  readonly coefficient: number;
  /** 0 constant, 1 linear, 2 quadratic. */
  readonly exponent: number;
  /** Coefficient of determination on log scales; 1 if all times are equal, for then a constant explains them wholly. */
  readonly rSquared: number;
}

/**
 * Fits a power law by least squares on the logarithms.
 *
 * @param points Points whose value or time is not above 0 have no logarithm and are left out.
 * @returns null if fewer than two different values are left.
 */
export function fitPowerLaw(points: readonly PowerLawPoint[]): PowerLaw | null {
  const logs = points.filter(({ value, p25 }) => value > 0 && p25 > 0)
    .map(({ value, p25 }) => ({ x: Math.log(value), y: Math.log(p25) }));
  const meanX = logs.reduce((sum, { x }) => sum + x, 0) / logs.length;
  const meanY = logs.reduce((sum, { y }) => sum + y, 0) / logs.length;
  let xx = 0, xy = 0, yy = 0;
  for (const { x, y } of logs) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
    yy += (y - meanY) ** 2;
  }
  if (!(xx > 0)) return null;
  const exponent = xy / xx;
  return { coefficient: Math.exp(meanY - exponent * meanX), exponent, rSquared: yy === 0 ? 1 : exponent * xy / yy };
}
