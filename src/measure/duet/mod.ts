/**
 * Two programs, measured in turn, sample by sample: what disturbs one disturbs the other.
 *
 * @module
 */

export type { SideFailure } from "./conductor.ts";
export { DuetError, type Side } from "./duet_error.ts";
export { type DuetProgram, nameOf } from "./duet_process.ts";
export { measurePair, type PairOptions, type PairResult, type SideFacts } from "./pair.ts";
export type { PairMeasurement, PairSample } from "./paired_samples.ts";
export type { OfferedBenchmark } from "../code.ts";
export type { BenchmarkModule } from "./protocol.ts";
export { DUET_ROUNDS, DUET_SETTINGS, type DuetRounds } from "./settings.ts";
