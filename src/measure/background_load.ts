/**
 * Load on this host, made on purpose.
 *
 * @module
 */

import { encodeLoadRequest, loadHasBegun, type LoadKind } from "./fork/load.ts";
import type { ForkLauncher } from "./fork_launcher.ts";
import { MeasureError } from "./measure_error.ts";
import { OutputLines } from "./run/output_lines.ts";
import { Pump } from "./run/pump.ts";
import { type ForkProcess, spawnProcess, timedV8Flags } from "./run/spawn.ts";
import { systemReason } from "./system_reason.ts";

/** How a load is started. */
export interface BackgroundLoadOptions {
  /** Seed of the bursts and pauses of `on_off`; default 0. */
  readonly seed?: number;
  /** Ends the wait for its start. */
  readonly signal?: AbortSignal;
  /** How long its start may take, in milliseconds. Default 60,000. */
  readonly timeoutMs?: number;
}

/** Lines of other text that are kept for the case that it does not start. */
const KEPT_LINES = 5;

/**
 * A process that keeps one processor busy from its start until it is disposed of. It ends when this process does, too, however
 * that comes about.
 */
export class BackgroundLoad implements AsyncDisposable {
  readonly #process: ForkProcess;
  readonly #drained: Promise<unknown>;
  #exit: string | undefined;

  private constructor(process: ForkProcess, drained: Promise<unknown>) {
    this.#process = process;
    this.#drained = drained;
    void process.exit.then((exit) => this.#exit = exit);
  }

  /**
   * Starts a load, and waits until it has begun.
   *
   * @param launcher How to start a process that calls `runFork`; as for `measure`.
   * @param kind `busy` without a pause, `on_off` in bursts and pauses of 0.1 to 1 s each.
   * @throws {MeasureError} If it does not start, or not in time.
   * @throws The signal's reason, if it is aborted.
   */
  static async start(
    launcher: ForkLauncher,
    kind: LoadKind,
    options: BackgroundLoadOptions = {},
  ): Promise<BackgroundLoad> {
    const { seed = 0, signal, timeoutMs = 60_000 } = options;
    signal?.throwIfAborted();
    const token = `${crypto.randomUUID()} `;
    const process = spawn(launcher, seed);
    const begun = Promise.withResolvers<void>();
    const words: string[] = [];
    const listen = () =>
      new OutputLines<true>(token, {
        parse: (_, line) => line === loadHasBegun(token) ? true : null,
        onMessage: () => begun.resolve(),
        onText: (line) => {
          if (line.trim() !== "" && words.push(line) > KEPT_LINES) words.shift();
        },
      });
    const pumps = [new Pump(process.stdout, listen()), new Pump(process.stderr, listen())];
    const drained = Promise.all(pumps.map((pump) => pump.run()));
    const load = new BackgroundLoad(process, drained);
    const fail = (reason: string) => begun.reject(broken(reason));
    void process.exit.then((exit) =>
      drained.then(() => fail(`its process ended with ${exit}${words.length === 0 ? "" : `: ${words.join(" | ")}`}`))
    );
    const timer = setTimeout(() => fail(`its process had not begun after ${timeoutMs} ms`), timeoutMs);
    const onAbort = () => begun.reject(signal?.reason);
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      void process.send(encodeLoadRequest({ task: "load", token, kind, seed })); // never rejects
      await begun.promise;
      return load;
    } catch (thrown) {
      await load[Symbol.asyncDispose]();
      throw thrown;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  /** Whether it is still there: the system may have ended it. */
  get isRunning(): boolean {
    return this.#exit === undefined;
  }

  /** Ends it, and waits until it is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.kill();
    await this.#process.exit;
    await this.#drained;
  }
}

function spawn(launcher: ForkLauncher, seed: number): ForkProcess {
  try {
    return spawnProcess(launcher, seed, timedV8Flags(launcher, false));
  } catch (cause) {
    throw broken(systemReason(cause), cause);
  }
}

function broken(reason: string, cause?: unknown): MeasureError {
  return new MeasureError(
    "fork_broken",
    `Cannot load this host: ${reason}; let the program that is started call runFork`,
    cause === undefined ? undefined : { cause },
  );
}
