import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { hedge, HedgeLostError } from "./hedge.ts";
import { LatencyWindow } from "./latency_window.ts";
import { RetryBudget } from "./retry_budget.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { timers } from "./timer_wheel.ts";

const tries = 3;
/** Every order in which three tries can settle, each well or badly. */
const orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]].flatMap((order) =>
  Array.from({ length: 2 ** tries }, (_, bits) => ({ order, good: order.map((id) => (bits >> id & 1) === 1) }))
);

Deno.test("hedge() takes the first success, or the first failure if there is none, in every order of settling", () =>
  withFakeTime(async (tick) => {
    for (const { order, good } of orders) {
      const work = new ScriptedCalls();
      const run = watch(hedge({ delayMs: 10, maxHedges: tries - 1 }).execute(work.fn));
      await tick(11);
      await tick(11);
      assertEquals(work.list.map(({ context }) => context.attempt), [1, 2, 3]);
      const signals = work.list.map(({ context }) => context.signal);
      const winner = good.indexOf(true);
      for (const [place, id] of order.entries()) {
        if (good[place]) work.at(id).succeed(id);
        else work.at(id).fail(id);
        await settle();
        const won = winner !== -1 && place >= winner;
        assertEquals(
          run.outcome,
          won ? { value: order[winner] } : place < tries - 1 ? "pending" : { error: order[0] },
        );
        if (!won) continue;
        for (const [other, signal] of signals.entries()) {
          const isLost = order.indexOf(other) > winner;
          assertEquals(signal.aborted, isLost, "those that were still under way are told, and no others");
          if (isLost) assertInstanceOf(signal.reason, HedgeLostError);
        }
      }
      assertEquals(timers.size, 0);
    }
  }));

Deno.test("hedge() makes no further try once the call is settled, aborted, or its budget spent", () =>
  withFakeTime(async (tick) => {
    const work = new ScriptedCalls(), abort = new AbortController();
    const fast = watch(hedge({ delayMs: 10 }).execute(work.fn));
    work.at(0).fail("at once");
    await settle();
    await tick(20);
    assertEquals([fast.outcome, work.list.length, timers.size], [{ error: "at once" }, 1, 0]);
    const aborted = watch(hedge({ delayMs: 10 }).execute(work.fn, abort));
    const { signal } = work.at(1).context;
    abort.abort("gone");
    await tick(20);
    assertEquals([work.list.length, signal.reason, aborted.outcome], [2, "gone", "pending"]);
    work.at(1).fail("gone");
    const budget = new RetryBudget({ reserve: 1, retriesPerSuccess: 1 });
    const runs = [0, 1].map(() => watch(hedge({ delayMs: 10, budget }).execute(work.fn)));
    await tick(20);
    assertEquals([work.list.length, budget.refused], [5, 1]);
    for (const { succeed } of work.list) succeed("done");
    await settle();
    assertEquals([runs.map(({ outcome }) => outcome), budget.available], [[{ value: "done" }, { value: "done" }], 1]);
  }));

Deno.test("hedge() rejects with what the function throws at once, and hears of the caller's abort only as long as it runs", async () => {
  const error = new Error("at once"), abort = new AbortController();
  const run = hedge({ delayMs: 1000 });
  assertStrictEquals(
    await run.execute(() => {
      throw error;
    }).catch((e) => e),
    error,
  );
  let seen: AbortSignal | undefined;
  assertEquals(await run.execute(({ signal }) => (seen = signal, 1), abort), 1);
  abort.abort();
  assertEquals([seen?.aborted, timers.size], [false, 0]);
});

Deno.test("hedge() waits as long as the percentile of the last calls, once it knows some", () =>
  withFakeTime(async (tick) => {
    const work = new ScriptedCalls(), late = hedge({ delayMs: 500, percentile: 0.75 });
    for (let call = 0; call < 16; call++) {
      const run = late.execute(work.fn);
      await tick(call < 12 ? 10 : 100);
      work.at(-1).succeed(call);
      await run;
    }
    assertEquals(work.list.length, 16);
    const run = late.execute(work.fn);
    await tick(9);
    assertEquals(work.list.length, 17);
    await tick(2);
    assertEquals(work.list.length, 18);
    work.at(-1).succeed("hedged");
    assertEquals(await run, "hedged");
    work.at(-2).fail("nobody hears it");
  }));

Deno.test("hedge() makes its second try whatever its clock tells", () =>
  withFakeTime(async (tick) => {
    let readings = 0;
    for (const clock of [() => NaN, () => Infinity, () => -1000 * readings++]) {
      const work = new ScriptedCalls(), odd = hedge({ delayMs: 500, percentile: 1, window: 16, clock });
      for (let call = 0; call < 16; call++) await odd.execute(() => call);
      const run = odd.execute(work.fn);
      await tick(2);
      assertEquals(work.list.length, 2);
      for (const { succeed } of work.list) succeed("done");
      assertEquals(await run, "done");
    }
    assertEquals(timers.size, 0);
  }));

Deno.test("LatencyWindow tells the percentile of the last durations, renewed every sixteenth", () =>
  fc.assert(fc.property(
    fc.double({ min: 0.01, max: 1, noNaN: true }),
    fc.integer({ min: 16, max: 50 }),
    fc.array(fc.nat(1000), { maxLength: 200, size: "max" }),
    (percentile, size, durations) => {
      const window = new LatencyWindow(percentile, 7, size);
      let expected = 7;
      for (const [index, duration] of durations.entries()) {
        window.add(duration);
        const seen = durations.slice(0, index + 1);
        if (seen.length % 16 === 0) {
          const last = seen.slice(-size).sort((a, b) => a - b);
          expected = last.find((value) => last.filter((other) => other <= value).length >= last.length * percentile)!;
        }
        assert(window.valueMs === expected);
      }
    },
  )));

Deno.test("hedge() refuses what is out of range", () => {
  assertThrows(() => hedge({ delayMs: -1 }), RangeError, "hedge.delayMs: wanted milliseconds of at least 0");
  assertThrows(() => hedge({ delayMs: 1, maxHedges: 0 }), RangeError, "hedge.maxHedges");
  assertThrows(() => hedge({ delayMs: 1, percentile: 95 }), RangeError, "hedge.percentile");
  assertThrows(() => hedge({ delayMs: 1, window: 15 }), RangeError, "hedge.window: wanted an integer of at least 16");
});
