/**
 * How the references are measured.
 *
 * @module
 */

import type { Settings } from "../document.ts";

/** The share of a fork's rounds that is enough: a comparison takes one level from eight references. */
const ROUNDS_SHARE = 1 / 2;

/** The longest sample and the longest least warm-up, in milliseconds: those of the default settings. */
const MAX_SAMPLE_MS = 5;
const MAX_WARMUP_MS = 120;

/** The share of the least warm-up that --quick grants them: it is for a look, and each of their milliseconds counts there. */
const QUICK_WARMUP_SHARE = 0.6;

/** How much longer a warm-up may take that is not steady yet: the references are eight, and in every fork. */
const WARMUP_EXTENSION = 1.5;

/** How long a reference is waited for in a fork, in milliseconds, whatever the user grants the benchmarks. */
export const REFERENCE_TIMEOUT_MS = 60_000;

/**
 * The settings of the references in a run of these settings: half of the rounds, samples and warm-ups of the same length, and of
 * the default's length where the run's are longer. So they add little to a run, however long it takes; and runs of equal settings
 * measure them in the same way, which is all that a comparison needs.
 *
 * They take turns with the benchmarks of a suite, in its own processes: what slows those down slows them down as well. In
 * processes of their own, on a busy host, their level moved by 9 % from fork to fork and had nothing to do with the suite's.
 *
 * Fixed iterations, which a user may ask of the benchmarks, do not concern them.
 */
export function referenceSettings(settings: Settings): Settings {
  const rounds = Math.ceil(settings.rounds * ROUNDS_SHARE);
  const warmupMs = Math.min(settings.warmupMs, MAX_WARMUP_MS) * (settings.quick ? QUICK_WARMUP_SHARE : 1);
  return {
    ...settings,
    rounds,
    timeMs: rounds * Math.min(settings.timeMs / settings.rounds, MAX_SAMPLE_MS),
    warmupMs,
    maxWarmupMs: Math.min(settings.maxWarmupMs, WARMUP_EXTENSION * warmupMs),
    iterations: null,
  };
}
