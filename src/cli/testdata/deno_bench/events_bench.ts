import { EventEmitter } from "node:events";

const emitter = new EventEmitter();
emitter.on("event", () => {});
const target = new EventTarget();
target.addEventListener("event", () => {});

Deno.bench("EventEmitter", { group: "events", baseline: true }, () => {
  emitter.emit("event", 1);
});

Deno.bench("EventTarget", { group: "events" }, () => {
  target.dispatchEvent(new Event("event"));
});

Deno.bench("a promise that nobody settles", () => {
  new Promise(() => {});
});
