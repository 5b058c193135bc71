/**
 * What a thread of Node.js starts with: a global scope as Workers of the web have it, then the Worker's own module.
 *
 * @module
 */

import { exit } from "node:process";
import { parentPort, type Transferable, workerData } from "node:worker_threads";
import { Deno } from "./deno.ts";

if (parentPort !== null && typeof workerData?.puffinflowEntry === "string") {
  const port = parentPort, entry: string = workerData.puffinflowEntry;
  const events = new EventTarget();
  Object.assign(globalThis, {
    WorkerGlobalScope: class WorkerGlobalScope {},
    self: globalThis,
    name: workerData.name,
    onmessage: null,
    close: () => exit(0),
    postMessage: (message: unknown, transfer: readonly Transferable[] = []) => port.postMessage(message, [...transfer]),
    addEventListener: events.addEventListener.bind(events),
    removeEventListener: events.removeEventListener.bind(events),
    dispatchEvent: events.dispatchEvent.bind(events),
    ...(entry.startsWith("data:") && { Deno }), // code of the package itself, which imports nothing
  });
  await import(entry);
  port.on("message", (data: unknown) => {
    const event = new MessageEvent("message", { data });
    const handler: unknown = Reflect.get(globalThis, "onmessage");
    if (typeof handler === "function") handler(event);
    events.dispatchEvent(event);
  });
}
