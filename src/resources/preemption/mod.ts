/**
 * Preemption: leases that are taken back for somebody of a higher priority.
 *
 * @module
 */

export { PreemptedError, type PreemptionFacts } from "./preempted_error.ts";
export type { PreemptionOptions } from "./preemption_options.ts";
export type { PreemptionPlan, PreemptionVictim } from "./preemption_plan.ts";
