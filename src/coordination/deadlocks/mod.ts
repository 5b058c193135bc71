/**
 * Finds owners that wait for each other in a circle.
 *
 * @module
 */

export type { Share } from "./contested.ts";
export {
  type ContestedShare,
  type DeadlockedOwner,
  DeadlockError,
  type DeadlockReport,
  describeCircle,
} from "./deadlock.ts";
export { type DeadlockDetector, type DeadlockOptions, detectDeadlocks } from "./detector.ts";
export { uniqueOwner } from "./unique_owner.ts";
