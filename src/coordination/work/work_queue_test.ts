import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { withFakeTime } from "../testdata/fake_time.ts";
import { WaitTimeoutError } from "../waiter.ts";
import type { Delivery } from "./delivery.ts";
import { QueueModel } from "./testdata/queue_model.ts";
import { WorkQueue } from "./work_queue.ts";
import { WorkQueueClosedError } from "./work_queue_closed_error.ts";

const calls = fc.record({
  kind: fc.constantFrom(
    "add",
    "add",
    "add",
    "tryAdd",
    "take",
    "take",
    "tryTake",
    "ack",
    "ack",
    "back",
    "release",
    "extend",
    "tick",
    "abort",
  ),
  n: fc.nat(999),
  level: fc.nat(2),
  delayMs: fc.oneof(fc.constant(0), fc.nat(40)),
  key: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined, freq: 2 }),
  sameTurn: fc.boolean(),
});

Deno.test("WorkQueue does what plain lists would do: nothing is lost, and nothing is taken twice unless its time was up", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(calls, { maxLength: 90, size: "max" }),
      fc.integer({ min: 1, max: 6 }),
      async (script, capacity) => {
        let now = 0;
        const queue = new WorkQueue<string>({
          capacity,
          visibilityMs: 20,
          clock: () => now,
        });
        const model = new QueueModel(capacity, 20);
        const aborts: AbortController[] = [], deliveries: Delivery<string>[] = [];
        const log: string[] = [], released = new Set<Delivery<string>>(); // whose attempts somebody else may have
        const received = (call: string, delivery: Delivery<string>) => {
          deliveries.push(delivery);
          log.push(`${call} took ${delivery.data} the ${delivery.attempt}`);
        };
        let calls = 0;
        for (const { kind, n, level, delayMs, key, sameTurn } of script) {
          const call = `call ${calls++}`,
            abort = new AbortController(),
            options = { priority: level, delayMs, ...(key && { key }) };
          if (kind === "add") {
            aborts[calls] = abort;
            queue.add(call, { ...options, signal: abort.signal }).then(
              ({ id, isDuplicate }) => log.push(`${call} ${isDuplicate ? "is" : "added"} ${id}`),
              () => log.push(`${call} gave up`),
            );
            model.add(call, { level, delayMs, key, id: calls });
          } else if (kind === "tryAdd") {
            assertEquals(queue.tryAdd(call, options)?.id, model.tryAdd(call, { level, delayMs, key, id: calls }));
          } else if (kind === "take") {
            aborts[calls] = abort;
            queue.take({ priority: level, signal: abort.signal })
              .then((delivery) => received(call, delivery), () => log.push(`${call} gave up`));
            model.take(call, { level, id: calls });
          } else if (kind === "tryTake") {
            const delivery = queue.tryTake();
            if (delivery !== undefined) received(call, delivery);
            model.tryTake(call);
          } else if (kind === "tick") {
            now += n % 30;
            queue.advance();
            model.tick(n % 30);
          } else if (kind === "abort") { // perhaps of one that was served long ago: then nothing may change
            const id = n % (calls + 1);
            aborts[id]?.abort();
            model.forget(id);
          } else {
            const delivery = deliveries[n % (deliveries.length || 1)];
            if (delivery === undefined) continue;
            const { data, attempt } = delivery;
            if (released.has(delivery)) {
              assertEquals([delivery.isHeld, delivery.ack(), delivery.giveBack()], [false, false, false]);
              assertEquals([delivery.extend(), delivery.release()], [false, false]);
              continue;
            }
            assertEquals(delivery.isHeld, model.isHeld(data, attempt));
            if (kind === "ack") assertEquals(delivery.ack(), model.ack(data, attempt));
            else if (kind === "back") assertEquals(delivery.giveBack(delayMs), model.giveBack(data, attempt, delayMs));
            else if (kind === "release") {
              assertEquals(delivery.release(), model.release(data, attempt));
              released.add(delivery);
            } else assertEquals(delivery.extend(delayMs + 1), model.extend(data, attempt, delayMs + 1));
          }
          const { ready, delayed, taken, waiters, adders, items } = queue.snapshot();
          assertEquals({ ready, delayed, taken, waiters: waiters.length, adders: adders.length }, model.counts());
          assertEquals(items.added, items.finished + queue.size, "nothing is lost");
          if (sameTurn) continue;
          await nextTurn();
          assertEquals(new Set(log), new Set(model.log));
        }
        for (const abort of aborts) abort?.abort();
        await nextTurn();
        assertEquals(timers.size, 0);
      },
    ),
  ));

Deno.test("WorkQueue.take() gets a delayed item when it is due, and one whose holder was too slow when that is", () =>
  withFakeTime(async (clock) => {
    const queue = new WorkQueue<string>({ visibilityMs: 1_000 });
    queue.tryAdd("later", { delayMs: 500 });
    assertEquals(timers.size, 0, "no timer while nobody waits");
    const first = queue.take(), second = queue.take();
    assertEquals(timers.size, 1, "one timer for all");
    await clock.tickAsync(501);
    const slow = await first;
    assertEquals([slow.data, slow.attempt], ["later", 1]);
    await clock.tickAsync(1_001);
    const quick = await second;
    assertEquals([quick.data, quick.attempt, slow.isHeld], ["later", 2, false]);
    assertEquals([slow.ack(), slow.giveBack(), quick.ack(), queue.size, timers.size], [false, false, true, 0, 0]);
  }));

Deno.test("WorkQueue lets nobody overtake those who wait when something is due before the timer has fired", async () => {
  let now = 0;
  const queue = new WorkQueue<string>({ clock: () => now });
  queue.tryAdd("first", { delayMs: 10_000 });
  queue.tryAdd("second", { delayMs: 10_000 });
  const early = [queue.take({ priority: "low" }), queue.take({ priority: "low" })];
  now = 10_000;
  const late = queue.take({ priority: "high" });
  assertEquals([queue.tryTake(), queue.snapshot().waiters.length], [undefined, 1]);
  assertEquals((await Promise.all(early)).map(({ data }) => data), ["first", "second"]);
  queue.tryAdd("third");
  assertEquals([(await late).data, timers.size], ["third", 0]);
});

Deno.test("WorkQueue stands still while its clock tells no number, or goes back, and is as good as before afterwards", () =>
  withFakeTime(async (clock) => {
    let now = 1_000;
    const queue = new WorkQueue<string>({ clock: () => now });
    queue.tryAdd("work", { delayMs: 5 });
    now = NaN;
    const late = assertRejects(() => queue.take({ timeoutMs: 100 }), WaitTimeoutError);
    await clock.tickAsync(101);
    await late;
    now = 10;
    assertEquals(queue.tryTake(), undefined);
    now = 15;
    assertEquals([queue.tryTake()?.data, timers.size], ["work", 0]);
  }));

Deno.test("WorkQueue.take() and add() give up in time, saying how things stand", async () => {
  const queue = new WorkQueue<number>({ name: "orders", capacity: 1 });
  queue.tryAdd(1, { delayMs: 60_000 });
  const error = await assertRejects(() => queue.take({ timeoutMs: 1 }), WaitTimeoutError);
  assertEquals(
    error.message,
    'Cannot acquire an item of the work queue "orders" within 1 ms: it holds 1, of which 0 are taken and 1 delayed; ' +
      "raise timeoutMs, or hold it for a shorter time",
  );
  await assertRejects(() => queue.add(2, { timeoutMs: 1 }), WaitTimeoutError, "it holds 1 of at most 1");
  await assertRejects(() => queue.whenEmpty({ timeoutMs: 1 }), WaitTimeoutError);
  assertEquals([queue.snapshot().waiters, queue.snapshot().adders, timers.size], [[], [], 0]);
});

Deno.test("WorkQueue.add() waits for room, the urgent first, and a duplicate needs none", async () => {
  const queue = new WorkQueue<string>({ capacity: 1 }), log: string[] = [];
  queue.tryAdd("first", { key: "k" });
  const adds = [
    queue.add("low", { priority: "low" }).then(() => log.push("low")),
    queue.add("high", { priority: "high" }).then(() => log.push("high")),
  ];
  assertEquals(await queue.add("again", { key: "k" }), { id: 1, isDuplicate: true });
  queue.tryTake()?.ack();
  await nextTurn();
  assertEquals(log, ["high"]);
  const high = queue.tryTake();
  assertEquals([high?.data, queue.tryAdd("barges in")], ["high", undefined], "what is taken still has its room");
  high?.ack();
  await Promise.all(adds);
  assertEquals([log, queue.tryAdd("again", { key: "k" })], [["high", "low"], undefined]);
});

Deno.test("WorkQueue.add() is told that it is a duplicate as soon as it is first in line, also because another left", async () => {
  const queue = new WorkQueue<string>({ capacity: 1 }), abort = new AbortController();
  queue.tryAdd("held");
  const first = queue.add("first", { key: "k" }), between = queue.add("between", abort);
  const second = queue.add("second", { key: "k" });
  queue.tryTake()?.ack();
  assertEquals(await first, { id: 2, isDuplicate: false });
  abort.abort();
  await assertRejects(() => between);
  assertEquals(await second, { id: 2, isDuplicate: true });
});

Deno.test("WorkQueue lets at most 100 urgent items go ahead of one that is ready", () => {
  const queue = new WorkQueue<string>();
  queue.tryAdd("humble", { priority: "low" });
  for (let i = 0; i < 200; i++) queue.tryAdd("urgent", { priority: "critical" });
  const order = Array.from({ length: 201 }, () => queue.tryTake()?.data);
  assertEquals(order.indexOf("humble"), 100);
});

Deno.test("WorkQueue.close() turns adders away at once, and takers when everything is done", async () => {
  const queue = new WorkQueue<string>({ capacity: 1 });
  queue.tryAdd("last");
  const adding = queue.add("too late"), held = await queue.take(), taking = queue.take(), emptied = queue.whenEmpty();
  queue.close();
  queue.close();
  await assertRejects(() => adding, WorkQueueClosedError, "Cannot add to the work queue");
  assertThrows(() => queue.tryAdd("never"), WorkQueueClosedError);
  await assertRejects(() => queue.add("never"), WorkQueueClosedError);
  assertEquals(queue.snapshot().waiters.length, 1, "what is taken may come back");
  held.giveBack();
  (await taking).ack();
  await emptied;
  const error = await assertRejects(() => queue.take(), WorkQueueClosedError);
  assertEquals([error.code, queue.tryTake()], ["work_queue_closed", undefined]);
});

Deno.test("WorkQueue.withItem() acknowledges what succeeded and gives back what did not", async () => {
  const queue = new WorkQueue<string>();
  queue.tryAdd("work");
  await assertRejects(() => queue.withItem(() => Promise.reject(new Error("planted"))), Error, "planted");
  assertEquals([await queue.withItem(({ data, attempt }) => `${data} ${attempt}`), queue.size], ["work 2", 0]);
});

Deno.test("Delivery gives back at the end of its scope, unless it was acknowledged", () => {
  const queue = new WorkQueue<string>();
  queue.tryAdd("work");
  {
    using delivery = queue.tryTake();
    assert(delivery?.isHeld);
  }
  {
    using delivery = queue.tryTake();
    assertEquals(delivery?.ack(), true);
  }
  assertEquals(queue.size, 0);
});

Deno.test("Delivery.ack() counts when its time is up but nobody has taken the item again", () => {
  let now = 0;
  const queue = new WorkQueue<string>({ visibilityMs: 10, clock: () => now });
  queue.tryAdd("work");
  const late = queue.tryTake();
  now = 11;
  queue.advance();
  assertEquals([queue.snapshot().ready, late?.isHeld, late?.ack(), queue.size], [1, false, true, 0]);
});

Deno.test("Delivery.release() lets nobody else's attempt count that it was taken after", () => {
  let now = 0;
  const queue = new WorkQueue<string>({ visibilityMs: 10, clock: () => now });
  queue.tryAdd("work");
  const slow = queue.tryTake();
  now = 11;
  const next = queue.tryTake();
  assertEquals([next?.attempt, next?.release(), next?.release(), slow?.ack()], [2, true, false, false]);
  assertEquals([queue.tryTake()?.attempt, queue.size], [2, 1]);
});

Deno.test("WorkQueue refuses what makes no sense, and says what would", async () => {
  for (const capacity of [0, -1, 1.5, NaN, Infinity]) {
    assertThrows(() => new WorkQueue({ capacity }), RangeError, `capacity ${capacity}`);
  }
  for (const visibilityMs of [0, -1, NaN]) assertThrows(() => new WorkQueue({ visibilityMs }), RangeError);
  assertEquals(new WorkQueue({ capacity: 1e9 }).capacity, 1e9, "room costs nothing until it is used");
  const queue = new WorkQueue<number>();
  for (const delayMs of [-1, NaN, Infinity]) {
    assertThrows(() => queue.tryAdd(1, { delayMs }), RangeError, `delayMs ${delayMs}`);
    await assertRejects(() => queue.add(1, { delayMs }), RangeError);
  }
  assertThrows(() => queue.tryAdd(1, { key: "" }), TypeError, 'key ""');
  await assertRejects(() => queue.add(1, { timeoutMs: -1 }), RangeError);
  const reason = new Error("no longer");
  assertStrictEquals(await assertRejects(() => queue.add(1, { signal: AbortSignal.abort(reason) })), reason);
  assertStrictEquals(await assertRejects(() => queue.take({ signal: AbortSignal.abort(reason) })), reason);
  assertEquals(queue.size, 0);
});
