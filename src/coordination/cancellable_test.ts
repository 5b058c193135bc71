import { assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { timers } from "../reliability/timer_wheel.ts";
import { Cancellable } from "./cancellable.ts";

const never = () => new Promise<never>(() => {});

function cancellable(signal?: AbortSignal, timeoutMs?: number): Cancellable {
  return new Cancellable({ signal, timeoutMs, timeoutError: () => new Error("time is up") });
}

Deno.test("Cancellable.run() passes on what its function returns or throws, and keeps no timer", async () => {
  const { signal } = new AbortController();
  assertEquals(await cancellable(signal, 60_000).run(() => 7), 7);
  assertEquals(await cancellable(signal, 60_000).run(() => Promise.resolve(8)), 8);
  await assertRejects(
    () =>
      cancellable(signal, 60_000).run(() => {
        throw new Error("planted");
      }),
    Error,
    "planted",
  );
  assertEquals(timers.size, 0);
});

Deno.test("Cancellable.run() ends at once when cancelled, whether or not its function listens", async () => {
  const parent = new AbortController(), reason = new Error("enough");
  const calls = [cancellable(parent.signal), cancellable(), cancellable(undefined, 1)];
  const ends = calls.map((call) => assertRejects(() => call.run(never)));
  parent.abort(reason);
  calls[1]?.cancel(reason);
  const errors = await Promise.all(ends);
  assertStrictEquals(errors[0], reason);
  assertStrictEquals(errors[1], reason);
  assertEquals([errors[2] instanceof Error && errors[2].message, timers.size], ["time is up", 0]);
  assertEquals(calls.map(({ signal }) => signal.aborted), [true, true, true], "the function is told");
});

Deno.test("Cancellable.run() calls nothing once it is cancelled, and a late cancel changes nothing", async () => {
  const reason = new Error("enough");
  let called = false;
  const call = cancellable(AbortSignal.abort(reason));
  assertStrictEquals(await assertRejects(() => call.run(() => (called = true))), reason);
  assertEquals(called, false);
});

Deno.test("Cancellable.run() ignores a rejection that comes after it was cancelled", async () => {
  const call = cancellable();
  const run = assertRejects(
    () =>
      call.run((signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("late")), { once: true }))
      ),
    Error,
    "first",
  );
  call.cancel(new Error("first"));
  await run;
});
