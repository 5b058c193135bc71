import { assertEquals } from "@std/assert";
import { type AbortListener, ignoreAbort, listenToAbort } from "./abort_listeners.ts";

/** A signal that counts its listeners. */
class CountingSignal extends EventTarget {
  aborted = false;
  reason = undefined;
  count = 0;

  override addEventListener(type: string, listener: EventListenerOrEventListenerObject) {
    this.count++;
    super.addEventListener(type, listener);
  }

  override removeEventListener(type: string, listener: EventListenerOrEventListenerObject) {
    this.count--;
    super.removeEventListener(type, listener);
  }
}

Deno.test("listenToAbort() puts one listener on a signal for any number, and ignoreAbort() takes it off with the last", () => {
  const target = new CountingSignal(), signal = target as EventTarget as AbortSignal;
  const told: number[] = [];
  const listeners: AbortListener[] = Array.from(
    { length: 10_000 },
    (_, i) => ({ handleEvent: () => void told.push(i) }),
  );
  for (let round = 0; round < 2; round++) {
    for (const listener of listeners) listenToAbort(signal, listener);
    assertEquals(target.count, 1);
    for (const listener of listeners.slice(2)) ignoreAbort(signal, listener);
    assertEquals(target.count, 1);
    target.dispatchEvent(new Event("abort"));
    for (const listener of listeners) ignoreAbort(signal, listener);
    assertEquals([target.count, told.splice(0)], [0, [0, 1]]);
  }
});

Deno.test("listenToAbort() lets listeners leave, and take others with them, while they are told", () => {
  const controller = new AbortController(), { signal } = controller;
  const told: string[] = [];
  const second = { handleEvent: () => void told.push("second") },
    third = { handleEvent: () => void told.push("third") };
  const first = {
    handleEvent() {
      told.push("first");
      ignoreAbort(signal, first);
      ignoreAbort(signal, second);
    },
  };
  for (const listener of [first, second, third]) listenToAbort(signal, listener);
  controller.abort();
  assertEquals(told, ["first", "third"]);
});
