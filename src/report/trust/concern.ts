/**
 * What limits the trust in a result.
 *
 * @module
 */

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

/** The command that measures the same again, with other options: `puffin-bench core-agent --forks 16`. */
export function again({ tool, run, settings }: ResultDocument, ...options: readonly string[]): string {
  const command = run.suites.length === 1 ? run.suites : ["all"];
  const filter = settings.filter === null || options.includes("--filter") ? [] : ["--filter", settings.filter];
  return shellCommand([tool.name, ...command, ...filter, ...options, "--save-results"]);
}
