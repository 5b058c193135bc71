/**
 * Suites of the engine's own: one to calibrate comparisons with, one to tell the host's drift by.
 *
 * @module
 */

export { calibrationSuite } from "./calibration.ts";
export { referenceSuite } from "./references.ts";
