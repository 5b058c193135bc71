import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ResetEvent } from "./reset_event.ts";
import { WaitTimeoutError } from "./waiter.ts";

Deno.test("ResetEvent set by hand lets all through until it is reset", async () => {
  const event = new ResetEvent();
  const waits = [event.wait(), event.wait()];
  event.set();
  await Promise.all([...waits, event.wait()]);
  assertEquals(event.tryWait(), true);
  event.reset();
  assertEquals(event.tryWait(), false);
});

Deno.test("ResetEvent that resets itself lets one through a set, whether it waited or came later", async () => {
  const event = new ResetEvent({ mode: "auto" });
  const first = event.wait(), second = event.wait();
  event.set();
  await first;
  assertEquals([event.isSet, event.snapshot().waiters.length], [false, 1]);
  event.set();
  await second;
  event.set();
  event.set();
  assertEquals([event.tryWait(), event.tryWait()], [true, false], "a set is not counted");
});

Deno.test("ResetEvent loses no set to a waiter that is aborted, before it or in the same turn", async () => {
  const event = new ResetEvent({ mode: "auto" });
  const before = new AbortController(), after = new AbortController();
  const aborted = event.wait({ signal: before.signal }), served = event.wait({ signal: after.signal });
  before.abort();
  event.set();
  after.abort();
  await assertRejects(() => aborted);
  await served;
  assertEquals(event.isSet, false);
});

Deno.test("ResetEvent.wait() gives up after timeoutMs", async () => {
  assertEquals(
    (await assertRejects(() => new ResetEvent({ name: "work" }).wait({ timeoutMs: 1 }), WaitTimeoutError)).message,
    'Cannot pass the event "work" within 1 ms: it is not set; raise timeoutMs, or find out who does not set it',
  );
});

Deno.test("ResetEvent.withWait() calls fn once it is set", async () => {
  const event = new ResetEvent({ isSet: true, mode: "auto" });
  assertEquals([await event.withWait(() => event.isSet), event.isSet], [false, false]);
});

Deno.test("ResetEvent refuses a mode or a state that is none", () => {
  assertThrows(
    () => Reflect.construct(ResetEvent, [{ mode: "both" }]),
    TypeError,
    'mode "both": expected "manual" or "auto"',
  );
  assertThrows(() => Reflect.construct(ResetEvent, [{ isSet: 1 }]), TypeError, "isSet 1: expected a boolean");
});
