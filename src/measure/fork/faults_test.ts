import { assertEquals, assertThrows } from "@std/assert";
import { BenchmarkFailure } from "./failure.ts";
import { FaultMonitor } from "./faults.ts";

/** An event as the runtime sends it. */
function fault(type: string, field: "reason" | "error", value: unknown): Event {
  return Object.assign(new Event(type, { cancelable: true }), { [field]: value });
}

Deno.test("FaultMonitor.check() throws the first fault, once, and keeps the process alive", () => {
  const target = new EventTarget();
  using monitor = new FaultMonitor(target);
  monitor.check();
  const first = fault("unhandledrejection", "reason", new RangeError("first"));
  target.dispatchEvent(first);
  target.dispatchEvent(fault("error", "error", new RangeError("second")));
  assertEquals(first.defaultPrevented, true);
  const { failure } = assertThrows(() => monitor.check(), BenchmarkFailure);
  assertEquals([failure.reason, failure.message], ["threw", "unhandled rejection: RangeError: first"]);
  monitor.check();
});

Deno.test("FaultMonitor hears nothing after it is disposed", () => {
  const target = new EventTarget();
  const monitor = new FaultMonitor(target);
  monitor[Symbol.dispose]();
  const event = fault("error", "error", 1);
  target.dispatchEvent(event);
  assertEquals(event.defaultPrevented, false);
  monitor.check();
});
