/**
 * What went wrong in a benchmark, in words, whatever was thrown.
 *
 * @module
 */

import type { ReportedFailure } from "../fork_messages.ts";
import { RETURNED_FALSE } from "./loop.ts";

/** Thrown to end the measuring of one benchmark. */
export class BenchmarkFailure extends Error {
  /** What is reported. */
  readonly failure: ReportedFailure;

  /** Keeps what is reported. */
  constructor(failure: ReportedFailure) {
    super(failure.message);
    this.name = "BenchmarkFailure";
    this.failure = failure;
  }
}

/** A frame of this folder, which tells nobody anything. */
const OWN_FRAME = /^\s+at .*\/measure\/fork\/[a-z_]+\.ts:\d/;

const MAX_MESSAGE = 2_000;
const MAX_STACK = 8_000;

/**
 * Words what a benchmark threw; never throws itself, not even for `undefined` or an object that resists being printed.
 *
 * @param thrown Whatever was thrown.
 * @param reason What it means if it was thrown by user code.
 * @param during What was going on, for the message; empty for the measured function itself.
 */
export function describeFailure(
  thrown: unknown,
  reason: ReportedFailure["reason"] = "threw",
  during: string = "",
): ReportedFailure {
  if (thrown instanceof BenchmarkFailure) return thrown.failure;
  if (thrown === RETURNED_FALSE) return { reason: "returned_false", message: "it returned false", stack: null };
  const prefix = during === "" ? "" : `${during}: `;
  return { reason, message: cut(prefix + messageOf(thrown), MAX_MESSAGE), stack: stackOf(thrown) };
}

function messageOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return `${thrown.name}: ${thrown.message}`;
    return `threw ${typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown)}`;
  } catch {
    return "threw something that cannot be printed";
  }
}

function stackOf(thrown: unknown): string | null {
  try {
    if (!(thrown instanceof Error) || typeof thrown.stack !== "string") return null;
    const lines = thrown.stack.split("\n");
    return cut(lines.filter((line) => !OWN_FRAME.test(line)).join("\n"), MAX_STACK);
  } catch {
    return null;
  }
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}
