/**
 * A live view of runs, metrics and alerts, for a person.
 *
 * @module
 */

export type { DashboardPlan } from "./agent_graph.ts";
export { AddressInUseError, Dashboard, type DashboardOptions, serveDashboard } from "./serve_dashboard.ts";
