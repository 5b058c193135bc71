/**
 * Which words an option or an argument can have.
 *
 * @module
 */

import { z } from "zod";
import { SCHEMA_NAMES } from "../commands/schema.ts";
import {
  AB_OPTIONS,
  BASELINE_OPTIONS,
  BASELINE_SHOW_OPTIONS,
  COMMON_OPTIONS,
  COMPARE_OPTIONS,
  DOCTOR_OPTIONS,
  MEASURE_OPTIONS,
  REPORT_OPTIONS,
  RUN_OPTIONS,
  SELFTEST_OPTIONS,
  SYSTEM_OPTIONS,
  TELL_OPTIONS,
} from "../option_schemas.ts";
import { SHELLS } from "./shells.ts";

type OptionSchemas = Readonly<Record<string, z.ZodType>>;

/** What each command's options are checked with; those that are not here measure a suite. */
const SCHEMAS: Readonly<Record<string, OptionSchemas>> = {
  "": COMMON_OPTIONS,
  run: RUN_OPTIONS,
  new: COMMON_OPTIONS,
  list: TELL_OPTIONS,
  report: REPORT_OPTIONS,
  compare: COMPARE_OPTIONS,
  baseline: COMMON_OPTIONS,
  "baseline save": BASELINE_OPTIONS,
  "baseline show": BASELINE_SHOW_OPTIONS,
  "baseline update": BASELINE_OPTIONS,
  ab: AB_OPTIONS,
  selftest: SELFTEST_OPTIONS,
  system: SYSTEM_OPTIONS,
  doctor: DOCTOR_OPTIONS,
  schema: COMMON_OPTIONS,
  completions: COMMON_OPTIONS,
  manual: COMMON_OPTIONS,
};

const ARGUMENTS: Readonly<Record<string, readonly string[]>> = {
  "schema <document>": SCHEMA_NAMES,
  "completions <shell>": SHELLS,
};

/** The words that an option of the command at `path` can have, if those are all that it can have. */
export function optionWords(path: readonly string[], attribute: string): readonly string[] | undefined {
  const schemas: OptionSchemas = SCHEMAS[path.join(" ")] ?? MEASURE_OPTIONS;
  const schema = schemas[attribute];
  const words = schema === undefined ? undefined : z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }).enum;
  return words?.map(String);
}

/** The words that an argument can have, written as in help: `<document>`. */
export function argumentWords(path: readonly string[], term: string): readonly string[] | undefined {
  return ARGUMENTS[[...path, term].join(" ")];
}
