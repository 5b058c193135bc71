/**
 * Draining when the system asks the process to end.
 *
 * @module
 */

import type { AgentPool } from "./agent_pool.ts";
import { type DrainOptions, type PoolCounts, requireAtLeast0 } from "./agent_pool_options.ts";

/** A pool that waits for a signal of the system. */
export interface SignalDrain extends Disposable {
  /** What became of the pool's tasks, once it was drained because of the signal. */
  readonly drained: Promise<PoolCounts>;
}

/**
 * Drains a pool when the system sends a signal. It does not end the process: that ends by itself when nothing is left
 * to do. Dispose of it to
 * stop listening; that happens by itself once the signal has come.
 *
 * @throws {TypeError} Outside of Deno.
 * @throws {RangeError} If `deadlineMs` is out of range.
 */
export function drainOnSignal<Input, Output>(
  pool: AgentPool<Input, Output>,
  signal: "SIGTERM" | "SIGINT" | "SIGHUP" = "SIGTERM",
  options: DrainOptions = {},
): SignalDrain {
  if (typeof Deno === "undefined") {
    throw new TypeError(`Cannot drain on ${signal}: expected to run in Deno; call drain() from your own handler`);
  }
  const { deadlineMs } = options;
  if (deadlineMs !== undefined) requireAtLeast0("deadlineMs", deadlineMs);
  const { promise, resolve } = Promise.withResolvers<PoolCounts>();
  const listener = () => {
    Deno.removeSignalListener(signal, listener);
    resolve(pool.drain(options));
  };
  Deno.addSignalListener(signal, listener);
  return { drained: promise, [Symbol.dispose]: () => Deno.removeSignalListener(signal, listener) };
}
