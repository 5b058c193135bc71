/**
 * Leases that nobody is going to give back: found, reported, and taken back if wanted.
 *
 * @module
 */

export type { LeakOptions } from "./leak_options.ts";
export type { LeakReason, LeakReport } from "./leak_report.ts";
export { LeaseLeakedError } from "./lease_leaked_error.ts";
