/**
 * What is known of hosts before the first result is read.
 *
 * @module
 */

import type { Variance } from "./spread.ts";

/**
 * How far a run moves a benchmark against the references, as a variance of logarithms: 2 %, known as from five references. On
 * shared virtual machines the residuals of 25 benchmarks between two runs of one hour had standard deviations of 1.9 to 3.4 %,
 * which is 1.3 to 2.4 % for one run. It is what references are moderated with: seven degrees of freedom are few.
 */
export const OWN_DRIFT: Variance = { value: 0.02 ** 2, degreesOfFreedom: 4 };

/**
 * How far a run moves all benchmarks at once: 10 %. The medians of the shifts between two runs of one hour, on the same machines,
 * were 1 to 17 %, with a root mean square of 9 %, which is 7 % for one run; hours further apart differ more. Without references
 * nothing tells how far it was this time, and a change of a tenth or a quarter cannot be told from it.
 */
export const HOST_DRIFT: Variance = { value: 0.1 ** 2, degreesOfFreedom: 8 };
