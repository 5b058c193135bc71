/**
 * The self-test: measures this program against itself on this host, and says how far its verdicts can be trusted.
 *
 * @module
 */

import { QuietnessMonitor, readEnvironment } from "../measure/environment/mod.ts";
import { RunLock } from "../measure/run/run_lock.ts";
import { timedV8Flags } from "../measure/run/spawn.ts";
import { analyse, type Effort } from "./analysis.ts";
import type { MaterialPair } from "./material.ts";
import { measureJob, type PairJob, type PairMeasuring } from "./measure_pairs.ts";
import type { Procedure } from "./replay.ts";
import { SELFTEST_FORMAT, SELFTEST_VERSION, type SelftestResult } from "./result.ts";

/** What happens, for a line of progress. */
export type SelftestEvent =
  /** Another pair begins; `leftMs` is what is left of the time to measure. */
  | { readonly type: "pair"; readonly pair: number; readonly slowdown: number; readonly leftMs: number }
  /** Measuring is over, and this is being worked on. */
  | { readonly type: "analysis"; readonly what: string };

/** What the self-test is asked to do. */
export interface SelftestOptions extends PairMeasuring {
  /** How long to take, in milliseconds; a few pairs are measured in any case. */
  readonly timeMs: number;
  /** What `ab` is asked to do. */
  readonly procedure: Procedure;
  /** How many simulations. */
  readonly effort: Effort;
  /** The program, for the result. */
  readonly tool: SelftestResult["tool"];
  /** Is told what happens. */
  readonly listener?: (event: SelftestEvent) => void;
}

/** Share of the time that is spent measuring; the simulations take the rest. */
const MEASURING_SHARE = 0.75;

/** Every so many pairs one has a side slowed down. */
const SLOWED_EVERY = 4;

/** The slowdown that is injected. */
const SLOWDOWN = 1.1;

/** Pairs that are measured whatever the time: as many alike as the analysis wants, and one of each slowed side. */
const FEWEST_PAIRS = 8;

/**
 * Tests this program on this host.
 *
 * @throws As {@linkcode measureJob} does; the signal's reason, if it is aborted.
 */
export async function selftest(options: SelftestOptions): Promise<SelftestResult> {
  const { procedure, effort, seed, tool, signal, listener } = options;
  const lock = await RunLock.acquire();
  try {
    const others = await lock.others();
    const monitor = QuietnessMonitor.start();
    const createdAt = new Date().toISOString();
    const pairs = await measureMaterial(options);
    const quietness = monitor.finish([]);
    const analysis = await analyse(pairs, {
      procedure,
      effort,
      seed,
      signal,
      tell: (what) => listener?.({ type: "analysis", what }),
    });
    const beside = others.map((pid) => `Another puffin-bench (process ${pid}) measured on this host at the same time`);
    return {
      format: SELFTEST_FORMAT,
      version: SELFTEST_VERSION,
      tool,
      createdAt,
      environment: await readEnvironment({ v8Flags: timedV8Flags(options.launcher, false) }),
      quietness,
      ...analysis,
      notes: [...beside, ...analysis.notes],
    };
  } finally {
    await lock.release();
  }
}

async function measureMaterial(options: SelftestOptions): Promise<MaterialPair[]> {
  const { timeMs, now = () => performance.now(), listener } = options;
  const start = now();
  const pairs: MaterialPair[] = [];
  for (;;) {
    const elapsedMs = now() - start;
    const leftMs = timeMs * MEASURING_SHARE - elapsedMs;
    if (pairs.length >= FEWEST_PAIRS && elapsedMs / pairs.length > leftMs) return pairs;
    const job = nextJob(pairs);
    listener?.({ type: "pair", pair: pairs.length, slowdown: job.slowdown, leftMs: Math.max(0, leftMs) });
    pairs.push(await measureJob(job, pairs.length, options));
  }
}

/** Mostly pairs of identical code; the slowed side alternates. */
function nextJob(pairs: readonly MaterialPair[]): PairJob {
  const slowed = pairs.filter(({ slowdown }) => slowdown !== 1).length;
  const isSlowed = pairs.length % SLOWED_EVERY === SLOWED_EVERY - 1;
  return { condition: "quiet", slowdown: isSlowed ? SLOWDOWN : 1, slowSide: slowed % 2 === 0 ? "b" : "a" };
}

/** Simulations of a calibration: several minutes of them. */
export const CALIBRATION_EFFORT: Effort = Object.freeze({ alike: 2_000, power: 480, search: 192, stored: 200 });

/** Simulations of the whole self-test, and of a quick one. */
export const EFFORT: Readonly<Record<"full" | "quick", Effort>> = Object.freeze({
  full: { alike: 400, power: 96, search: 72, stored: 100 },
  quick: { alike: 100, power: 48, search: 36, stored: 40 },
});
