/**
 * Where a runtime tells of errors that nobody catches.
 *
 * @module
 */

import process from "node:process";

/**
 * The global scope, if it has events, as in Deno. In Node.js the process tells instead: of it a target is made with the same two events,
 * `error` and `unhandledrejection`; from then on no such error ends the process.
 */
export function globalEvents(): EventTarget {
  if ("addEventListener" in globalThis) return globalThis;
  const events = new EventTarget();
  const tell = (type: string, fields: object) =>
    events.dispatchEvent(Object.assign(new Event(type, { cancelable: true }), fields));
  process.on("uncaughtException", (error) => tell("error", { error }));
  process.on("unhandledRejection", (reason) => tell("unhandledrejection", { reason }));
  return events;
}
