/**
 * What the measuring run and its forks say to each other: one request as a line of JSON on the fork's stdin, messages, which
 * fork_messages.ts has, as lines on its stdout. Every message starts with the run's token, so that whatever a benchmark prints itself is
 * told apart.
 *
 * @module
 */

import type { BenchmarkCode } from "./code.ts";
import type { ForkResult, Settings } from "./document.ts";
import { aToken } from "./message_line.ts";
import { anObject, arrayOf, aString, type Check, nullable, objectOf, oneOf, positive, whole } from "./value_checks.ts";

/** How a benchmark's loop has to be compiled: found out by the audit, the same in every other fork. */
export interface LoopShape {
  /** Whether the measured function returns something thenable. */
  readonly kind: "sync" | "async";
  /** Whether there are hooks around each iteration, and whether they return something thenable. */
  readonly hooks: "none" | "sync" | "async";
}

/** What a fork does: `audit` checks each benchmark, `memory` sees what it allocates, `time` measures it. */
export type ForkTask = "audit" | "memory" | "time";

/** One benchmark of a request. */
export interface RequestedBenchmark {
  /** Its id. */
  readonly id: string;
  /** What the audit found; null before it. */
  readonly shape: LoopShape | null;
  /** Name of the reference benchmark that it is; null: it is one of the suite's own. */
  readonly reference: string | null;
}

/** What a fork is asked to do. */
export interface ForkRequest {
  /** Starts each of its messages. */
  readonly token: string;
  /** What to do; `offer`: to load the code and tell which suites it has. */
  readonly task: ForkTask | "offer";
  /** The suite. */
  readonly suite: string;
  /** Number of the fork. */
  readonly fork: number;
  /** Seed of its random choices. */
  readonly seed: number;
  /** How to measure it. */
  readonly settings: Settings;
  /** What the samples' iterations are multiplied by, while as many as chosen are counted: an injected slowdown; 1: none. References are never slowed down. */
  readonly slowdown: number;
  /** The benchmarks concerned. */
  readonly benchmarks: readonly RequestedBenchmark[];
  /** The file that the suite is in; null: the program has it built in. */
  readonly code: BenchmarkCode | null;
}

/** What a fork does with a benchmark at some moment. */
export type ForkPhase = "setup" | "check" | "warmup" | "round" | "memory" | "teardown";

/** Pauses of the collector while one benchmark was observed. */
export interface Pauses {
  /** How many. */
  readonly pauses: number;
  /** All together. */
  readonly totalMs: number;
  /** The longest. */
  readonly maxMs: number;
}

/** What a timed fork found about one benchmark. */
export interface ForkMeasurement {
  /** For the document. */
  readonly result: ForkResult;
  /** Whether its samples cannot be told from those of the empty loop. */
  readonly indistinguishable: boolean;
  /** CPU time of the whole process during its samples. */
  readonly processCpuNs: number;
  /** Wall time during which `processCpuNs` was counted. */
  readonly processWallNs: number;
  /** Largest JavaScript heap seen after a sample. */
  readonly heapUsedBytes: number;
  /** Largest resident set seen after a sample. */
  readonly residentBytes: number;
}

const TASKS: readonly ForkRequest["task"][] = ["audit", "memory", "time", "offer"];

/** By which a request is told from anything else; it comes from a run of the same program, which has checked what it asks for. */
const checkRequest: Check = objectOf({
  token: aToken,
  task: oneOf(TASKS),
  suite: aString,
  fork: whole(0),
  seed: whole(0, 0xffff_ffff),
  settings: anObject,
  slowdown: positive(),
  benchmarks: arrayOf(anObject),
  code: nullable(anObject),
});

function requireRequest(value: unknown): asserts value is ForkRequest {
  const fault = checkRequest(value);
  if (fault === null) return;
  throw new SyntaxError(
    `Cannot read the fork's request: ${[...fault.path, fault.message].join(": ")}; let puffin-bench start its forks`,
  );
}

/** Writes a request as the line that a fork reads. */
export function encodeRequest(request: ForkRequest): string {
  return JSON.stringify(request) + "\n";
}

/**
 * Parses a fork's request.
 *
 * @throws {SyntaxError} If it is not one.
 */
export function parseRequest(line: string): ForkRequest {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new SyntaxError("Cannot read the fork's request: it is not JSON; let puffin-bench start its forks", {
      cause,
    });
  }
  requireRequest(value);
  return value;
}
