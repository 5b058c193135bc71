/**
 * What can be seen of a program from outside.
 *
 * @module
 */

export * from "./metrics/mod.ts";
export * from "./tracing/mod.ts";
