/**
 * The measuring engine: definition, plan, samples, statistics, result document.
 *
 * @module
 */

export * from "./definition.ts";
export * from "./document.ts";
export * from "./events.ts";
