/**
 * The measuring engine: suites and settings in, a result document out.
 *
 * @module
 */

import type { Suite } from "./definition.ts";
import type { ResultDocument, Settings } from "./document.ts";
import type { MeasureListener } from "./events.ts";
import type { ForkLauncher } from "./fork_launcher.ts";

/** What {@linkcode measure} is asked to do. */
export interface MeasureOptions {
  /** What to measure, in this order. */
  readonly suites: readonly Suite[];
  /** How to measure it. */
  readonly settings: Settings;
  /** How to start a process that calls `runFork` with the same suites. */
  readonly launcher: ForkLauncher;
  /** The program that measures, for the document. */
  readonly tool: { readonly name: string; readonly version: string };
  /** The program's own arguments, for the document. */
  readonly arguments: readonly string[];
  /** Where to keep what is done so far, so that a run that is killed can be resumed; no journal by default. */
  readonly journalPath?: string;
  /** Whether to go on with the run whose journal is at `journalPath`; starts afresh if there is none. Default false. */
  readonly resume?: boolean;
  /** Ends the run early: the document then holds what was complete, with status `interrupted`. */
  readonly signal?: AbortSignal;
  /** Is told what happens; must not throw. */
  readonly listener?: MeasureListener;
}

/**
 * Measures suites in fresh processes and returns the result document.
 *
 * A benchmark that fails is in the document with its reason; the others go on. An aborted signal is no error: it yields a
 * document with status `interrupted`.
 */
export function measure(options: MeasureOptions): Promise<ResultDocument> {
  return Promise.reject(new Error(`Cannot measure ${options.suites.length} suites yet`));
}
