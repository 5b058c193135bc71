/**
 * What limits the trust in a result.
 *
 * @module
 */

import { BLOCK_ROUNDS } from "../../measure/commands/command_plan.ts";
import { areCommands } from "../../measure/commands/is_command.ts";
import type { ResultDocument } from "../../measure/document.ts";
import { shellCommand } from "../html/shell_command.ts";

/**
 * How far it reaches. `bad`: large differences may come from it, or figures are missing. `mind`: small ones may. `note`: it concerns
 * columns beside the durations only.
 */
export type Severity = "bad" | "mind" | "note";

/** One thing that limits the trust in a result. */
export interface Concern {
  /** Stable, in snake_case. */
  readonly code: string;
  /** How far it reaches. */
  readonly severity: Severity;
  /** What it is, in a few words. */
  readonly title: string;
  /** Sentences with the numbers that show it; safe to print, not escaped for a markup. */
  readonly evidence: readonly string[];
  /** What to do about it, with the command or option; one sentence or two. */
  readonly advice: string;
  /** The benchmarks that it is about; empty for the whole result. */
  readonly benchmarkIds: readonly string[];
}

/** Finds what limits the trust in a result; silent where nothing does. */
export type TrustRule = (document: ResultDocument) => readonly Concern[];

/**
 * The command that measures the same again, with other options: `puffin-bench core-agent --forks 16`. What `run` was given is repeated:
 * of an option that is given twice the second counts.
 */
export function again({ tool, run, settings }: ResultDocument, ...options: readonly string[]): string {
  if (run.arguments[0] === "run") {
    const given = run.arguments.filter((word) => word !== SAVING);
    return shellCommand([tool.name, ...given, ...options, SAVING]);
  }
  const command = run.suites.length === 1 ? run.suites : ["all"];
  const filter = settings.filter === null || options.includes("--filter") ? [] : ["--filter", settings.filter];
  return shellCommand([tool.name, ...command, ...filter, ...options, SAVING]);
}

const SAVING = "--save-results";

/** The same with so many processes; commands have runs in place of them, as many as make so many blocks. */
export function againWithForks(document: ResultDocument, forks: number): string {
  return areCommands(document)
    ? again(document, "--runs", String(forks * BLOCK_ROUNDS))
    : again(document, "--forks", String(forks));
}
