/**
 * A command's options, from its arguments and from environment variables, checked.
 *
 * @module
 */

import type { Command, Option } from "commander";
import { z } from "zod";
import { quote, UsageError } from "./usage_error.ts";

/** What a variable's name begins with: `PUFFIN_BENCH_OUTPUT_DIR` stands for `--output-dir`. */
const PREFIX = "PUFFIN_BENCH_";

/** Reads an environment variable. */
export type ReadVariable = (name: string) => string | undefined;

/** For commands that read results: only the folder where measuring puts them is heeded. */
export const outputDirVariable: ReadVariable = (name) =>
  name === `${PREFIX}OUTPUT_DIR` ? Deno.env.get(name) : undefined;

/** Whether the program was asked to show stacks, even if its arguments cannot be parsed. */
export function isDebug(args: readonly string[]): boolean {
  return args.includes("--debug") || /^(1|true|yes|on)$/i.test(Deno.env.get(`${PREFIX}DEBUG`) ?? "");
}

/**
 * Reads a command's options: arguments first, then, for a command that heeds them, `PUFFIN_BENCH_…` variables, then defaults.
 * Empty variables count as unset.
 *
 * @param env Reads a variable; without it, variables are not heeded.
 * @throws {UsageError} Which option or variable has which value, and what it accepts.
 */
export function readOptions<Shape extends z.ZodRawShape>(
  command: Command,
  shape: Shape,
  env: ReadVariable = () => undefined,
): z.output<z.ZodObject<Shape>> {
  const found: Record<string, unknown> = {};
  const sources = new Map<string, string>();
  for (const option of command.options) {
    const key = option.attributeName();
    if (!(key in shape)) continue;
    const isGiven = command.getOptionValueSource(key) === "cli";
    const variable = PREFIX + option.name().replaceAll("-", "_").toUpperCase();
    const value: unknown = isGiven
      ? command.getOptionValue(key)
      : option.negate
      ? undefined
      : env(variable) || undefined;
    if (value === undefined) continue;
    found[key] = value;
    sources.set(key, isGiven ? longFlag(option) : variable);
  }
  const parsed = z.object(shape).safeParse(found);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = String(issue?.path[0]);
  throw new UsageError(
    `Cannot use ${sources.get(key) ?? key} ${quote(String(found[key]))}: expected ${
      issue?.message ?? "another value"
    }; ` +
      `see puffin-bench ${command.name()} --help`,
  );
}

function longFlag(option: Option): string {
  return option.long ?? option.flags;
}
