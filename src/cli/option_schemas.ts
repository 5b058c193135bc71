/**
 * What each option accepts. An option's error is the phrase that completes "expected …".
 *
 * @module
 */

import { z } from "zod";
import { REPORT_FORMATS, type ReportFormat } from "../report/mod.ts";
import { COMPARISON_FORMATS, type ComparisonFormat } from "../report/comparison/mod.ts";
import { LEVEL_LIMITS, THRESHOLD_LIMITS } from "./config_file.ts";
import { parseDurationMs } from "./duration.ts";
import { FAIL_ON, type FailOn } from "./fail_on.ts";
import { ACCESS_OPTIONS } from "./run/access.ts";

/** A whole number from `min` to `max`. */
function wholeNumber(min: number, max: number): z.ZodType<number> {
  const error = `a whole number from ${min} to ${max}`;
  return z.string(error).regex(/^\d+$/, error).transform(Number).pipe(
    z.number().int(error).min(min, error).max(max, error),
  );
}

/** A duration above 0, in milliseconds or with a unit, up to `maxMs`, which `maxText` words. */
function duration(maxMs: number, maxText: string): z.ZodType<number> {
  const error = `a duration above 0 and up to ${maxText}, such as 500 (milliseconds), 500ms or 2s`;
  return z.string(error).transform((text) => parseDurationMs(text) ?? NaN).pipe(
    z.number(error).positive(error).max(maxMs, error),
  );
}

/** A switch; an environment variable may also turn it off. */
const toggle = z.union([z.boolean(), z.stringbool()], "true or false").default(false);

/** One of a few words. */
function oneOf<const Words extends readonly [string, ...string[]]>(words: Words): z.ZodType<Words[number]> {
  return z.enum(words, `one of ${words.join(", ")}`);
}

/** A regular expression, checked and kept as text. */
const regularExpression = z.string().superRefine((source, context) => {
  try {
    new RegExp(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split(": ").at(-1) : "not valid";
    context.addIssue({ code: "custom", message: `a regular expression (${reason})` });
  }
});

/** A path. */
const path = z.string().min(1, "a path");

/** The options of every command. */
export const COMMON_OPTIONS = { color: z.boolean().default(true), debug: toggle };

/** The options of the commands that measure. */
export const MEASURE_OPTIONS = {
  ...COMMON_OPTIONS,
  format: oneOf<readonly [ReportFormat, ...ReportFormat[]]>(REPORT_FORMATS).default("table"),
  saveResults: toggle,
  outputDir: path.default("results"),
  filter: regularExpression.optional(),
  quick: toggle,
  time: duration(3_600_000, "1 h").optional(),
  iterations: wholeNumber(1, 1_000_000_000).optional(),
  rounds: wholeNumber(1, 100_000).optional(),
  forks: wholeNumber(1, 1_000).optional(),
  seed: wholeNumber(0, 0xffff_ffff).optional(),
  timeout: duration(86_400_000, "24 h").optional(),
  isolateVm: toggle,
  references: z.boolean().default(true),
  hostFigures: z.boolean().default(true),
  resume: toggle,
  quiet: toggle,
};

/** What a command that is measured is called, and what it is read by. */
const commandText = z.string("a command").regex(/\S/, "a command, not an empty text");

/** The options of `run` for commands. */
const COMMAND_OPTIONS = {
  command: z.array(commandText, "commands").min(1, "a command").optional(),
  prepare: commandText.optional(),
  warmup: wholeNumber(0, 1_000).optional(),
  runs: wholeNumber(1, 1_000).optional(),
  shell: z.string().regex(/\S/, "none, or the name or path of a shell that takes -c").optional(),
  ignoreFailure: toggle,
  showOutput: toggle,
};

/** The options of `run`. */
export const RUN_OPTIONS = {
  ...MEASURE_OPTIONS,
  ...ACCESS_OPTIONS,
  ...COMMAND_OPTIONS,
  allowAll: toggle,
  watch: toggle,
};

/** What `run` was asked for. */
export type RunOptions = z.output<z.ZodObject<typeof RUN_OPTIONS>>;

/** A percentage, with or without its sign. */
function percentage({ least, most }: { readonly least: number; readonly most: number }): z.ZodType<number> {
  const error = `a percentage from ${least} to ${most}`;
  return z.string(error).regex(/^\d+(?:\.\d+)?\s*%?$/, error).transform((text) => parseFloat(text)).pipe(
    z.number(error).min(least, error).max(most, error),
  );
}

/** Some of the outcomes, with commas between them; `none` for none. */
const failOn = z.string().transform((text): readonly FailOn[] | undefined => {
  const words = text.split(",").map((word) => word.trim());
  if (words.length === 1 && words[0] === "none") return [];
  const known = words.map((word) => FAIL_ON.find((name) => name === word));
  return known.every((word) => word !== undefined) ? known : undefined;
}).refine((words) => words !== undefined, `none, or some of ${FAIL_ON.join(",")}`)
  .transform((words) => words ?? []);

/** How two sides are compared, in every command that does. */
const COMPARISON_SETTINGS = {
  ...COMMON_OPTIONS,
  threshold: percentage(THRESHOLD_LIMITS).optional(),
  level: percentage(LEVEL_LIMITS).optional(),
  strict: toggle,
  acrossHosts: toggle,
  config: path.optional(),
  outputDir: path.default("results"),
};

const comparisonFormat = oneOf<readonly [ComparisonFormat, ...ComparisonFormat[]]>(COMPARISON_FORMATS);
const files = z.array(path).min(1, "at least one file");

/** The options of `compare`. */
export const COMPARE_OPTIONS = {
  ...COMPARISON_SETTINGS,
  baseline: files.optional(),
  current: files.optional(),
  failOn: failOn.optional(),
  format: comparisonFormat.optional(),
  output: path.optional(),
};

/** The options of `ab`. */
export const AB_OPTIONS = {
  ...COMPARISON_SETTINGS,
  a: path,
  b: path,
  filter: regularExpression.optional(),
  budget: duration(86_400_000, "24 h").optional(),
  quick: toggle,
  seed: wholeNumber(0, 0xffff_ffff).optional(),
  timeout: duration(86_400_000, "24 h").optional(),
  failOn: failOn.optional(),
  format: comparisonFormat.optional(),
  output: path.optional(),
  saveResults: toggle,
  quiet: toggle,
};

/** What `ab` was asked for. */
export type AbOptions = z.output<z.ZodObject<typeof AB_OPTIONS>>;

/** The options of `baseline save` and `baseline update`. */
export const BASELINE_OPTIONS = {
  ...COMPARISON_SETTINGS,
  current: files.optional(),
  force: toggle,
};

/** The options of `baseline show`. */
export const BASELINE_SHOW_OPTIONS = {
  ...COMMON_OPTIONS,
  format: oneOf(["table", "json"]).default("table"),
  outputDir: path.default("results"),
};

const SHOWN_FORMATS: readonly [string, ...string[]] = [
  REPORT_FORMATS[0],
  ...new Set([...REPORT_FORMATS.slice(1), ...COMPARISON_FORMATS.slice(1)]),
];

/** The options of `report`: which formats there are depends on what is shown. */
export const REPORT_OPTIONS = {
  ...COMPARISON_SETTINGS,
  format: oneOf(SHOWN_FORMATS).optional(),
  output: path.optional(),
};

/** The options of `selftest`. */
export const SELFTEST_OPTIONS = {
  ...COMMON_OPTIONS,
  format: oneOf(["table", "json"]).default("table"),
  time: duration(86_400_000, "24 h").optional(),
  quick: toggle,
  filter: regularExpression.optional(),
  seed: wholeNumber(0, 0xffff_ffff).optional(),
  quiet: toggle,
};

/** The options of `system`. */
export const SYSTEM_OPTIONS = {
  ...COMMON_OPTIONS,
  format: oneOf(["table", "json"]).default("table"),
  advice: toggle,
  quick: toggle,
  outputDir: path.default("results"),
};

/** The options of `doctor`. */
export const DOCTOR_OPTIONS = {
  ...COMMON_OPTIONS,
  format: oneOf(["table", "json"]).default("table"),
  outputDir: path.default("results"),
};

/** The options of the commands that only tell something. */
export const TELL_OPTIONS = { ...COMMON_OPTIONS, format: oneOf(["table", "json"]).default("table") };
