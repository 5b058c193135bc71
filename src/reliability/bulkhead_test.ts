import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import fc from "fast-check";
import { type DeadlockReport, detectDeadlocks, uniqueOwner } from "../coordination/deadlocks/mod.ts";
import { Mutex } from "../coordination/mutex.ts";
import { WaitTimeoutError } from "../coordination/waiter.ts";
import { Bulkhead } from "./bulkhead.ts";
import { BulkheadFullError } from "./bulkhead_full_error.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { timers } from "./timer_wheel.ts";

const calls = fc.record({
  kind: fc.constantFrom("call", "call", "call", "urgent", "place", "end", "end", "end", "abort"),
  n: fc.nat(999),
  sameTurn: fc.boolean(),
});

Deno.test("Bulkhead calls what two lists would, in their order, whatever is aborted and taken in between", () =>
  fc.assert(fc.asyncProperty(
    fc.integer({ min: 1, max: 3 }),
    fc.nat(4),
    fc.array(calls, { maxLength: 100, size: "max" }),
    async (maxConcurrency, maxQueue, script) => {
      const bulkhead = new Bulkhead({ maxConcurrency, maxQueue });
      const running: number[] = [], called: number[] = [], expected: number[] = [];
      let queue: { id: number; urgent: boolean }[] = [];
      const aborts: AbortController[] = [],
        outcomes: ReturnType<typeof watch<unknown>>[] = [],
        ends: (() => void)[] = [];
      const refused = new Set<number>(), gone = new Set<number>();
      for (const { kind, n, sameTurn } of script) {
        if (kind === "call" || kind === "urgent") {
          const urgent = kind === "urgent", abort = new AbortController(), id = aborts.push(abort) - 1;
          outcomes.push(watch(bulkhead.execute(
            () =>
              new Promise<void>((resolve, reject) => {
                called.push(id);
                ends[id] = n % 2 === 0 ? resolve : () => reject(new Error("down"));
              }),
            { signal: abort.signal, priority: urgent ? "high" : "normal" },
          )));
          if (running.length < maxConcurrency) {
            running.push(id);
            expected.push(id);
          } else if (queue.length < maxQueue) {
            const behind = urgent ? queue.findIndex((other) => !other.urgent) : -1;
            queue.splice(behind === -1 ? queue.length : behind, 0, { id, urgent });
          } else refused.add(id);
        } else if (kind === "place") {
          const place = bulkhead.tryAcquire();
          assertEquals(place !== undefined, running.length < maxConcurrency);
          if (place === undefined) continue;
          const id = aborts.push(new AbortController()) - 1;
          outcomes.push(watch<unknown>(Promise.resolve()));
          ends[id] = () => {
            place.release();
            place[Symbol.dispose](); // changes nothing
          };
          for (const list of [running, called, expected]) list.push(id);
        } else if (kind === "end") {
          await settle(); // who was let in must have been called
          const [id] = running.splice(n % (running.length || 1), 1);
          if (id === undefined) continue;
          ends[id]!();
          await settle(); // the place is handed over when the call has settled
          const next = queue.shift();
          if (next !== undefined) {
            running.push(next.id);
            expected.push(next.id);
          }
        } else if (queue.length > 0) {
          const { id } = queue[n % queue.length]!;
          aborts[id]!.abort(id);
          gone.add(id);
          queue = queue.filter((other) => other.id !== id);
        }
        assertEquals([bulkhead.running, bulkhead.waiters], [running.length, queue.length]);
        assert(bulkhead.running <= maxConcurrency);
        if (sameTurn) continue;
        await settle();
        assertEquals(called, expected);
      }
      await settle();
      for (const id of refused) {
        const outcome = outcomes[id]!.outcome;
        assertInstanceOf(outcome !== "pending" && "error" in outcome && outcome.error, BulkheadFullError);
      }
      for (const id of gone) assertEquals(outcomes[id]!.outcome, { error: id });
      while (running.length > 0) {
        ends[running.shift()!]!();
        await settle();
        const next = queue.shift();
        if (next !== undefined) {
          running.push(next.id);
          expected.push(next.id);
        }
      }
      assertEquals([called, bulkhead.running, bulkhead.waiters], [expected, 0, 0]);
      const { refusals, totals } = bulkhead.snapshot();
      assertEquals([refusals, totals.grants, totals.aborts], [refused.size, expected.length, gone.size]);
    },
  )));

Deno.test("Bulkhead.execute() gives up after timeoutMs, and its place goes to the next", () =>
  withFakeTime(async (tick) => {
    const bulkhead = new Bulkhead({ name: "db", maxConcurrency: 1, maxQueue: 2, timing: "on" });
    const work = new ScriptedCalls();
    const first = watch(bulkhead.execute(work.fn));
    const late = watch(bulkhead.execute(work.fn, { timeoutMs: 10 }));
    const next = watch(bulkhead.execute(work.fn, { owner: "me" }));
    await tick(11);
    const { outcome } = late;
    assertInstanceOf(outcome !== "pending" && "error" in outcome && outcome.error, WaitTimeoutError);
    assertEquals(bulkhead.snapshot().waiters, [{ owner: "me", priority: "normal", wants: 1, waitedMs: 11 }]);
    work.at(0).succeed(1);
    await settle();
    work.at(1).succeed(2);
    await settle();
    assertEquals([first.outcome, next.outcome, timers.size], [{ value: 1 }, { value: 2 }, 0]);
    assertEquals(bulkhead.snapshot().totals.longestWaitMs, 11);
  }));

Deno.test("Bulkhead.execute() that is aborted in the turn of its turn calls nothing and loses no place", async () => {
  const bulkhead = new Bulkhead({ maxConcurrency: 1, maxQueue: 1 });
  const work = new ScriptedCalls(), abort = new AbortController(), reason = new Error("gone");
  const { promise, resolve } = Promise.withResolvers<void>();
  const first = bulkhead.execute(() => promise);
  const second = watch(bulkhead.execute(work.fn, { signal: abort.signal }));
  promise.then(() => { // right after the place was handed over, before the second has begun
    assertEquals([bulkhead.running, bulkhead.waiters, work.list.length], [1, 0, 0]);
    abort.abort(reason);
  });
  resolve();
  await first;
  await settle();
  assertEquals([second.outcome, bulkhead.running, work.list.length], [{ error: reason }, 0, 0]);
  assertEquals(bulkhead.snapshot().totals.grants, 1);
});

Deno.test("Bulkhead refuses what is out of range, and rejects for options of a call", async () => {
  for (const maxConcurrency of [0, -1, 1.5, NaN]) {
    assertEquals(
      await Promise.resolve().then(() => new Bulkhead({ maxConcurrency })).catch((e) => e.name),
      "RangeError",
    );
  }
  const bulkhead = new Bulkhead({ maxConcurrency: 1 });
  await assertRejects(() => bulkhead.execute(() => 1, { timeoutMs: -1 }), RangeError, "timeoutMs -1");
  await assertRejects(() => bulkhead.execute(() => 1, { owner: "" }), TypeError);
  assertEquals(bulkhead.running, 0);
});

Deno.test("Bulkhead shows detectDeadlocks() calls that wait for the places of those around them, and no others", async () => {
  const reports: DeadlockReport[] = [];
  using detector = detectDeadlocks({ refuse: "youngest", onDeadlock: (report) => reports.push(report) });
  const bulkhead = new Bulkhead({ maxConcurrency: 2, maxQueue: 9, name: "db" }), ends = new AbortController();
  const { signal } = ends,
    nested = ["a", "b"].map(uniqueOwner).map(async (owner) => {
      await bulkhead.execute(async () => {
        await settle();
        await bulkhead.execute(() => {}, { owner, signal });
      }, { owner });
    });
  for (let turn = 0; turn < 3; turn++) await settle();
  const [report] = reports;
  assertEquals([reports.length, report?.certain, report?.refused, report?.stuck.length], [1, false, undefined, 2]);
  assertEquals(report?.circle[0]?.waitsFor, { noun: "bulkhead", name: "db", share: 1 });
  assertEquals(report?.circle[0]?.holds, [{ noun: "bulkhead", name: "db", share: 1 }]);
  ends.abort();
  await Promise.allSettled(nested);
  assertEquals([bulkhead.running, detector.waiting], [0, 0]);
  await Promise.all(Array.from({ length: 9 }, () => bulkhead.execute(settle, { owner: "tenant" }))); // each may give its place back
  const again = { owner: uniqueOwner("again") };
  for (let times = 0; times < 2; times++) await bulkhead.execute(settle, again);
  const places = [bulkhead.tryAcquire(), bulkhead.tryAcquire()], waits = bulkhead.execute(() => {}, again);
  await settle();
  assertEquals([reports.length, detector.waiting], [1, 1]); // it has no place any more
  for (const place of places) place?.release();
  await waits;
  assertEquals([reports.length, detector.waiting], [1, 0]);
});

Deno.test("Bulkhead shows detectDeadlocks() a circle through a lock", async () => {
  const reports: DeadlockReport[] = [];
  using _detector = detectDeadlocks({ onDeadlock: (report) => reports.push(report) });
  const bulkhead = new Bulkhead({ maxConcurrency: 1, maxQueue: 1 }), mutex = new Mutex(), ends = new AbortController();
  const { signal } = ends, held = await mutex.acquire({ owner: "b" });
  const call = bulkhead.execute(async () => (await mutex.acquire({ owner: "a" })).release(), { owner: "a" });
  const waits = bulkhead.execute(() => {}, { owner: "b", signal });
  await settle();
  assertEquals(reports.map(({ circle }) => circle.map(({ owner }) => owner).toSorted()), [["a", "b"]]);
  held.release();
  await Promise.all([call, waits]);
  ends.abort();
});
