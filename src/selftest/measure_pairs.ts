/**
 * Measures the material: this program against itself, pair of processes by pair of processes.
 *
 * @module
 */

import { controlsBeside } from "../duet/controls.ts";
import {
  DUET_ROUNDS,
  DUET_SETTINGS,
  type DuetProgram,
  measurePair,
  QUICK_ROUNDS,
  QUICK_TIME,
  type Side,
} from "../duet/mod.ts";
import type { Settings } from "../measure/document.ts";
import type { ForkLauncher } from "../measure/fork_launcher.ts";
import { MeasureError } from "../measure/measure_error.ts";
import { deriveSeed } from "../measure/random.ts";
import type { Condition, MaterialPair } from "./material.ts";

/** The suite that is measured: plain JavaScript, so that no change of the library's changes what is known of the procedure. */
const MEASURED_SUITE = "calibration";

/** Reference benchmarks ride along in a comparison, and so they do here: their time is a part of a pair's. */
const CONTROLS = controlsBeside([MEASURED_SUITE]);

/** What the next pair is to be. */
export interface PairJob {
  /** What else runs; it has been started already. */
  readonly condition: Condition;
  /** What one side is slowed down by: 1 for none, 1.1 for 10 %. */
  readonly slowdown: number;
  /** Which side that is. */
  readonly slowSide: Side;
}

/** How pairs are measured. */
export interface PairMeasuring {
  /** How to start this program as a measuring process. */
  readonly launcher: ForkLauncher;
  /** Whether as `ab --quick` does. */
  readonly quick: boolean;
  /** Regular expression that ids must match; null for all. */
  readonly filter: string | null;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Measures a pair; a test may play it. */
  readonly measure?: typeof measurePair;
  /** Milliseconds since some fixed moment. */
  readonly now?: () => number;
}

/**
 * Measures one pair of processes as `ab` does in its first pairs.
 *
 * @param index Number of the pair, from 0: each has random choices of its own.
 * @throws {DuetError} If this program cannot take part. {@linkcode MeasureError} If no benchmark matches the filter, or one fails.
 * The signal's reason, if it is aborted.
 */
export async function measureJob(job: PairJob, index: number, measuring: PairMeasuring): Promise<MaterialPair> {
  const { launcher, quick, filter, seed, signal, measure = measurePair, now = () => performance.now() } = measuring;
  const settings: Settings = {
    ...DUET_SETTINGS,
    ...(quick ? QUICK_TIME : {}),
    quick,
    filter,
    seed: deriveSeed(seed, "pair of processes", index),
  };
  const program = (side: Side): DuetProgram => ({
    side,
    name: "this program",
    launcher,
    modules: [],
    suites: [MEASURED_SUITE],
    slowdown: side === job.slowSide ? job.slowdown : 1,
  });
  const startedAt = new Date().toISOString();
  const start = now();
  const result = await measure({
    a: program("a"),
    b: program("b"),
    ids: null,
    controls: CONTROLS,
    settings,
    rounds: quick ? QUICK_ROUNDS : DUET_ROUNDS,
    firstStarted: index % 2 === 0 ? "a" : "b",
    signal,
  });
  const totalMs = now() - start;
  const [failure] = result.failures;
  if (failure !== undefined) {
    throw new MeasureError(
      "fork_broken",
      `Cannot measure "${failure.id}": ${failure.message}; free the host, and try again`,
    );
  }
  if (![...result.measured.keys()].some((id) => id.startsWith(`${MEASURED_SUITE}/`))) {
    throw new MeasureError(
      "nothing_to_measure",
      `Cannot test: no benchmark's id matches the filter ${JSON.stringify(filter)}; those of the suite begin with ` +
        `"${MEASURED_SUITE}/"`,
    );
  }
  return {
    ...job,
    startedAt,
    totalMs,
    benchmarks: [...result.measured].map(([id, measurement]) => ({
      id,
      costMs: result.costs.byId.get(id) ?? 0,
      measurement,
    })),
  };
}
