import { soak, type SoakedLock } from "../testdata/lock_soak.ts";
import { SharedEvent } from "./event.ts";
import { SharedMutex } from "./mutex.ts";
import { SharedReadWriteLock } from "./read_write_lock.ts";
import { SharedSemaphore } from "./semaphore.ts";

/** How many hand-offs each lock makes, each a real wake-up: `SHARED_SOAK_HANDOFFS=10000000` takes its time. */
const HANDOFFS = Number(Deno.env.get("SHARED_SOAK_HANDOFFS") ?? 4_000);

/** Each is seen through two handles in one thread. */
const KINDS: Record<string, () => SoakedLock> = {
  SharedMutex: () => {
    const mutex = SharedMutex.create(), handles = [mutex, SharedMutex.attach(mutex.handle)];
    return {
      acquire: (task, options) => handles[task % 2]!.acquire(options),
      totals: () => mutex.snapshot().totals,
    };
  },
  SharedSemaphore: () => {
    const semaphore = SharedSemaphore.create({ permits: 2 }),
      handles = [semaphore, SharedSemaphore.attach(semaphore.handle)];
    return {
      acquire: (task, options) => handles[task % 2]!.acquire(2, options),
      totals: () => semaphore.snapshot().totals,
    };
  },
  SharedReadWriteLock: () => {
    const lock = SharedReadWriteLock.create(), handles = [lock, SharedReadWriteLock.attach(lock.handle)];
    return {
      acquire: (task, options) => handles[task % 2]!.write(options),
      totals: () => lock.snapshot().totals,
    };
  },
  SharedEvent: () => {
    const event = SharedEvent.create({ reset: "auto" }), handles = [event, SharedEvent.attach(event.handle)];
    event.set();
    return {
      acquire: (task, options) => handles[task % 2]!.wait(options).then(() => ({ release: () => event.set() })),
      totals: () => event.snapshot().totals,
    };
  },
};

for (const [kind, make] of Object.entries(KINDS)) {
  Deno.test(`${kind} is handed over many times, with waits given up between, without growth of the heap`, () =>
    soak(make(), { handoffs: HANDOFFS, tasks: 8, turnsPerAbort: 20 }));
}
