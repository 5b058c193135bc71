/**
 * `puffin-bench.json`: what a project's comparisons are held against.
 *
 * @module
 */

import { z } from "zod";
import { DocumentError, fieldAt, fieldPath, foundValue, quote } from "../measure/document_error.ts";
import { readInputText } from "../measure/input_text.ts";
import { systemReason } from "../measure/system_reason.ts";
import { FAIL_ON, type FailOn } from "./fail_on.ts";
import { matchesPattern } from "./pattern.ts";
import { UsageError } from "./usage_error.ts";

/** Name of the file that is read if it lies in the current folder. */
const CONFIG_FILE = "puffin-bench.json";

/** Thresholds and levels are percentages, as on the command line. */
const percentage = (least: number, most: number) => {
  const error = `expected a percentage from ${least} to ${most}`;
  return z.number(error).min(least, error).max(most, error);
};

/** The least and the largest threshold, in percent. */
export const THRESHOLD_LIMITS = { least: 0.1, most: 1000 } as const;

/** The least and the largest level of confidence, in percent. */
export const LEVEL_LIMITS = { least: 50, most: 99.9 } as const;

const threshold = percentage(THRESHOLD_LIMITS.least, THRESHOLD_LIMITS.most);

const configSchema = z.strictObject({
  $schema: z.string().optional(),
  threshold: threshold.optional(),
  thresholds: z.record(z.string(), threshold).optional(),
  level: percentage(LEVEL_LIMITS.least, LEVEL_LIMITS.most).optional(),
  strict: z.boolean("expected true or false").optional(),
  failOn: z.array(z.enum(FAIL_ON, `expected one of ${FAIL_ON.join(", ")}`), "expected a list").optional(),
});

/** What the file may say; what it leaves out is up to the flags and the defaults. */
export interface Config {
  /** Path of the file, for messages; null if there is none. */
  readonly path: string | null;
  /** Change that matters, in percent. */
  readonly threshold?: number | undefined;
  /** Thresholds of single benchmarks, in percent, by the pattern of their ids: the last one that matches counts. */
  readonly thresholds: readonly { readonly pattern: string; readonly threshold: number }[];
  /** Level of confidence, in percent. */
  readonly level?: number | undefined;
  /** Whether any wrong verdict counts, not their share. */
  readonly strict?: boolean | undefined;
  /** What the exit code tells about. */
  readonly failOn?: readonly FailOn[] | undefined;
}

/**
 * Reads the file that `--config` names, else `puffin-bench.json` of the current folder if there is one.
 *
 * @throws {DocumentError} If the file cannot be read.
 * @throws {UsageError} If it is not what it should be; the message names file and field.
 */
export async function readConfig(path: string | undefined): Promise<Config> {
  if (path !== undefined) return parseConfig(await readInputText(path, MAX_CONFIG_BYTES), path);
  try {
    return parseConfig(await readInputText(CONFIG_FILE, MAX_CONFIG_BYTES), CONFIG_FILE);
  } catch (error) {
    if (error instanceof DocumentError && error.code === "document_not_found") return { path: null, thresholds: [] };
    throw error;
  }
}

const MAX_CONFIG_BYTES = 1024 * 1024;

/**
 * Parses the text of a config file.
 *
 * @param source Its path, for messages.
 * @throws {UsageError} If it is not what it should be; the message names file and field.
 */
export function parseConfig(text: string, source: string): Config {
  const value = parseJson(text, source);
  requireHarmless(value, source);
  const parsed = configSchema.safeParse(value);
  if (!parsed.success) throw invalid(value, parsed.error.issues[0], source);
  const { thresholds, threshold, level, strict, failOn } = parsed.data;
  return {
    path: source,
    threshold,
    thresholds: Object.entries(thresholds ?? {}).map(([pattern, threshold]) => ({ pattern, threshold })),
    level,
    strict,
    failOn,
  };
}

/** The threshold of a benchmark, in percent: that of the last pattern that matches, else `others`. */
export function thresholdFor(id: string, { thresholds }: Pick<Config, "thresholds">, others: number): number {
  return thresholds.findLast(({ pattern }) => matchesPattern(pattern, id))?.threshold ?? others;
}

/** Patterns that no benchmark matches: a renamed benchmark has lost its threshold. */
export function unusedPatterns({ thresholds }: Pick<Config, "thresholds">, ids: readonly string[]): readonly string[] {
  return thresholds.map(({ pattern }) => pattern).filter((pattern) => !ids.some((id) => matchesPattern(pattern, id)));
}

function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    throw new UsageError(`Cannot use ${quote(source)}: it is not JSON (${systemReason(error)}); correct it`, {
      cause: error,
    });
  }
}

/** zod leaves a key `__proto__` out without a word. */
function requireHarmless(value: unknown, source: string): void {
  for (const path of [["__proto__"], ["thresholds", "__proto__"]]) {
    const found = fieldAt(value, path);
    if (found === undefined) continue;
    throw new UsageError(
      `Cannot use ${quote(source)}: ${fieldPath(path)} is ${foundValue(found)}: no such field; remove it`,
    );
  }
}

function invalid(value: unknown, issue: z.core.$ZodIssue | undefined, source: string): UsageError {
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys.slice(0, 1) : [];
  const path = [...issue?.path ?? [], ...unknown];
  const message = unknown.length > 0 ? `expected one of ${Object.keys(configSchema.shape).join(", ")}` : issue?.message;
  const at = path.length === 0 ? "it" : fieldPath(path);
  return new UsageError(
    `Cannot use ${quote(source)}: ${at} is ${foundValue(fieldAt(value, path))}: ${message ?? "not valid"}; correct it`,
  );
}
