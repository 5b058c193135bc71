/**
 * What can be seen of a program from outside.
 *
 * @module
 */

export * from "./alerts/mod.ts";
export * from "./dashboard/mod.ts";
export * from "./environment/mod.ts";
export * from "./events/mod.ts";
export * from "./metrics/mod.ts";
export * from "./observe/mod.ts";
export * from "./tracing/mod.ts";
