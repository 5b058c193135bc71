import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  SharedBarrier,
  SharedChannel,
  SharedCounter,
  SharedEvent,
  SharedLatch,
  SharedMutex,
  SharedRateLimiter,
  SharedSemaphore,
} from "./mod.ts";
import { KINDS } from "./testdata/kinds.ts";

/** What is neither a number nor has a text of its own, beside what only looks like a number. */
const NO_NUMBERS: readonly unknown[] = ["3", true, new Date(), Symbol("s"), 5n, Object.create(null), [], null];

Deno.test("Shared primitives refuse what is no number, and options that are no object, in words", async () => {
  const says = (call: () => unknown, wanted: RegExp) => {
    const error = assertThrows(call, Error);
    assert(error instanceof TypeError || error instanceof RangeError, String(error));
    assert(wanted.test(error.message), error.message);
  };
  const create = (kind: { readonly create: (...args: never[]) => unknown }, options: unknown) => () =>
    Reflect.apply(kind.create, kind, [options]);
  const all = { permits: 1, parties: 1, count: 1, limit: 1 };
  for (const bad of NO_NUMBERS) {
    for (const option of ["limit", "perMs", "burst"]) {
      says(create(SharedRateLimiter, { ...all, [option]: bad }), new RegExp(`${option} .*: expected`));
    }
    says(create(SharedRateLimiter, { ...all, clock: () => bad }), /a clock that tells .*: expected/);
    says(create(SharedSemaphore, { permits: bad }), /permits .*: expected/);
    says(create(SharedBarrier, { parties: bad }), /parties .*: expected/);
    says(create(SharedLatch, { count: bad }), /count .*: expected/);
    says(create(SharedChannel, { capacityBytes: bad }), /capacityBytes .*: expected/);
    says(create(SharedChannel, { format: bad }), /format .*: expected/);
    says(create(SharedEvent, { reset: bad }), /reset .*: expected/);
    for (const kind of Object.values(KINDS)) {
      if (typeof bad !== "string") says(create(kind, { ...all, name: bad }), /name .*: expected/);
    }
    says(() => Reflect.apply(SharedSemaphore.prototype.tryAcquire, SharedSemaphore.create(all), [bad]), /: expected/);
    says(() => Reflect.apply(SharedRateLimiter.prototype.tryTake, SharedRateLimiter.create(all), [bad]), /: expected/);
    if (typeof bad === "bigint") continue;
    says(() => Reflect.apply(SharedCounter.prototype.add, SharedCounter.create(), [bad]), /Cannot add .*: expected/);
    says(
      () => Reflect.apply(SharedCounter.prototype.compareAndSet, SharedCounter.create(), [bad, 1n]),
      /Cannot expect .*: expected/,
    );
  }
  for (const none of ["oops", 7, null, true]) {
    for (const [type, kind] of Object.entries(KINDS)) {
      says(create(kind, none), new RegExp(`Cannot open a shared ${type} with options .*: expected an object`));
    }
    const { handle } = SharedRateLimiter.create(all);
    says(() => Reflect.apply(SharedRateLimiter.attach, SharedRateLimiter, [handle, none]), /expected an object/);
    const semaphore = SharedSemaphore.create(all);
    const wait = (): Promise<unknown> => Reflect.apply(semaphore.acquire, semaphore, [1, none]);
    await assertRejects(wait, TypeError, "Cannot wait with options ");
    says(() => Reflect.apply(semaphore.acquireBlocking, semaphore, [1, none]), /Cannot wait with options /);
    assertEquals(semaphore.available, 1);
  }
});

Deno.test("Shared waits refuse a priority or an owner, and blocking ones a signal, rather than ignore it", async () => {
  const semaphore = SharedSemaphore.create({ permits: 1 }), mutex = SharedMutex.create();
  const channel = SharedChannel.create(),
    limiter = SharedRateLimiter.create({ limit: 1 }),
    { signal } = new AbortController();
  for (const name of ["priority", "owner"]) {
    const option: object = { [name]: "high" }, says = `Cannot wait for a shared primitive with ${name}: `;
    const waits: (() => Promise<unknown>)[] = [
      () => semaphore.acquire(1, option),
      () => mutex.acquire(option),
      () => channel.receive(option),
      () => channel.send(new Uint8Array(1), option),
      () => limiter.take(1, option),
    ];
    for (const wait of waits) await assertRejects(wait, TypeError, says);
    assertThrows(() => channel.values(option), TypeError, says);
    assertThrows(() => mutex.acquireBlocking(option), TypeError, says);
  }
  const aborted: object = { signal }, says = "Cannot wait for a shared primitive with signal: ";
  assertThrows(() => mutex.acquireBlocking(aborted), TypeError, says);
  assertThrows(() => semaphore.acquireBlocking(1, aborted), TypeError, says);
  assertThrows(() => channel.receiveBlocking(aborted), TypeError, says);
  assertThrows(() => limiter.takeBlocking(1, aborted), TypeError, says);
  assertEquals([semaphore.available, mutex.locked, channel.usedBytes, limiter.tryTake()], [1, false, 0, true]);
});

Deno.test("SharedChannel goes by the bytes that an array has, not by what its class says", async () => {
  class Liar extends Uint8Array {}
  for (const [name, lie] of Object.entries({ length: -8, byteLength: 1_000 })) {
    Object.defineProperty(Liar.prototype, name, { get: () => lie });
  }
  for (const name of ["subarray", "slice"]) Object.defineProperty(Liar.prototype, name, { value: () => [] });
  const channel = SharedChannel.create({ capacityBytes: 256 });
  for (const size of [3, 100]) {
    const liar = new Liar(new Uint8Array(size).fill(7)), plain = new Uint8Array(size).fill(7);
    assertEquals([channel.trySend(liar), channel.usedBytes], [true, 4 + Math.ceil(size / 4) * 4]);
    assertEquals([channel.tryReceive(), channel.usedBytes], [plain, 0]);
    channel.trySend(new Uint8Array(250 - size % 2));
    const waits = channel.send(liar);
    channel.tryReceive();
    await waits;
    assertEquals(await channel.receive(), plain);
    channel.trySend(Uint8Array.of(1, 2, 3, 4));
    assertThrows(() => channel.tryReceiveInto(new Liar(2)), RangeError, "a message of 4 bytes");
    assertEquals(channel.tryReceiveInto(new Liar(4)), 4);
  }
});

Deno.test("SharedChannel calls no method that an array has of its own, to send it or to receive into it", async () => {
  const channel = SharedChannel.create({ capacityBytes: 256 }), views: unknown[] = [];
  function called(...args: unknown[]): Uint8Array {
    views.push(args);
    return new Uint8Array(4_096);
  }
  const spoilt = (size: number): Uint8Array => {
    const array = new Uint8Array(size).fill(7);
    for (const name of ["subarray", "slice", "set"]) Object.defineProperty(array, name, { value: called });
    return Object.defineProperties(array, {
      constructor: { value: { [Symbol.species]: called } }, // which the engine's own methods ask
      buffer: { get: called },
      byteOffset: { get: called },
    });
  };
  for (const size of [3, 100, 240]) { // the last one wraps around
    const plain = new Uint8Array(size).fill(7), target = spoilt(250);
    assertEquals([channel.trySend(spoilt(size)), channel.usedBytes], [true, 4 + Math.ceil(size / 4) * 4]);
    assertEquals([channel.tryReceive(), channel.usedBytes], [plain, 0]);
    channel.trySend(new Uint8Array(249));
    const waits = channel.send(spoilt(size));
    assertEquals(channel.tryReceiveInto(target), 249);
    await waits;
    assertEquals([channel.tryReceiveInto(target), target[size - 1], target[size]], [size, 7, 0]);
  }
  const sender = Object.defineProperty(Uint8Array.of(1), "length", { get: () => void channel.tryReceive() });
  channel.trySend(sender);
  const busy = Object.defineProperty(new Uint8Array(4), "length", {
    get: () => void channel.trySend(Uint8Array.of(2)),
  });
  assertEquals([channel.tryReceiveInto(busy), channel.tryReceive(), views], [1, Uint8Array.of(2), []]);
});
