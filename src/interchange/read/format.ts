/**
 * What a reader of another tool's JSON is, and what all of them share.
 *
 * @module
 */

import { z } from "zod";
import type { BenchmarkData, ProcessFigure, RunData } from "../../compare/run_data.ts";
import type { Parameters } from "../../measure/definition.ts";
import { DocumentError, fieldAt, fieldPath, foundValue, quote } from "../../measure/document_error.ts";
import { benchmarkId } from "../../measure/parameters.ts";

/** One tool's JSON. */
export interface JsonFormat {
  /** The tool and its option that writes the format, for messages. */
  readonly name: string;
  /** Whether a JSON value looks like this format, however wrong its details are. */
  matches(value: unknown): boolean;
  /**
   * Takes the value for a run.
   *
   * @throws {DocumentError} If a field is not what the format says; the message names file and field.
   */
  read(value: unknown, source: string): RunData;
}

/** The largest figure that is taken: in nanoseconds, seconds of this size are still a number. */
export const MAX_FIGURE = 1e299;

/** A time or another figure of a file. Zero is refused as well: nothing takes no time, so it says that the clock was too coarse. */
export const positiveFigure: z.ZodType<number> = figure("expected a number above 0");

/** A figure above 0, with a message of its own. */
export function figure(message: string): z.ZodType<number> {
  return z.number(message).positive(message).max(MAX_FIGURE, message);
}

/**
 * Holds a JSON value against a format's schema; fields that the schema does not name are ignored.
 *
 * @throws {DocumentError} With the first field that does not fit.
 */
export function parseFormat<T>(schema: z.ZodType<T>, value: unknown, { source, name }: FormatSource): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalidField({ source, name }, issue?.path ?? [], value, issue?.message ?? "not valid");
}

/** Which file it is and who writes such files, for messages. */
export interface FormatSource {
  /** The file's path. */
  readonly source: string;
  /** The tool and its option. */
  readonly name: string;
}

/** The error that a field of a file is wrong; it shows the field's value. */
export function invalidField(
  { source, name }: FormatSource,
  path: readonly PropertyKey[],
  value: unknown,
  expected: string,
): DocumentError {
  const at = path.length === 0 ? "the value" : fieldPath(path);
  return new DocumentError(
    "document_invalid",
    `Cannot read ${quote(source)}: ${at} is ${foundValue(fieldAt(value, path))}: ${expected}; ` +
      `pass an unchanged file of ${name}`,
  );
}

/** What identifies a benchmark, and its outcome if it failed. */
export interface BenchmarkFacts {
  /** The suite's name. */
  readonly suite: string;
  /** The benchmark's name within its suite. */
  readonly name: string;
  /** Its parameters; none by default. */
  readonly params?: Parameters;
  /** Unit of its figures; `ns` by default. */
  readonly unit?: string;
  /** Which way is better; lower by default. */
  readonly better?: BenchmarkData["better"];
}

/** A benchmark with figures. */
export function measuredBenchmark(
  facts: BenchmarkFacts,
  estimator: BenchmarkData["estimator"],
  processes: readonly ProcessFigure[],
): BenchmarkData {
  return { ...identity(facts), status: "ok", message: "", estimator, processes };
}

/** A benchmark without figures, and why it has none. */
export function emptyBenchmark(
  facts: BenchmarkFacts,
  status: "failed" | "optimized_out",
  message: string,
): BenchmarkData {
  return { ...identity(facts), status, message, estimator: "value", processes: [] };
}

function identity({ suite, name, params = {}, unit = "ns", better = "lower" }: BenchmarkFacts) {
  return { id: benchmarkId(suite, name, params), suite, name, params, definitionHash: null, unit, better };
}

/**
 * A run of another tool: no environment, no references, and what the tool does not tell is null.
 *
 * @throws {DocumentError} If two benchmarks have one id: nobody could tell them apart on the other side.
 */
export function runOf(
  { source, name }: FormatSource,
  facts: Pick<RunData, "tool" | "settings" | "benchmarks"> & Partial<Pick<RunData, "startedAt" | "commit">>,
): RunData {
  const ids = new Set<string>();
  for (const { id } of facts.benchmarks) {
    if (ids.has(id)) {
      throw new DocumentError(
        "document_invalid",
        `Cannot read ${quote(source)}: the benchmark ${quote(id)} occurs twice; give each a name of its own in ${name}`,
      );
    }
    ids.add(id);
  }
  return { startedAt: null, commit: null, ...facts, source, durationMs: null, environment: null, references: [] };
}

/** Whether a value is an object whose own properties include all of these. */
export function hasFields(value: unknown, ...names: readonly string[]): boolean {
  return typeof value === "object" && value !== null && names.every((name) => Object.hasOwn(value, name));
}

/** Settings whose value is known, as text. */
export function knownSettings(
  settings: Readonly<Record<string, string | number | boolean | null | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings).flatMap(([name, value]) =>
      value === null || value === undefined ? [] : [[name, `${value}`]]
    ),
  );
}

/** A moment as ISO 8601 in UTC; null if it cannot be understood. */
export function isoTime(text: string | number | null | undefined): string | null {
  const date = new Date(text ?? NaN);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
