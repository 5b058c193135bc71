import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { CallTimeoutError, timeout } from "./timeout.ts";
import { timers } from "./timer_wheel.ts";

Deno.test("timeout() aborts the function's signal and waits for it, if it is cooperative", () =>
  withFakeTime(async (tick) => {
    const work = new ScriptedCalls();
    const run = watch(timeout(10, { name: "db" }).execute(work.fn));
    const { context, fail } = work.at(0), { signal } = context;
    await tick(9);
    assertEquals(signal.aborted, false);
    await tick(2);
    assertEquals([signal.aborted, run.outcome], [true, "pending"]);
    assertInstanceOf(signal.reason, CallTimeoutError);
    assertEquals(signal.reason.message.startsWith('Call of "db" timed out: it did not settle within 10 ms'), true);
    fail(signal.reason);
    await settle();
    assertEquals(run.outcome, { error: signal.reason });
    assertEquals(signal.reason.cause, undefined);
  }));

Deno.test("timeout() takes a late result, and keeps a late error as its cause, if it is cooperative", () =>
  withFakeTime(async (tick) => {
    const work = new ScriptedCalls(), limited = timeout(10);
    const late = watch(limited.execute(work.fn)), broken = watch(limited.execute(work.fn));
    await tick(20);
    assertEquals(work.at(0).context.signal.aborted, true, "also if it is looked at only now");
    work.at(0).succeed("late");
    const error = new Error("broken off");
    work.at(1).fail(error);
    await settle();
    assertEquals(late.outcome, { value: "late" });
    const thrown = broken.outcome !== "pending" && "error" in broken.outcome ? broken.outcome.error : undefined;
    assertInstanceOf(thrown, CallTimeoutError);
    assertStrictEquals(thrown.cause, error);
  }));

Deno.test("timeout() rejects at once if it is aggressive, whatever the function does afterwards", () =>
  withFakeTime(async (tick) => {
    const work = new ScriptedCalls(), limited = timeout(10, { mode: "aggressive" });
    const runs = [0, 1, 2].map(() => watch(limited.execute(work.fn)));
    const { signal } = work.at(0).context;
    work.at(2).succeed("in time");
    await settle();
    await tick(11);
    for (const { outcome } of runs.slice(0, 2)) {
      assertInstanceOf(outcome !== "pending" && "error" in outcome && outcome.error, CallTimeoutError);
    }
    assertEquals([signal.aborted, work.at(1).context.signal.aborted], [true, true]);
    assertEquals(runs[2]!.outcome, { value: "in time" });
    work.at(0).fail(new Error("nobody hears it"));
    work.at(1).succeed("nobody wants it");
    await settle();
    assertEquals(timers.size, 0);
  }));

Deno.test("timeout() passes the caller's abort on; only an aggressive one does not wait for the function", async () => {
  const reason = new Error("gone");
  for (const mode of ["cooperative", "aggressive"] as const) {
    const work = new ScriptedCalls(), abort = new AbortController();
    const run = watch(timeout(1000, { mode }).execute(work.fn, abort));
    const { signal } = work.at(0).context;
    abort.abort(reason);
    await settle();
    assertStrictEquals(signal.reason, reason);
    assertEquals(run.outcome, mode === "cooperative" ? "pending" : { error: reason });
    work.at(0).fail(reason);
    await settle();
    assertEquals([run.outcome, timers.size], [{ error: reason }, 0]);
    assertStrictEquals(await timeout(1000, { mode }).execute(work.fn, abort).catch((e) => e), reason);
    assertEquals(work.list.length, 1, "nothing is called under an aborted signal");
  }
});

Deno.test("timeout() lets the caller's abort come first, also if nobody looks at the signal", () =>
  withFakeTime(async (tick) => {
    const reason = new Error("gone"), error = new Error("broken off");
    for (const mode of ["cooperative", "aggressive"] as const) {
      const work = new ScriptedCalls(), abort = new AbortController();
      const run = watch(timeout(10, { mode }).execute(work.fn, abort));
      abort.abort(reason);
      await settle();
      assertEquals(run.outcome, mode === "cooperative" ? "pending" : { error: reason });
      await tick(20);
      work.at(0).fail(error);
      await settle();
      assertEquals(run.outcome, { error: mode === "cooperative" ? error : reason });
    }
  }));

Deno.test("timeout() leaves neither timer nor listener, and rejects with what the function throws", async () => {
  for (const mode of ["cooperative", "aggressive"] as const) {
    const abort = new AbortController(), limited = timeout(1000, { mode });
    let seen: AbortSignal | undefined;
    assertEquals(await limited.execute(({ signal }) => (seen = signal, 1), abort), 1);
    await assertRejects(
      () =>
        limited.execute(() => {
          throw new TypeError("at once");
        }, abort),
      TypeError,
    );
    await assertRejects(() => limited.execute(() => Promise.reject(new TypeError("later")), abort), TypeError, "later");
    abort.abort();
    assertEquals([seen?.aborted, timers.size], [false, 0]);
  }
});

Deno.test("timeout() refuses what is out of range", () => {
  for (const ms of [0, -1, NaN, Infinity]) assertThrows(() => timeout(ms), RangeError, `timeoutMs: wanted`);
  // @ts-expect-error: no such mode
  assertThrows(() => timeout(1, { mode: "eager" }), RangeError, 'found "eager"');
});
