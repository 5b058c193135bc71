/**
 * Two programs compared by measuring them in turn: joins the measuring of pairs of processes and the decision on them.
 *
 * @module
 */

export { decideDuet, duet } from "./duet.ts";
export { DUET_DEFAULTS } from "./defaults.ts";
export type { DuetEvent, DuetListener } from "./events.ts";
export type { DuetOptions, DuetSide } from "./options.ts";
export { QUICK_ROUNDS, QUICK_TIME } from "./quick.ts";
export {
  DUET_ROUNDS,
  DUET_SETTINGS,
  type DuetProgram,
  measurePair,
  type PairMeasurement,
  type PairOptions,
  type PairResult,
  type PairSample,
  type Side,
} from "../measure/duet/mod.ts";
