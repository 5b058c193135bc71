import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { setTimeout as sleep } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { SharedBarrier } from "./barrier.ts";
import { SharedChannel } from "./channel.ts";
import { SharedCounter } from "./counter.ts";
import { SharedBarrierBrokenError, SharedChannelClosedError } from "./errors.ts";
import { SharedEvent } from "./event.ts";
import { SharedLatch } from "./latch.ts";
import { SharedReadWriteLock } from "./read_write_lock.ts";
import { SharedSemaphore } from "./semaphore.ts";
import { Hand } from "./testdata/hand.ts";

/** How often each Worker does what is counted; more if asked for. */
const TIMES = Number(Deno.env.get("PUFFIN_STRESS_TIMES") ?? 3_000);

/** Waits for something that takes as long as it takes; a test that waits for ever is ended by whoever runs it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(2);
}

function dismiss(hands: readonly Hand[]): void {
  for (const hand of hands) hand[Symbol.dispose]();
  assertEquals(timers.size, 0);
}

for (
  const [name, primitive] of Object.entries({
    SharedSemaphore: () => SharedSemaphore.create({ permits: 2 }),
    SharedReadWriteLock: () => SharedReadWriteLock.create(),
  })
) {
  Deno.test(`${name} keeps Workers apart that want all of it, and counts exactly`, async () => {
    const counts = new SharedArrayBuffer(4), { handle } = primitive();
    const hands = await Promise.all([1, 2].map(() => Hand.hire(handle)));
    hands.forEach((hand) => hand.order({ task: "hammer", count: TIMES, counts }));
    await Promise.all(hands.map((hand) => hand.report()));
    assertEquals(new Int32Array(counts)[0], 2 * TIMES);
    dismiss(hands);
  });
}

Deno.test("SharedSemaphore serves in the order of arrival over all threads, and gets back what a dead one held", async () => {
  const semaphore = SharedSemaphore.create({ permits: 3, name: "seats" });
  using doomed = await Hand.hire(semaphore.handle, "doomed");
  using waiter = await Hand.hire(semaphore.handle, "waiter");
  await doomed.tell({ task: "take", count: 2 });
  waiter.order({ task: "take blocking", count: 3 });
  await until(() => semaphore.snapshot().waiters.length === 1);
  const behind = semaphore.acquire(1);
  const { holders, waiters, available } = semaphore.snapshot();
  assertEquals({ holders, waiters, available }, {
    holders: [{ owner: "doomed", holds: 2, ageMs: undefined }],
    waiters: [
      { owner: "waiter", priority: "normal", wants: 3, waitedMs: undefined },
      { owner: "main", priority: "normal", wants: 1, waitedMs: undefined },
    ],
    available: 1,
  });
  assertEquals(semaphore.tryAcquire(1), undefined, "it is kept for who waits");
  doomed.worker.terminate();
  assertEquals(await waiter.report(), { ownerDied: true });
  waiter.order({ task: "release" });
  using permit = await behind;
  assertEquals(permit.ownerDied, false, "told once");
});

Deno.test("SharedSemaphore gives what a dead Worker waited for, or had not noticed, to the next", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1 });
  using doomed = await Hand.hire(semaphore.handle);
  const mine = semaphore.acquireBlocking();
  doomed.order({ task: "take" });
  await until(() => semaphore.snapshot().waiters.length === 1);
  const next = semaphore.acquire();
  doomed.worker.terminate();
  mine.release();
  (await next).release();
  assertEquals([semaphore.available, timers.size], [1, 0]);
});

Deno.test("SharedReadWriteLock lets readers in together, writers alone, and tells of a writer that died", async () => {
  const lock = SharedReadWriteLock.create();
  using hand = await Hand.hire(lock.handle, "writer");
  const readers = [await lock.read(), lock.readBlocking(), lock.tryRead()];
  hand.order({ task: "take blocking", count: 2 });
  await until(() => lock.snapshot().waiters.length === 1);
  assertEquals(lock.tryRead(), undefined, "the writer came first");
  const late = [lock.read(), lock.read()];
  readers.forEach((guard) => guard?.release());
  assertEquals(await hand.report(), { ownerDied: false });
  assertEquals(lock.snapshot().holders, [{ owner: "writer", holds: "write", ageMs: undefined }]);
  hand.worker.terminate();
  for (const guard of await Promise.all(late)) {
    assertEquals([guard.mode, guard.ownerDied], ["read", true]);
    guard.release();
  }
  using writes = await lock.write();
  assertEquals(writes.ownerDied, true, "told to readers, and until somebody writes");
  writes.release();
  assertEquals([(await lock.write()).ownerDied, timers.size], [false, 0]);
});

Deno.test("SharedBarrier lets all pass in each phase, of whom one is the last", async () => {
  const barrier = SharedBarrier.create({ parties: 3 }), phases = Math.min(TIMES, 500);
  const hands = await Promise.all([1, 2].map(() => Hand.hire(barrier.handle)));
  hands.forEach((hand) => hand.order({ task: "act", count: phases }));
  let lasts = 0;
  for (let i = 0; i < phases; i++) if (await barrier.arrive()) lasts++;
  for (const hand of hands) lasts += (await hand.report()).count ?? 0;
  assertEquals([lasts, barrier.arrived, barrier.broken], [phases, 0, false]);
  dismiss(hands);
});

Deno.test("SharedBarrier is broken by a Worker that dies at it, and by a party that gives up, until it is reset", async () => {
  const barrier = SharedBarrier.create({ parties: 3 });
  using hand = await Hand.hire(barrier.handle);
  hand.order({ task: "take" });
  await until(() => barrier.arrived === 1);
  const waits = barrier.arrive();
  hand.worker.terminate();
  await assertRejects(() => waits, SharedBarrierBrokenError);
  await assertRejects(() => barrier.arrive(), SharedBarrierBrokenError);
  barrier.reset();
  const patient = barrier.arrive(), impatient = barrier.arrive({ timeoutMs: 1 });
  await assertRejects(() => impatient, Error, "2 of 3 parties have arrived");
  await assertRejects(() => patient, SharedBarrierBrokenError);
  barrier.reset();
  await Promise.all([barrier.arrive(), barrier.arrive(), barrier.arrive()]);
  assertEquals(timers.size, 0);
});

Deno.test("SharedLatch opens when threads have counted it down, for who sleeps and who awaits", async () => {
  const latch = SharedLatch.create({ count: 2 * TIMES + 1 });
  const hands = await Promise.all([1, 2, 3].map(() => Hand.hire(latch.handle)));
  const waits = latch.wait();
  hands[2]!.order({ task: "take blocking" });
  hands.slice(0, 2).forEach((hand) => hand.order({ task: "act", count: TIMES }));
  await Promise.all(hands.slice(0, 2).map((hand) => hand.report()));
  assertEquals([latch.count, latch.tryWait()], [1, false]);
  assertEquals(latch.countDown(), 0);
  await waits;
  await hands[2]!.report();
  assertEquals([latch.countDown(5), latch.tryWait()], [0, true]);
  dismiss(hands);
});

Deno.test("SharedEvent lets everybody pass, or one for each set, the one who came first", async () => {
  const manual = SharedEvent.create(), auto = SharedEvent.create({ reset: "auto" });
  using hand = await Hand.hire(auto.handle);
  const all = [manual.wait(), manual.wait()];
  manual.set();
  await Promise.all([...all, manual.wait()]);
  manual.reset();
  assertEquals(manual.tryWait(), false);

  const order: string[] = [];
  const first = auto.wait().then(() => order.push("first"));
  hand.order({ task: "take blocking" });
  const { promise: second, resolve } = Promise.withResolvers<void>();
  hand.report().then(() => (order.push("second"), resolve()));
  await until(() => auto.waiters === 2);
  auto.set();
  await first;
  auto.set();
  await second;
  auto.set();
  auto.set();
  assertEquals([order, auto.tryWait(), auto.tryWait()], [["first", "second"], true, false]);
});

Deno.test("SharedEvent passes the turn of a Worker on that died before it noticed", async () => {
  const event = SharedEvent.create({ reset: "auto" }), told = new Int32Array(new SharedArrayBuffer(4));
  using hand = await Hand.hire(event.handle);
  hand.order({ task: "take" });
  await until(() => event.waiters === 1);
  hand.order({ task: "close when told", counts: told.buffer });
  await until(() => Atomics.load(told, 0) === 1);
  const next = event.wait();
  event.set(); // granted to the Worker, which came first
  Atomics.store(told, 0, 2);
  Atomics.notify(told, 0);
  await next;
  assertEquals([event.isSet, timers.size], [false, 0]);
});

Deno.test("SharedCounter counts exactly what threads add at once", async () => {
  const counter = SharedCounter.create();
  const hands = await Promise.all([1, 2].map(() => Hand.hire(counter.handle)));
  hands.forEach((hand) => hand.order({ task: "act", count: 10 * TIMES }));
  for (let i = 0; i < TIMES; i++) counter.add(-1);
  await Promise.all(hands.map((hand) => hand.report()));
  assertEquals(counter.value, BigInt(19 * TIMES));
  assertThrows(() => counter.add(0.5), RangeError, "Cannot add 0.5");
  assertEquals(counter.add(2n ** 63n - 1n - counter.value), 2n ** 63n - 1n);
  assertEquals(counter.add(), -(2n ** 63n));
  dismiss(hands);
});

Deno.test("SharedChannel delivers each message once, from many senders to many receivers, through a narrow ring", async () => {
  const channel = SharedChannel.create({ format: "json", capacityBytes: 64 });
  const hands = await Promise.all([1, 2, 3].map(() => Hand.hire(channel.handle)));
  hands.forEach((hand, i) => hand.order({ task: "act", count: i === 2 ? 0 : TIMES }));
  let sum = 0;
  const receives = (async () => {
    for await (const message of channel) sum += Number(message);
  })();
  await Promise.all(hands.slice(0, 2).map((hand) => hand.report()));
  channel.close();
  await receives;
  sum += (await hands[2]!.report()).count ?? 0;
  assertEquals([sum, channel.drained], [TIMES * (TIMES + 1), true]);
  dismiss(hands);
});

Deno.test("SharedChannel goes on when a Worker dies that sends and one that waits", async () => {
  const channel = SharedChannel.create({ format: "json", capacityBytes: 64 });
  const [sends, waits] = await Promise.all([Hand.hire(channel.handle), Hand.hire(channel.handle)]);
  waits.order({ task: "take" });
  sends.order({ task: "act", count: 1e6 });
  let last = Number(await channel.receive());
  for (let i = 0; i < 200; i++) {
    const next = Number(await channel.receive());
    assert(next > last, "in order");
    last = next;
  }
  sends.worker.terminate();
  waits.worker.terminate();
  while (await channel.receive({ timeoutMs: 300 }).then(() => true, () => false));
  channel.trySend("ours");
  assertEquals(await channel.receive(), "ours");
  channel.close();
  await assertRejects(() => channel.receive(), SharedChannelClosedError);
  assertEquals(timers.size, 0);
});
