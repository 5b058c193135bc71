/**
 * Pools of numbers, and factories that a test is in command of.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { backgroundTimers, timers } from "../../../reliability/timer_wheel.ts";
import { ObjectPool } from "../object_pool.ts";
import type { ObjectPoolOptions, PoolFault } from "../options.ts";

/** A pool of {@linkcode numbers}, and what became of them. */
export interface Numbers {
  readonly pool: ObjectPool<number>;
  readonly destroyed: number[];
  readonly faults: PoolFault[];
}

/** Calls that a test answers. */
export interface Pending<Result> {
  readonly calls: PromiseWithResolvers<Result>[];
  readonly signals: AbortSignal[];
  call(signal: AbortSignal): Promise<Result>;
}

/** Makes 0, 1, 2 and so on, at once, and remembers what was destroyed. */
export function numbers(options: Partial<ObjectPoolOptions<number>> = {}): Numbers {
  let next = 0;
  const destroyed: number[] = [], faults: PoolFault[] = [];
  const pool = new ObjectPool<number>({
    max: 3,
    create: () => next++,
    destroy: (n) => void destroyed.push(n),
    onError: (fault) => void faults.push(fault),
    ...options,
  });
  return { pool, destroyed, faults };
}

/** Promises that a test settles, one for each call. */
export function pending<Result>(): Pending<Result> {
  const calls: PromiseWithResolvers<Result>[] = [], signals: AbortSignal[] = [];
  return {
    calls,
    signals,
    call(signal: AbortSignal): Promise<Result> {
      signals.push(signal);
      const deferred = Promise.withResolvers<Result>();
      calls.push(deferred);
      return deferred.promise;
    },
  };
}

/** Runs a test whose time passes when it says so. */
export async function inFakeTime(body: (tick: (ms: number) => Promise<void>) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    await body(async (ms) => {
      await settle();
      clock.tick(ms);
      await settle();
    });
  } finally {
    clock.tick(1);
    clock.uninstall();
  }
  assertEquals([timers.size, backgroundTimers.size], [0, 0], "no timer is left");
}

/** Lets promises be heard. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
