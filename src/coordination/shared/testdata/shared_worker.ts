/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { setImmediate as nextTurn } from "node:timers/promises";
import { SharedBarrier } from "../barrier.ts";
import { SharedChannel } from "../channel.ts";
import { SharedCounter } from "../counter.ts";
import { SharedWords } from "../atomic_memory.ts";
import { SharedEvent } from "../event.ts";
import { LOCK_AT, openHandle, type SharedHandle } from "../handle.ts";
import { SharedLatch } from "../latch.ts";
import { LockWord, PARKED } from "../lock_word.ts";
import { SharedMutex } from "../mutex.ts";
import { SharedRateLimiter } from "../rate_limiter.ts";
import { SharedReadWriteLock } from "../read_write_lock.ts";
import { SharedSemaphore } from "../semaphore.ts";
import type { Order, Report } from "./orders.ts";

/** What is taken, if it is something to be given back. */
interface Taken {
  readonly ownerDied: boolean;
  release(): void;
}

/** What every primitive looks like to a Worker that is told what to do. */
interface Tool {
  readonly take: (count: number) => Promise<Taken>;
  readonly takeBlocking: (count: number, options?: { readonly timeoutMs: number }) => Taken;
  readonly tryTake: (count: number) => Taken | undefined;
  /** What else there is to do. */
  readonly act: (count: number) => number | Promise<number>;
}

const NOTHING: Taken = { ownerDied: false, release: () => {} };

function open<Handle extends SharedHandle>(handle: Handle): Tool {
  const { type } = handle, none = () => 0;
  switch (type) {
    case "mutex": {
      const mutex = SharedMutex.attach({ ...handle, type });
      return {
        take: () => mutex.acquire(),
        takeBlocking: (_, options) => mutex.acquireBlocking(options),
        tryTake: () => mutex.tryAcquire(),
        act: none,
      };
    }
    case "semaphore": {
      const semaphore = SharedSemaphore.attach({ ...handle, type });
      return {
        take: (count) => semaphore.acquire(count),
        takeBlocking: (count, options) => semaphore.acquireBlocking(count, options),
        tryTake: (count) => semaphore.tryAcquire(count),
        act: none,
      };
    }
    case "read-write lock": { // writes if it is to take more than 1
      const lock = SharedReadWriteLock.attach({ ...handle, type });
      return {
        take: (count) => count > 1 ? lock.write() : lock.read(),
        takeBlocking: (count, options) => count > 1 ? lock.writeBlocking(options) : lock.readBlocking(options),
        tryTake: (count) => count > 1 ? lock.tryWrite() : lock.tryRead(),
        act: none,
      };
    }
    case "barrier": { // acts by passing it `count` times, in both ways
      const barrier = SharedBarrier.attach({ ...handle, type });
      return {
        take: () => barrier.arrive().then(() => NOTHING),
        takeBlocking: (_, options) => (barrier.arriveBlocking(options), NOTHING),
        tryTake: () => undefined,
        act: async (count) => {
          let lasts = 0;
          for (let i = 0; i < count; i++) if (i % 50 === 0 ? await barrier.arrive() : barrier.arriveBlocking()) lasts++;
          return lasts;
        },
      };
    }
    case "latch": {
      const latch = SharedLatch.attach({ ...handle, type });
      return {
        take: () => latch.wait().then(() => NOTHING),
        takeBlocking: (_, options) => (latch.waitBlocking(options), NOTHING),
        tryTake: () => latch.tryWait() ? NOTHING : undefined,
        act: (count) => {
          for (let i = 0; i < count; i++) latch.countDown();
          return count;
        },
      };
    }
    case "event": {
      const event = SharedEvent.attach({ ...handle, type });
      return {
        take: () => event.wait().then(() => NOTHING),
        takeBlocking: (_, options) => (event.waitBlocking(options), NOTHING),
        tryTake: () => event.tryWait() ? NOTHING : undefined,
        act: (count) => (event.set(), count),
      };
    }
    case "counter": {
      const counter = SharedCounter.attach({ ...handle, type });
      return {
        take: () => Promise.resolve(NOTHING),
        takeBlocking: () => NOTHING,
        tryTake: () => undefined,
        act: (count) => {
          for (let i = 0; i < count; i++) counter.add();
          return count;
        },
      };
    }
    case "rate limiter": { // acts by taking as many tokens as it can, of `count`
      const limiter = SharedRateLimiter.attach({ ...handle, type });
      return {
        take: (count) => limiter.take(count).then(() => NOTHING),
        takeBlocking: (count, options) => (limiter.takeBlocking(count, options), NOTHING),
        tryTake: (count) => limiter.tryTake(count) ? NOTHING : undefined,
        act: (count) => {
          let taken = 0;
          for (let i = 0; i < count; i++) if (limiter.tryTake()) taken++;
          return taken;
        },
      };
    }
    case "channel": { // sends numbers up to `count`, or receives them all: then it answers their sum
      const channel = SharedChannel.attach({ ...handle, type }, "json");
      return {
        take: () => channel.receive().then(() => NOTHING),
        takeBlocking: (_, options) => (channel.receiveBlocking(options), NOTHING),
        tryTake: () => channel.tryReceive() === undefined ? undefined : NOTHING,
        act: async (count) => {
          for (let i = 1; i <= count; i++) {
            if (i % 100 === 0) await channel.send(i);
            else if (i % 3 !== 0 || !channel.trySend(i)) channel.sendBlocking(i);
          }
          let sum = 0;
          if (count === 0) { for await (const message of channel) sum += Number(message); }
          return sum;
        },
      };
    }
    default:
      throw new Error(`nobody knows how to use a ${type}`);
  }
}

/** Enters the critical section of a primitive, which only its own methods do otherwise, to stay there. */
function enter({ handle, lockAt = LOCK_AT, writes = [] }: Order): LockWord {
  if (handle === undefined) throw new Error("there is nothing to enter");
  const { buffer, member } = openHandle(handle, handle.type), memory = new SharedWords(buffer);
  const lock = new LockWord(memory, { at: lockAt, me: member.lockName, watch: member });
  if (!lock.tryTake()) throw new Error("somebody else is inside");
  for (const [at, value] of writes) memory.write(at, value);
  return lock;
}

/** Enters it, says so, and leaves it when somebody has said that it waits. */
function enterUntilWanted(order: Order): Report {
  const lock = enter(order);
  self.postMessage({});
  while ((lock.memory.load(lock.at) & PARKED) === 0) lock.memory.pause();
  lock.release();
  return {};
}

/** Does nothing until the count is 2, which it makes 1 when it begins, and ends its Worker then, before that notices anything else. */
function closeWhenTold({ counts }: Order): Report {
  if (counts === undefined) throw new Error("there is nothing to be told by");
  const told = new Int32Array(counts);
  Atomics.store(told, 0, 1);
  Atomics.wait(told, 0, 1);
  self.close();
  return {};
}

let tool: Tool | undefined, taken: Taken | undefined;

async function obey(order: Order): Promise<Report> {
  if (order.task === "enter") return enter(order), {};
  if (order.task === "enter until wanted") return enterUntilWanted(order);
  if (order.task === "close when told") return closeWhenTold(order);
  if (order.handle !== undefined) tool = open(order.handle);
  if (tool === undefined) throw new Error("attach first");
  const { task, count = 1, timeoutMs } = order;
  switch (task) {
    case "take":
      taken = await tool.take(count);
      return { ownerDied: taken.ownerDied };
    case "take blocking":
      taken = tool.takeBlocking(count, timeoutMs === undefined ? undefined : { timeoutMs });
      return { ownerDied: taken.ownerDied };
    case "release":
      taken?.release();
      return {};
    case "hammer":
      return await hammer(tool, order);
    case "act":
      return { count: await tool.act(count) };
    case "act for ever":
      return await actForEver(tool, order);
    default:
      return {};
  }
}

/** Adds 1 in two steps, `count` times, taking its turn in every way. */
async function hammer(tool: Tool, { count = 0, counts }: Order): Promise<Report> {
  if (counts === undefined) throw new Error("there is nothing to count in");
  const sum = new Int32Array(counts), all = 2;
  for (let i = 0; i < count; i++) {
    const way = i % 64;
    const taken = way === 0
      ? await tool.take(all)
      : (way % 2 === 0 ? tool.tryTake(all) : undefined) ?? tool.takeBlocking(all);
    sum[0] = sum[0]! + 1; // plain: right only if nobody else is here
    taken.release();
  }
  return { count };
}

/** Acts, and writes down how much came of it, again and again until the Worker is ended. */
async function actForEver(tool: Tool, { count = 1, counts }: Order): Promise<never> {
  if (counts === undefined) throw new Error("there is nothing to count in");
  for (const sum = new Int32Array(counts);;) {
    Atomics.add(sum, 0, await tool.act(count));
    await nextTurn();
  }
}

self.addEventListener("message", (event) => {
  if (!(event instanceof MessageEvent)) return;
  obey(event.data).then(
    (report) => self.postMessage(report),
    (error) => self.postMessage({ error: String(error?.stack ?? error) }),
  );
});
