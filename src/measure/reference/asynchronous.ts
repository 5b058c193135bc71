/**
 * Bodies that wait: microtasks, the event loop, abort signals.
 *
 * @module
 */

import type { DefineBenchmark } from "../definition.ts";
import { nextTurn } from "../fork/event_loop.ts";

async function addOne(value: number): Promise<number> {
  return await Promise.resolve(value) + 1;
}

/** Three async functions, one awaited after the other. */
export function promiseChain3(bench: DefineBenchmark): void {
  bench("promise_chain_3", async () => await addOne(await addOne(await addOne(0))) === 3);
}

/** Ten async functions, awaited together. */
export function promiseAll10(bench: DefineBenchmark): void {
  bench("promise_all_10", { setup: () => Array.from({ length: 10 }, (_, index) => index) }, async (numbers) => {
    const results = await Promise.all(numbers.map(addOne));
    return results.length === 10 && results[9] === 10;
  });
}

/** A lock whose holders follow each other: each waits for the promise that the one before it resolves. */
class QueueLock {
  #tail: Promise<void> = Promise.resolve();

  async with(action: () => void): Promise<void> {
    const before = this.#tail;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#tail = promise;
    await before;
    action();
    resolve();
  }
}

/** Four that want one lock at once, served in order. */
export function mutexQueue(bench: DefineBenchmark): void {
  bench("mutex_queue", { setup: () => ({ lock: new QueueLock(), served: 0 }) }, async (state) => {
    const { lock } = state;
    state.served = 0;
    const serve = (expected: number) => () => {
      if (state.served === expected) state.served++;
    };
    await Promise.all([lock.with(serve(0)), lock.with(serve(1)), lock.with(serve(2)), lock.with(serve(3))]);
    return state.served === 4;
  });
}

/** One turn of the event loop. */
export function setImmediateHop(bench: DefineBenchmark): void {
  bench("setimmediate_hop", { setup: () => ({ turn: 0 }) }, async (state) => {
    const before = state.turn;
    await nextTurn();
    state.turn = (before + 1) % 1024;
    return state.turn !== before;
  });
}

/** An abort signal with one listener, aborted. */
export function abortController(bench: DefineBenchmark): void {
  bench("abort_controller", { setup: () => ({ aborted: 0 }) }, (state) => {
    const controller = new AbortController();
    state.aborted = 0;
    controller.signal.addEventListener("abort", () => state.aborted++, { once: true });
    controller.abort();
    return state.aborted === 1 && controller.signal.aborted;
  });
}
