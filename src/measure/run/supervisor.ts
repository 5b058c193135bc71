/**
 * Runs one fork: starts it, listens to it, and kills it when a benchmark takes too long or the run is aborted.
 *
 * @module
 */

import { type ForkMessage, parseMessage } from "../fork_messages.ts";
import { encodeRequest, type ForkRequest } from "../protocol.ts";
import { abortion } from "./abortion.ts";
import { OutputLines } from "./output_lines.ts";
import { Pump } from "./pump.ts";
import type { ForkProcess, SpawnFork } from "./spawn.ts";

/** How a fork ended. `benchmarkId` is what it worked on; null: on none, so that the fault is not a benchmark's. */
export type ForkEnd =
  | { readonly status: "done" }
  | { readonly status: "aborted" }
  | { readonly status: "broken"; readonly message: string; readonly stack: string | null }
  | { readonly status: "timed_out"; readonly benchmarkId: string | null; readonly timeoutMs: number }
  | { readonly status: "crashed"; readonly benchmarkId: string | null; readonly exit: string; readonly stderr: string };

/** What a supervisor needs besides the request. */
export interface SupervisorOptions {
  /** Starts the process. */
  readonly spawn: SpawnFork;
  /** How long a benchmark may take in this fork, in milliseconds. */
  timeoutMs(benchmarkId: string | null): number;
  /** Is told each message. */
  onMessage(message: ForkMessage): void;
  /** Is told each line that something else printed. */
  onText(line: string): void;
  /** Ends the fork early. */
  readonly signal?: AbortSignal | undefined;
}

/** How long a fork may take to end after it has said that it is done. */
const EXIT_MS = 5_000;

/** Lines of stderr that are kept for the case of a crash. */
const KEPT_LINES = 20;

/** Runs one fork to its end, whatever that is; when the promise settles, the process is gone. */
export async function supervise(request: ForkRequest, options: SupervisorOptions): Promise<ForkEnd> {
  if (options.signal?.aborted === true) return { status: "aborted" };
  const process = options.spawn(request);
  const watch = new Watch(process, options);
  const onAbort = () => watch.end({ status: "aborted" });
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const stdout = new OutputLines(request.token, {
      parse: parseMessage,
      onMessage: (message) => watch.take(message),
      onText: (line) => options.onText(line),
    });
    const errors: string[] = [];
    const stderr = new OutputLines(request.token, {
      parse: () => null, // messages go to stdout
      onMessage: () => {},
      onText: (line) => {
        if (errors.push(line) > KEPT_LINES) errors.shift();
        options.onText(line);
      },
    });
    const exit = await listen(process, { request, stdout, stderr });
    watch.stop();
    await abortion(exit, options.signal);
    return watch.ended ?? { status: "crashed", benchmarkId: watch.lastBenchmarkId, exit, stderr: errors.join("\n") };
  } finally {
    options.signal?.removeEventListener("abort", onAbort);
    watch.stop();
    process.kill(); // of no effect if it is gone, as it is unless something above threw
    await process.exit;
  }
}

/** How long output is waited for after a process is gone: one that it started itself may hold the other end. */
const DRAIN_MS = 1_000;

/** Sends the request and reads all output; resolves to how the process ended. */
async function listen(
  process: ForkProcess,
  { request, stdout, stderr }: { request: ForkRequest; stdout: OutputLines<ForkMessage>; stderr: OutputLines<unknown> },
): Promise<string> {
  const pumps = [new Pump(process.stdout, stdout), new Pump(process.stderr, stderr)];
  const drained = Promise.all(pumps.map((pump) => pump.run()));
  await process.send(encodeRequest(request));
  const exit = await process.exit;
  const timer = setTimeout(() => pumps.forEach((pump) => pump.cancel()), DRAIN_MS);
  try {
    await drained;
  } finally {
    clearTimeout(timer);
  }
  return exit;
}

/** Knows which benchmark a fork works on, and how much of its time that one has left. */
class Watch {
  ended: ForkEnd | undefined;
  /** What it worked on last: a timer of this one's may end the process while it works on none. */
  lastBenchmarkId: string | null = null;
  #benchmarkId: string | null = null;
  readonly #process: ForkProcess;
  readonly #options: SupervisorOptions;
  readonly #spentMs = new Map<string | null, number>();
  #since = performance.now();
  #timer: number | undefined;

  constructor(process: ForkProcess, options: SupervisorOptions) {
    this.#process = process;
    this.#options = options;
    this.#arm();
  }

  take(message: ForkMessage): void {
    if (this.ended !== undefined) return;
    if (message.type === "begin") this.#turnTo(message.id);
    if (message.type === "broken") this.ended = { status: "broken", message: message.message, stack: message.stack };
    if (message.type === "done") this.ended = { status: "done" };
    if (this.ended !== undefined) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#process.kill(), EXIT_MS);
    }
    this.#options.onMessage(message);
  }

  /** Kills the process, for this reason. */
  end(reason: ForkEnd): void {
    this.ended ??= reason;
    this.#process.kill();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #turnTo(id: string | null): void {
    const now = performance.now();
    this.#spentMs.set(this.#benchmarkId, (this.#spentMs.get(this.#benchmarkId) ?? 0) + now - this.#since);
    this.#benchmarkId = id;
    this.lastBenchmarkId = id ?? this.lastBenchmarkId;
    this.#since = now;
    clearTimeout(this.#timer);
    this.#arm();
  }

  #arm(): void {
    const benchmarkId = this.#benchmarkId;
    const timeoutMs = this.#options.timeoutMs(benchmarkId);
    const left = Math.max(0, timeoutMs - (this.#spentMs.get(benchmarkId) ?? 0));
    this.#timer = setTimeout(() => this.end({ status: "timed_out", benchmarkId, timeoutMs }), left);
  }
}
