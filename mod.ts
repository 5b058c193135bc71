/**
 * Workflow agents: states that depend on each other or route to each other, run against declared resources.
 *
 * @module
 */

export { PuffinError } from "./src/errors.ts";
export * from "./src/agent/mod.ts";
export * from "./src/reliability/mod.ts";
export * from "./src/resources/mod.ts";
export * from "./src/coordination/mod.ts";
export * from "./src/observability/mod.ts";
