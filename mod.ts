/**
 * PuffinFlow: workflow agents that are scheduled against declared resources.
 *
 * @module
 */

export { PuffinError } from "./src/errors.ts";
export * from "./src/coordination/mod.ts";
export * from "./src/observability/mod.ts";
export * from "./src/resources/mod.ts";
