/**
 * How one run among others ended.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { Cancellable } from "../cancellable.ts";
import type { Runnable, RunnableOptions } from "./runnable.ts";

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

/** A run under way. */
export interface StartedRun<Result> {
  /** How it ended; never rejects. It comes at once when the run is cancelled, whether or not what runs listens. */
  readonly outcome: Promise<RunOutcome<Result>>;
  /** Ends it. */
  readonly cancel: (reason: unknown) => void;
}

/** Runs something, so that its end is an outcome. */
export function startRun<Result>(
  runnable: Runnable<Result>,
  options: RunnableOptions,
  timeoutMs?: number,
): StartedRun<Result> {
  const { name } = runnable;
  const timeoutError = () => new RunDeadlineError(`"${name}"`, timeoutMs ?? 0);
  const call = new Cancellable({ signal: options.signal, timeoutMs, timeoutError });
  const startMs = performance.now();
  const end = (status: OutcomeStatus, result: Result | undefined, error: unknown): RunOutcome<Result> => {
    return { name, status, result, error, durationMs: performance.now() - startMs };
  };
  const outcome = call.run((signal) => runnable.run({ ...options, signal })).then(
    (result) => {
      const failure = failureOf(result);
      return failure === undefined ? end("completed", result, undefined) : end(failure.status, result, failure.error);
    },
    (error) => end(call.signal.aborted ? statusOf(error) : "failed", undefined, error),
  );
  return { outcome, cancel: (reason) => call.cancel(reason) };
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

interface Failure {
  readonly status: "failed" | "cancelled" | "timed_out";
  readonly error: unknown;
}

/** What a result says of a failure, as an agent's does. */
function failureOf(result: unknown): Failure | undefined {
  if (typeof result !== "object" || result === null || !("status" in result)) return undefined;
  const { status } = result;
  if (status !== "failed" && status !== "cancelled" && status !== "timed_out") return undefined;
  return { status, error: "error" in result ? result.error : undefined };
}
