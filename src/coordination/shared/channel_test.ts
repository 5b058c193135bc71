import { assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { WaitTimeoutError } from "../waiter.ts";
import { SharedChannel } from "./channel.ts";
import { SharedChannelClosedError } from "./errors.ts";

Deno.test("SharedChannel.tryReceive() does not pass a receive of its thread that waits, receiveBlocking() does", async () => {
  const channel = SharedChannel.create();
  const waits = channel.receive();
  await nextTurn();
  channel.trySend(Uint8Array.of(1));
  channel.trySend(Uint8Array.of(2));
  assertEquals(channel.tryReceive(), undefined, "there is a message for it, but the other was first");
  assertEquals(channel.tryReceiveInto(new Uint8Array(8)), undefined);
  const target = new Uint8Array(1), behind = [channel.receiveInto(target), channel.receive()];
  assertEquals(channel.receiveBlocking(), Uint8Array.of(1), "the other could not go on meanwhile");
  for (const byte of [3, 4, 5]) channel.trySend(Uint8Array.of(byte));
  assertEquals([await waits, ...await Promise.all(behind)], [Uint8Array.of(2), 1, Uint8Array.of(4)]);
  assertEquals([target, channel.tryReceive()], [Uint8Array.of(3), Uint8Array.of(5)]);
});

Deno.test("SharedChannel.tryReceiveInto() carries any bytes into the front of an array, and nothing else there changes", () => {
  const channel = SharedChannel.create({ capacityBytes: 512 });
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300, size: "max" }), fc.nat(40), fc.nat(40), (message, before, after) => {
      const buffer = new Uint8Array(before + message.length + after).fill(7);
      channel.trySend(message);
      assertEquals(channel.tryReceiveInto(buffer.subarray(before)), message.length);
      const expected = new Uint8Array(buffer.length).fill(7);
      expected.set(message, before);
      assertEquals(buffer, expected);
      assertEquals([channel.tryReceiveInto(buffer), channel.usedBytes], [undefined, 0]);
    }),
  );
});

Deno.test("SharedChannel.receiveInto() waits its turn among those that receive, and writes nothing before", async () => {
  const channel = SharedChannel.create(), abort = new AbortController(), reason = new Error("enough");
  const [first, second, third] = [new Uint8Array(4), new Uint8Array(4), new Uint8Array(4)];
  const waits = [channel.receiveInto(first), channel.receive(), channel.receiveInto(third)];
  const aborted = channel.receiveInto(second, { signal: abort.signal });
  await nextTurn();
  abort.abort(reason);
  assertStrictEquals(await assertRejects(() => aborted), reason);
  for (const byte of [1, 2, 3]) channel.trySend(Uint8Array.of(byte, byte));
  assertEquals(await Promise.all(waits), [2, Uint8Array.of(2, 2), 2]);
  assertEquals([first, second, third].map((target) => target.join()), ["1,1,0,0", "0,0,0,0", "3,3,0,0"]);
  await assertRejects(() => channel.receiveInto(first, { timeoutMs: 1 }), WaitTimeoutError, "a message from");
  assertThrows(() => channel.receiveIntoBlocking(first, { timeoutMs: 1 }), WaitTimeoutError, "a message from");
  channel.trySend(Uint8Array.of(4));
  assertEquals([channel.receiveIntoBlocking(first), first[0], timers.size], [1, 4, 0]);
  const late = channel.receiveInto(first);
  channel.close();
  await assertRejects(() => late, SharedChannelClosedError, "closed and drained");
  await assertRejects(() => channel.receiveInto(first), SharedChannelClosedError);
  assertThrows(() => channel.receiveIntoBlocking(first), SharedChannelClosedError);
  assertEquals(channel.tryReceiveInto(first), undefined);
});

Deno.test("SharedChannel leaves a message that is too long for an array to the next who receives", async () => {
  const channel = SharedChannel.create({ name: "jobs" }), short = new Uint8Array(2);
  const waits = channel.receiveInto(short), next = channel.receive();
  channel.trySend(Uint8Array.of(1, 2, 3));
  await assertRejects(
    () => waits,
    RangeError,
    'Cannot receive a message of 3 bytes from the shared channel "jobs" into 2: it stays; pass an array that is long enough',
  );
  assertEquals([await next, [...short]], [Uint8Array.of(1, 2, 3), [0, 0]]);
  channel.trySend(Uint8Array.of(1, 2, 3));
  assertThrows(() => channel.tryReceiveInto(short), RangeError, "3 bytes");
  assertThrows(() => channel.receiveIntoBlocking(short), RangeError, "3 bytes");
  await assertRejects(() => channel.receiveInto(short), RangeError, "3 bytes");
  const detached = new Uint8Array(8);
  structuredClone(detached.buffer, { transfer: [detached.buffer] });
  assertThrows(() => channel.tryReceiveInto(detached), RangeError, "into 0");
  assertEquals(channel.tryReceive(), Uint8Array.of(1, 2, 3));
});

Deno.test("SharedChannel receives into no array but one of bytes, and only bytes", async () => {
  const channel = SharedChannel.create(), values = SharedChannel.create({ format: "json" }), array = new Uint8Array(8);
  const calls = ["tryReceiveInto", "receiveIntoBlocking", "receiveInto"] as const;
  for (const name of calls) {
    const call = async (on: unknown, target: unknown) => await Reflect.apply(channel[name], on, [target]);
    await assertRejects(() => call(channel, [1]), TypeError, "into a object: expected a Uint8Array");
    await assertRejects(() => call(values, array), TypeError, "it is of format json, whose messages are no bytes");
  }
});

Deno.test("SharedChannel.trySend() passes no send of its thread that waits, however small the message is", async () => {
  const channel = SharedChannel.create({ capacityBytes: 64 });
  assertEquals([channel.trySend(new Uint8Array(56)), channel.usedBytes], [true, 60]);
  const large = channel.send(new Uint8Array(40));
  assertEquals(channel.trySend(new Uint8Array(0)), false, "there is room for it, but the other was first");
  assertEquals([channel.tryReceive()?.length, await channel.receive().then(({ length }) => length)], [56, 40]);
  await large;
  assertEquals(channel.trySend(new Uint8Array(0)), true);
});

Deno.test("SharedChannel.send() sends what the array held when it was called", async () => {
  const channel = SharedChannel.create({ capacityBytes: 64 }), message = Uint8Array.of(1, 2, 3);
  channel.trySend(new Uint8Array(60));
  const sent = channel.send(message);
  message.fill(9);
  channel.tryReceive();
  await sent;
  assertEquals(channel.tryReceive(), Uint8Array.of(1, 2, 3));
});

Deno.test("SharedChannel lets a small message in as soon as a large one ahead of it gives up", async () => {
  const channel = SharedChannel.create({ capacityBytes: 64 }), abort = new AbortController();
  channel.trySend(new Uint8Array(56));
  const large = channel.send(new Uint8Array(40), abort), small = channel.send(new Uint8Array(0));
  let isSent = false;
  small.then(() => isSent = true);
  abort.abort(new Error("enough"));
  await assertRejects(() => large, Error, "enough");
  await nextTurn();
  assertEquals([isSent, channel.usedBytes, timers.size], [true, 64, 0]);
});
