/**
 * How one run among others ended.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { Cancellable } from "../cancellable.ts";
import type { Runnable, RunnableOptions, TimedRunOptions } from "./runnable.ts";

/** How a run ended: `skipped` if it was never begun. */
export type OutcomeStatus = "completed" | "failed" | "cancelled" | "timed_out" | "skipped";

/** How one run ended, and with what. */
export interface RunOutcome<Result = unknown> {
  /** What was run. */
  readonly name: string;
  /** How it ended. */
  readonly status: OutcomeStatus;
  /** What it answered, an agent's result also if that failed; undefined if it answered nothing before it ended. */
  readonly result: Result | undefined;
  /** Why it did not complete; undefined if it did, or was skipped. */
  readonly error: unknown;
  /** How long it took, in milliseconds. */
  readonly durationMs: number;
}

/** What ends runs whose time is up. */
export class RunDeadlineError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "run_deadline";

  /** Words the message. */
  constructor(what: string, readonly timeoutMs: number) {
    super(`Cannot finish ${what} within ${timeoutMs} ms: it still runs; raise timeoutMs, or give it less to do`);
  }
}

/** What ends runs that were cancelled without a reason. */
export class RunsCancelledError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "runs_cancelled";

  /** Words the message; `why` ends a sentence. */
  constructor(what: string, why: string) {
    super(`Cannot finish ${what}: ${why}; run it again if it is still wanted`);
  }
}

/** A run that has not begun, or is under way. */
export interface PreparedRun<Result> {
  /** When it was prepared, in milliseconds of `performance.now`. */
  readonly startMs: number;
  /**
   * Begins it, once; not at all if it has been cancelled. Answers how it ended, and never rejects: at once when the run is
   * cancelled, whether or not what runs listens.
   */
  readonly begin: () => Promise<RunOutcome<Result>>;
  /** Ends it. */
  readonly cancel: (reason: unknown) => void;
}

/** Prepares to run something, so that its end is an outcome; the options have been checked. */
export function prepareRun<Result>(
  runnable: Runnable<Result>,
  options: TimedRunOptions,
): PreparedRun<Result> {
  const { name } = runnable, { timeoutMs } = options;
  const timeoutError = () => new RunDeadlineError(`"${name}"`, timeoutMs ?? 0);
  const call = new Cancellable({ signal: options.signal, timeoutMs, timeoutError });
  const startMs = performance.now();
  const end = (status: OutcomeStatus, result: Result | undefined, error: unknown): RunOutcome<Result> => {
    return { name, status, result, error, durationMs: performance.now() - startMs };
  };
  const begin = () =>
    call.run((signal) => runnable.run(runOptions(options, signal))).then(
      (result) => {
        const failure = failureOf(result);
        return failure === undefined ? end("completed", result, undefined) : end(failure.status, result, failure.error);
      },
      (error) => end(call.signal.aborted || isEnding(error) ? statusOf(error) : "failed", undefined, error),
    );
  return { startMs, begin, cancel: (reason) => call.cancel(reason) };
}

/** Without the timeout, which is watched here: an agent would watch it as well. */
function runOptions(options: TimedRunOptions, signal: AbortSignal): RunnableOptions {
  if (options.timeoutMs === undefined) return { ...options, signal };
  const { timeoutMs: _, ...others } = options;
  return { ...others, signal };
}

/**
 * Checks how long a run may take.
 *
 * @throws {RangeError} If it is not finite, or not above 0.
 */
export function requireRunTimeout(timeoutMs: number | undefined): void {
  if (timeoutMs === undefined || timeoutMs > 0 && timeoutMs < Infinity) return;
  throw new RangeError(`Cannot run with timeoutMs ${timeoutMs}: expected a finite number, above 0`);
}

/** The outcome of what was never begun. */
export function skipped(name: string): RunOutcome<never> {
  return { name, status: "skipped", result: undefined, error: undefined, durationMs: 0 };
}

/** Whether what ended a run was a lack of time. */
export function statusOf(reason: unknown): "timed_out" | "cancelled" {
  const isLate = reason instanceof RunDeadlineError || reason instanceof DOMException && reason.name === "TimeoutError";
  return isLate ? "timed_out" : "cancelled";
}

/** Whether a run says by its error that it was ended, by whoever looks after it. */
function isEnding(error: unknown): boolean {
  return error instanceof RunDeadlineError || error instanceof RunsCancelledError;
}

/** How a result says that its run did not complete. */
export interface Failure {
  readonly status: "failed" | "cancelled" | "timed_out";
  readonly error: unknown;
}

/** What a result says of a failure, as an agent's does; one that throws when it is asked has failed with that. */
export function failureOf(result: unknown): Failure | undefined {
  try {
    if (typeof result !== "object" || result === null || !("status" in result)) return undefined;
    const { status } = result;
    if (status !== "failed" && status !== "cancelled" && status !== "timed_out") return undefined;
    return { status, error: "error" in result ? result.error : undefined };
  } catch (error) {
    return { status: "failed", error };
  }
}
