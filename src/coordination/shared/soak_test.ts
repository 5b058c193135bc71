import { assert, assertEquals, assertRejects } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import type { PrimitiveTotals } from "../primitive.ts";
import type { WaitOptions } from "../waiter.ts";
import { SharedEvent } from "./event.ts";
import { SharedMutex } from "./mutex.ts";
import { SharedReadWriteLock } from "./read_write_lock.ts";
import { SharedSemaphore } from "./semaphore.ts";

/** How many hand-offs each lock makes, each a real wake-up: `SHARED_SOAK_HANDOFFS=10000000` takes its time. */
const HANDOFFS = Number(Deno.env.get("SHARED_SOAK_HANDOFFS") ?? 4_000);
const TASKS = 8;
/** Far less than anything that a wait could leave behind. */
const MOST_GROWTH_BYTES = 1_500_000;

/** Something that one has at a time, through two handles in one thread. */
interface Lock {
  acquire(handle: number, options?: WaitOptions): Promise<{ release(): void }>;
  totals(): PrimitiveTotals;
}

const KINDS: Record<string, () => Lock> = {
  SharedMutex: () => {
    const mutex = SharedMutex.create(), handles = [mutex, SharedMutex.attach(mutex.handle)];
    return {
      acquire: (handle, options) => handles[handle]!.acquire(options),
      totals: () => mutex.snapshot().totals,
    };
  },
  SharedSemaphore: () => {
    const semaphore = SharedSemaphore.create({ permits: 2 }),
      handles = [semaphore, SharedSemaphore.attach(semaphore.handle)];
    return {
      acquire: (handle, options) => handles[handle]!.acquire(2, options),
      totals: () => semaphore.snapshot().totals,
    };
  },
  SharedReadWriteLock: () => {
    const lock = SharedReadWriteLock.create(), handles = [lock, SharedReadWriteLock.attach(lock.handle)];
    return {
      acquire: (handle, options) => handles[handle]!.write(options),
      totals: () => lock.snapshot().totals,
    };
  },
  SharedEvent: () => {
    const event = SharedEvent.create({ reset: "auto" }), handles = [event, SharedEvent.attach(event.handle)];
    event.set();
    return {
      acquire: (handle, options) => handles[handle]!.wait(options).then(() => ({ release: () => event.set() })),
      totals: () => event.snapshot().totals,
    };
  },
};

for (const [kind, make] of Object.entries(KINDS)) {
  Deno.test(`${kind} is handed over many times, with waits given up between, without growth of the heap`, async () => {
    const gc: unknown = Reflect.get(globalThis, "gc");
    assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
    const lock = make(), signals = new AbortController();
    let inside = 0, handoffs = 0;
    const work = async (rounds: number, task: number) => {
      for (let i = 0; i < rounds; i++) {
        const abort = i % 20 === 0 ? new AbortController() : undefined;
        const wait = lock.acquire(task % 2, i % 10 === 1 ? { signal: signals.signal, timeoutMs: 1e6 } : undefined);
        const gone = abort === undefined ? undefined : lock.acquire(task % 2, { signal: abort.signal, timeoutMs: 1e6 });
        const guard = await wait;
        assertEquals(++inside, 1);
        handoffs++;
        await undefined;
        abort?.abort();
        inside--;
        guard.release();
        if (gone !== undefined) await assertRejects(() => gone);
      }
    };
    const run = (rounds: number) => Promise.all(Array.from({ length: TASKS }, (_, task) => work(rounds, task)));
    await run(100);
    gc();
    const before = Deno.memoryUsage().heapUsed;
    handoffs = 0;
    await run(Math.ceil(HANDOFFS / TASKS));
    gc();
    const grownBytes = Deno.memoryUsage().heapUsed - before;
    assert(grownBytes < MOST_GROWTH_BYTES, `${grownBytes} bytes after ${handoffs} hand-offs`);
    const { waits, aborts } = lock.totals();
    assert(waits > handoffs / 4 && aborts > 0, `it was contended, and some gave up, not only ${waits} and ${aborts}`);
    assertEquals(timers.size, 0);
  });
}
