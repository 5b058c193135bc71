import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { Channel, ChannelClosedError, MAX_CHANNEL_CAPACITY } from "./channel.ts";
import { WaitTimeoutError } from "./waiter.ts";
import { settledAfter } from "./testdata/settled_after.ts";

async function all<Item>(channel: Channel<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of channel) items.push(item);
  return items;
}

Deno.test("Channel hands on all of many producers to many consumers once, each producer's in order", async () => {
  for (const capacity of [0, 1, 7]) {
    const channel = new Channel<readonly [producer: number, n: number]>(capacity);
    const consumers = [all(channel), all(channel), all(channel)];
    await Promise.all([0, 1, 2, 3].map(async (producer) => {
      for (let n = 0; n < 50; n++) {
        await channel.send([producer, n]);
        if (n % 7 === producer) await nextTurn();
      }
    }));
    channel.close();
    const received = await Promise.all(consumers);
    for (const items of received) {
      for (const producer of [0, 1, 2, 3]) {
        const ns = items.filter(([by]) => by === producer).map(([, n]) => n);
        assertEquals(ns, ns.toSorted((a, b) => a - b));
      }
    }
    assertEquals(new Set(received.flat().map(String)).size, 200);
    assertEquals(received.flat().length, 200);
  }
});

Deno.test("Channel of 0 keeps nothing: a sender goes on when somebody receives", async () => {
  const channel = new Channel<string>(0);
  assertEquals(channel.trySend("a"), false);
  let isSent = false;
  const sent = channel.send("a").then(() => isSent = true);
  await nextTurn();
  assertEquals([isSent, channel.buffered], [false, 0]);
  assertEquals(channel.tryReceive(), "a");
  await sent;
  const received = channel.receive();
  assertEquals([channel.trySend("b"), await received], [true, "b"]);
});

Deno.test("Channel.send() waits while it is full, and an urgent item goes ahead of those that wait", async () => {
  const channel = new Channel<string>(1);
  await channel.send("kept");
  const sends = [channel.send("normal"), channel.send("urgent", { priority: "critical" })];
  channel.close();
  assertEquals(await all(channel), ["kept"], "what waited when it was closed was not taken");
  for (const send of sends) await assertRejects(() => send, ChannelClosedError);

  const open = new Channel<string>(1);
  open.trySend("kept");
  const waits = [open.send("normal"), open.send("urgent", { priority: "critical" })];
  assertEquals([open.tryReceive(), open.tryReceive(), open.tryReceive()], ["kept", "urgent", "normal"]);
  await Promise.all(waits);
});

Deno.test("Channel never delivers the item of a sender that was cancelled, nor loses one to such a receiver", async () => {
  const channel = new Channel<string>(0), abort = new AbortController(), late = new AbortController();
  const cancelled = channel.send("never", { signal: abort.signal });
  abort.abort();
  await assertRejects(() => cancelled);
  assertStrictEquals(channel.tryReceive(), undefined);

  const leaving = new AbortController(), gone = channel.receive({ signal: leaving.signal });
  leaving.abort();
  await assertRejects(() => gone);
  const receiver = channel.receive({ signal: late.signal });
  assertEquals(channel.trySend("a"), true);
  late.abort();
  assertEquals(await receiver, "a", "an abort in the turn of the hand-over comes too late");
});

Deno.test("Channel.close() lets receivers take what is left, then end; senders are told why", async () => {
  const channel = new Channel<number>(3, { name: "jobs" }), reason = new Error("shutting down");
  channel.trySend(1);
  channel.trySend(2);
  channel.close(reason);
  channel.close(new Error("a second call changes nothing"));
  const error = await assertRejects(() => channel.send(3), ChannelClosedError);
  assertEquals([error.code, error.cause], ["channel_closed", reason]);
  assertEquals(
    error.message,
    'Cannot send into the channel "jobs": it is closed; stop sending, or close it after the last sender is done',
  );
  assertThrows(() => channel.trySend(3), ChannelClosedError);
  assertEquals([await channel.receive(), await channel.receive(), await channel.receive()], [1, 2, undefined]);
  const waiting = new Channel<number>(1), received = waiting.receive();
  waiting.close();
  assertStrictEquals(await received, undefined);
});

Deno.test("Channel closes at the end of its scope", () => {
  const channel = new Channel<number>(1);
  {
    using _ = channel;
  }
  assertEquals(channel.closed, true);
});

Deno.test("Channel.drain() waits until everything sent was received, also what still waits to be sent", async () => {
  const channel = new Channel<number>(1);
  await channel.drain();
  const sends = [channel.send(1), channel.send(2)];
  let isDrained = false;
  const drained = channel.drain().then(() => isDrained = true);
  channel.tryReceive();
  await nextTurn();
  assertEquals(isDrained, false);
  channel.tryReceive();
  await Promise.all([drained, ...sends]);
  const stuck = new Channel<number>(1, { name: "jobs" });
  stuck.trySend(1);
  assertEquals(
    (await assertRejects(() => stuck.drain({ timeoutMs: 1 }), WaitTimeoutError)).message,
    'Cannot drain the channel "jobs" within 1 ms: it keeps 1 of at most 1, and 0 wait to send; raise timeoutMs, or receive faster',
  );
});

Deno.test("Channel's loop can be left, and the next goes on where it ended", async () => {
  const channel = new Channel<number>(3);
  for (const item of [1, 2, 3]) channel.trySend(item);
  for await (const item of channel) {
    assertEquals(item, 1);
    break;
  }
  channel.close();
  assertEquals(await all(channel), [2, 3]);
});

Deno.test("Channel.values() ends with the signal's reason", async () => {
  const channel = new Channel<number>(1), abort = new AbortController(), reason = new Error("enough");
  channel.trySend(1);
  const items = channel.values({ signal: abort.signal });
  assertEquals(await items.next(), { done: false, value: 1 });
  const next = items.next();
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => next), reason);
  assertEquals(await items.return?.(), { done: true, value: undefined });
  channel.trySend(2);
  assertEquals(await items.next(), { done: true, value: undefined });
});

Deno.test("Channel refuses undefined, and a capacity out of range", async () => {
  const channel = new Channel<number | undefined>(1);
  assertThrows(() => channel.trySend(undefined), TypeError, "Cannot send undefined");
  await assertRejects(() => channel.send(undefined), TypeError, "send null");
  for (const capacity of [-1, 0.5, NaN, Infinity, 1e9]) {
    assertThrows(
      () => new Channel(capacity),
      RangeError,
      `capacity ${capacity}: expected an integer from 0 to ${MAX_CHANNEL_CAPACITY}`,
    );
  }
});

Deno.test("Channel refuses what its receivers could only get resolved: promises and the like, and nothing else", async () => {
  const channel = new Channel<unknown>(10), then = () => {}, late = Promise.resolve(1);
  const says = 'Cannot send what has a method "then" into the channel: expected anything else';
  const throwing = {
    get then() {
      throw new Error("not today");
    },
  };
  for (const item of [late, { then }, Object.assign(() => {}, { then }), throwing]) {
    assertThrows(() => channel.trySend(item), TypeError, says);
    await assertRejects(() => channel.send(item), TypeError, "await it first, or send an object that holds it");
  }
  const items = [null, 0, "", { then: 1 }, { late }, () => {}, Symbol("s")];
  for (const item of items) await channel.send(item);
  for (const item of items) assertStrictEquals(await channel.receive(), item);
});

Deno.test("Channel keeps no timer or waiter after 10,000 waits on either side", async () => {
  const channel = new Channel<number>(0), abort = new AbortController();
  const options = { signal: abort.signal, timeoutMs: 60_000 };
  const sends = Array.from({ length: 10_000 }, (_, n) => channel.send(n, options));
  for (let n = 0; n < 5_000; n++) assertEquals(channel.tryReceive(), n);
  const outcomes = await settledAfter(sends, () => abort.abort());
  assert(outcomes.every(({ status }, n) => status === (n < 5_000 ? "fulfilled" : "rejected")));
  assertEquals([channel.snapshot().waiters.length, timers.size], [0, 0]);
});

Deno.test("Channel.snapshot() tells what is kept, and who waits for what", async () => {
  const channel = new Channel<number>(1, { name: "jobs" });
  channel.trySend(1);
  const sent = channel.send(2, { owner: "ann" });
  const { waiters, buffered, closed, capacity } = channel.snapshot();
  assertEquals({ buffered, closed, capacity }, { buffered: 1, closed: false, capacity: 1 });
  assertEquals(waiters, [{ owner: "ann", priority: "normal", wants: "write", waitedMs: undefined }]);
  channel.tryReceive();
  await sent;
  assertEquals(channel.snapshot().totals.grants, 1);
  assertEquals([channel.snapshot().sent.grants, channel.snapshot().sent.waits], [2, 1]);
});

Deno.test("Channel.snapshot() counts no receiver that was sent home by close()", async () => {
  const channel = new Channel<number>(1), waits = [channel.receive(), channel.receive()];
  channel.trySend(1);
  channel.close();
  assertEquals(await Promise.all(waits), [1, undefined]);
  const { totals: { grants, waits: waited }, sent } = channel.snapshot();
  assertEquals([grants, waited, sent.grants], [1, 1, 1]);
});
