/**
 * What can be seen of a program from outside.
 *
 * @module
 */

export * from "./events/mod.ts";
export * from "./metrics/mod.ts";
