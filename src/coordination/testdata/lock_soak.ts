/**
 * Hands a lock over again and again, with waits given up between, and looks whether the heap grows.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { timers } from "../../reliability/timer_wheel.ts";
import type { PrimitiveTotals } from "../primitive.ts";
import type { WaitOptions } from "../waiter.ts";

/** A lock that one holds at a time. */
export interface SoakedLock {
  /** Takes it for a task of a number. */
  acquire(task: number, options?: WaitOptions): Promise<{ release(): void }>;
  totals(): PrimitiveTotals;
}

/** How much it is to stand. */
export interface Soak {
  readonly handoffs: number;
  readonly tasks: number;
  /** Every how many turns a task waits a second time, and gives that up. */
  readonly turnsPerAbort: number;
}

/** Far less than anything that a wait could leave behind, if there are some hundred thousand. */
const MOST_GROWTH_BYTES = 1_500_000;

/** Runs the tasks; nobody holds the lock or waits for it afterwards, and nothing is left of those who did. */
export async function soak(lock: SoakedLock, { handoffs, tasks, turnsPerAbort }: Soak): Promise<void> {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const signals = new AbortController();
  let inside = 0, made = 0;
  const work = async (turns: number, task: number) => {
    for (let i = 0; i < turns; i++) {
      const abort = i % turnsPerAbort === 0 ? new AbortController() : undefined;
      const wait = lock.acquire(task, i % 10 === 1 ? { signal: signals.signal, timeoutMs: 1e6 } : undefined);
      const gone = abort === undefined ? undefined : lock.acquire(task, { signal: abort.signal, timeoutMs: 1e6 });
      const guard = await wait;
      assertEquals(++inside, 1);
      made++;
      await undefined;
      abort?.abort();
      inside--;
      guard.release();
      if (gone !== undefined) await assertRejects(() => gone);
    }
  };
  const run = (turns: number) => Promise.all(Array.from({ length: tasks }, (_, task) => work(turns, task)));
  await run(5 * turnsPerAbort);
  gc();
  const before = Deno.memoryUsage().heapUsed;
  made = 0;
  await run(Math.ceil(handoffs / tasks));
  gc();
  const grownBytes = Deno.memoryUsage().heapUsed - before;
  assert(grownBytes < MOST_GROWTH_BYTES, `${grownBytes} bytes after ${made} hand-offs`);
  const { waits, aborts } = lock.totals();
  assert(waits > made / 4 && aborts > 0, `it was contended, and some gave up, not only ${waits} and ${aborts}`);
  assertEquals(timers.size, 0);
}
