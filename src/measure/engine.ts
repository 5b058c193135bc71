/**
 * The measuring engine: suites and settings in, a result document out.
 *
 * @module
 */

import type { ExaminedFile } from "./code.ts";
import type { Suite } from "./definition.ts";
import type { ResultDocument, Settings } from "./document.ts";
import type { MeasureListener } from "./events.ts";
import type { ForkLauncher } from "./fork_launcher.ts";
import type { HostForm } from "./host/measure_host.ts";
import { makePlan } from "./plan.ts";
import { requireOwnNames } from "./reference/built_in.ts";
import { referenceSuite } from "./reference/references.ts";
import { isolate } from "./run/isolation.ts";
import { Run } from "./run/run.ts";
import { RunLock } from "./run/run_lock.ts";
import { spawnBy } from "./run/spawn.ts";

/** What {@linkcode measure} is asked to do. */
export interface MeasureOptions {
  /** What to measure, in this order. */
  readonly suites: readonly Suite[];
  /** Files of benchmarks to measure besides, as {@linkcode examine} found them; none by default. */
  readonly files?: readonly ExaminedFile[];
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
  /**
   * Whether to go on with the run whose journal is at `journalPath`; starts afresh if there is none. The seed of the settings
   * may differ: the journal's is used, and is in the document. Default false: a journal that is there is overwritten.
   */
  readonly resume?: boolean;
  /**
   * Puts the document where it is safe; the journal is removed only then. If it rejects, so does the run, and the journal stays.
   */
  readonly save?: (document: ResultDocument) => Promise<void>;
  /** Ends the run early: the document then holds what was complete, with status `interrupted`. */
  readonly signal?: AbortSignal;
  /**
   * Whether to measure the reference benchmarks too, in the rounds of every suite: a comparison of two documents takes from them
   * how far the host drifted in between. Default true; without them a comparison knows less, and says so.
   */
  readonly references?: boolean;
  /**
   * Whether to look at the host itself first, and how: its facts and figures are then in the document. The figures write into a
   * file in `folder`, by default the system's folder of temporary files, and listen on 127.0.0.1. By default that is left out.
   */
  readonly host?: { readonly form: HostForm; readonly folder?: string };
  /**
   * Slows every benchmark but the references down by this factor, for tests of comparisons: each sample has so many times the
   * iterations that are counted, rounded to whole ones; those of a benchmark of fixed iterations, too. Above 0 and finite;
   * default 1. Nothing in the document tells of it.
   */
  readonly slowdown?: number;
  /** Is told what happens; must not throw. */
  readonly listener?: MeasureListener;
}

/**
 * Measures suites in fresh processes and returns the result document.
 *
 * A benchmark that fails is in the document with its reason; the others go on. An aborted signal is no error: it yields a
 * document with status `interrupted`, without the benchmarks of which no fork was finished.
 *
 * @throws {MeasureError} If the filter is no regular expression or leaves nothing, the forks cannot work at all, or the journal
 * to be resumed is of another run.
 * @throws {TypeError} If two suites have one name, or one has that of the engine's own: `references`, `calibration`, `host`.
 * @throws {RangeError} If the slowdown is not above 0 and finite.
 */
export async function measure(options: MeasureOptions): Promise<ResultDocument> {
  const { suites, settings, references = true, slowdown = 1 } = options;
  if (!(slowdown > 0 && slowdown < Infinity)) {
    throw new RangeError(`Cannot slow benchmarks down: expected a factor above 0, got ${slowdown}; 1 changes nothing`);
  }
  await requireOwnNames(suites);
  const plan = await makePlan(suites, settings.filter, references ? referenceSuite : null, options.files);
  await using isolation = await isolate(options.launcher, settings.isolateVm);
  const lock = await RunLock.acquire();
  let run: Run | undefined;
  try {
    run = await Run.begin(options, plan, { spawn: spawnBy(isolation.launcher), lock, isolation });
    await run.measure();
    const document = await run.finish();
    await options.save?.(document);
    if (document.run.status === "complete") await run.removeJournal();
    return document;
  } finally {
    if (run === undefined) await lock.release();
    else await run.release();
  }
}
