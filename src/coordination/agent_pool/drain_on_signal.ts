/**
 * Draining when the system asks the process to end.
 *
 * @module
 */

import { requireDuration } from "./agent_pool_options.ts";

/** What can be drained: an `AgentPool`, a `WorkProcessor`, or anything else of this shape. */
export interface Drainable<Report> {
  /** Takes no more, and ends what it has, by the deadline at the latest. */
  drain(options: { readonly deadlineMs?: number }): Promise<Report>;
}

/** What waits for a signal of the system. */
export interface SignalDrain<Report> extends Disposable {
  /** What `drain` has answered, once the signal has come. Stays pending if it does not. */
  readonly drained: Promise<Report>;
}

/**
 * Drains a pool when the system sends a signal.
 *
 * It does not end the process: that ends by itself when nothing is left to do. Further signals change nothing while it
 * drains, as many a launcher sends them twice; so give a deadline, after which the rest is reported. Disposing of it
 * gives the signal back to whoever else listens, or to the system, which ends the process; that happens by itself
 * when the drain has ended. Windows knows no `SIGTERM` that a process could hear.
 *
 * @param target What is drained.
 * @param signal Which signal. Default `SIGTERM`.
 * @param options `deadlineMs`: how long it may take, in milliseconds; finite, at least 0. By default as long as it takes.
 * @throws {TypeError} Outside of Deno and Node.js.
 * @throws {RangeError} If `deadlineMs` is out of range.
 *
 * @example
 * ```ts
 * import { AgentPool } from "./agent_pool.ts";
 * import { drainOnSignal } from "./drain_on_signal.ts";
 *
 * const pool = new AgentPool({ run: (n: number) => Promise.resolve(n * 2) });
 * const draining = drainOnSignal(pool, "SIGTERM", { deadlineMs: 10_000 });
 * draining.drained.then(({ completed, unfinished }) => console.error(`${completed} done, ${unfinished.length} left`));
 * draining[Symbol.dispose](); // when the pool was drained by other means
 * ```
 */
export function drainOnSignal<Report>(
  target: Drainable<Report>,
  signal: "SIGTERM" | "SIGINT" | "SIGHUP" = "SIGTERM",
  options: { readonly deadlineMs?: number } = {},
): SignalDrain<Report> {
  if (typeof Deno === "undefined") {
    throw new TypeError(
      `Cannot drain on ${signal}: expected to run in Deno or Node.js; call drain() from your own handler`,
    );
  }
  const { deadlineMs } = options;
  if (deadlineMs !== undefined) requireDuration("deadlineMs", deadlineMs);
  const { promise, resolve } = Promise.withResolvers<Report>();
  let isDraining = false;
  const stop = () => Deno.removeSignalListener(signal, listener);
  const listener = () => {
    if (isDraining) return;
    isDraining = true;
    const drained = target.drain(options);
    resolve(drained);
    drained.then(stop, stop);
  };
  Deno.addSignalListener(signal, listener);
  return { drained: promise, [Symbol.dispose]: stop };
}
