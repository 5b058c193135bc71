/**
 * What `run --command` asks for.
 *
 * @module
 */

import type { CommandsRequest } from "../../measure/commands/commands_request.ts";
import { commandWords, type ShellChoice } from "../../measure/commands/command_words.ts";
import type { Settings } from "../../measure/document.ts";
import type { RunOptions } from "../option_schemas.ts";
import { settingsOf } from "../settings.ts";
import { quote, UsageError } from "../usage_error.ts";

/** Time for each command in all, in milliseconds. */
const TIME_MS = { full: 3_000, quick: 1_000 };

/** Builds take minutes. */
const TIMEOUT_MS = 600_000;

/** Commands, and how to measure them. */
export interface CommandMeasuring {
  /** Which. */
  readonly commands: CommandsRequest;
  /** How. */
  readonly settings: Settings;
}

/**
 * The commands that the options ask for; undefined if they ask for none.
 *
 * @throws {UsageError} If options or words do not go together, or a command is given twice or cannot be split into words.
 */
export function commandMeasuring(options: RunOptions, words: readonly string[]): CommandMeasuring | undefined {
  const { command: texts, prepare, warmup, runs, shell, ignoreFailure, showOutput } = options;
  if (texts === undefined) {
    const given = namesOf({ prepare, warmup, runs, shell, ignoreFailure, showOutput });
    if (given.length > 0) throw misfit(given, "without --command", "name a command");
    if (words.length === 0) {
      throw new UsageError(
        "Cannot run nothing: expected files, folders or patterns, or --command; see puffin-bench run --help",
      );
    }
    return undefined;
  }
  if (words.length > 0) throw misfit([quote(words.join(" "))], "with --command", "measure files and commands apart");
  const { forks, rounds, iterations, filter, isolateVm, resume, watch, allowAll } = options;
  const given = namesOf({ forks, rounds, iterations, filter, isolateVm, resume, watch, allowAll });
  if (given.length > 0) throw misfit(given, "with --command", "leave it out; --runs tells how often commands are run");
  const twice = texts.find((text, index) => texts.indexOf(text) < index);
  if (twice !== undefined) {
    throw new UsageError(`Cannot measure --command ${quote(twice)} twice: name each command once`);
  }
  const choice: ShellChoice = shell === "none" ? { kind: "none" } : { kind: "shell", program: shell ?? "sh" };
  for (const text of [...texts, ...(prepare === undefined ? [] : [prepare])]) requireWords(text, choice);
  const settings = settingsOf(options);
  return {
    commands: {
      ...{ texts, shell: choice, ignoreFailure, showOutput },
      prepare: prepare ?? null,
      warmup: warmup ?? 1,
      runs: runs ?? null,
    },
    settings: {
      ...settings,
      timeMs: options.time ?? (options.quick ? TIME_MS.quick : TIME_MS.full),
      timeoutMs: options.timeout ?? TIMEOUT_MS,
    },
  };
}

function requireWords(text: string, shell: ShellChoice): void {
  try {
    commandWords(text, shell);
  } catch (error) {
    throw error instanceof SyntaxError ? new UsageError(error.message, { cause: error }) : error;
  }
}

/** The flags of what was given. */
function namesOf(options: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(options).filter(([, value]) => value !== undefined && value !== false)
    .map(([name]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`);
}

function misfit(given: readonly string[], where: string, advice: string): UsageError {
  return new UsageError(`Cannot use ${given.join(", ")} ${where}: ${advice}; see puffin-bench run --help`);
}
