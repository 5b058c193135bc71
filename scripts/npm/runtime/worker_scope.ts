/**
 * What a thread of Node.js starts with: a global scope as Workers of the web have it, then the Worker's own module.
 *
 * @module
 */

import { exit } from "node:process";
import { parentPort, workerData } from "node:worker_threads";

if (parentPort !== null && typeof workerData?.puffinflowEntry === "string") {
  const port = parentPort, { puffinflowEntry, name } = workerData;
  const events = new EventTarget();
  let isHeard = false;
  const hear = () => {
    if (isHeard) return;
    isHeard = true; // from now on messages arrive, and keep the thread alive
    port.on("message", (data: unknown) => {
      const event = new MessageEvent("message", { data });
      const handler: unknown = Reflect.get(globalThis, "onmessage");
      if (typeof handler === "function") handler(event);
      events.dispatchEvent(event);
    });
  };
  Object.assign(globalThis, {
    WorkerGlobalScope: class WorkerGlobalScope {},
    self: globalThis,
    name,
    onmessage: null,
    close: () => exit(0),
    postMessage: (message: unknown, transfer: readonly never[] = []) => port.postMessage(message, [...transfer]),
    addEventListener(type: string, listener: EventListener, options?: AddEventListenerOptions) {
      events.addEventListener(type, listener, options);
    },
    removeEventListener: (type: string, listener: EventListener) => events.removeEventListener(type, listener),
    dispatchEvent: (event: Event) => events.dispatchEvent(event),
  });
  await import(puffinflowEntry);
  hear();
}
