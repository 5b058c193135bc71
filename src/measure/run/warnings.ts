/**
 * What a reader of the figures should know, each with what can be done about it.
 *
 * @module
 */

import type { BenchmarkResult, MeasuredBenchmark, ResultDocument, Warning } from "../document.ts";
import type { ClockFacts, Quietness } from "../document_environment.ts";
import { isCommand } from "../commands/is_command.ts";
import { SAMPLING_INTERVAL_US } from "../fork/gc_sampler.ts";
import { findLevelShift, forkValues } from "../statistics/mod.ts";
import type { PauseObservations } from "./findings.ts";

/** Above this share of excluded samples the figures of a benchmark rest on what the disturbance left. */
const MANY_EXCLUDED = 0.3;

/** What is wrong with fewer than this share of the forks is what forks are for. */
const MANY_FORKS = 0.25;

/** Interquartile range over median above which a benchmark is noisy. */
const NOISY = 0.3;

/** Below this many samples the tails and the interval mean little. */
const FEW_SAMPLES = 10;

/** Share of the processors' time taken by the hypervisor above which it is told. */
export const HIGH_STEAL = 0.01;

/** Step of the clock above which it is told, in nanoseconds. */
export const COARSE_STEP_NS = 100_000;

/** The largest share of a sample that the clock's step and cost should make up. */
const MAX_CLOCK_ERROR = 0.01;

/** Warnings about one benchmark. */
export function benchmarkWarnings(result: BenchmarkResult, clock: ClockFacts): Warning[] {
  if (result.status === "failed") return [];
  const { statistics, expected, meetsExpectation } = result;
  const warn = (code: string, message: string): Warning => ({ code, message, benchmarkId: result.id });
  const warnings: Warning[] = [];
  if (result.status === "optimized_out") {
    if (isCommand(result)) {
      return [warn("optimized_out", "it cannot be told from the shell's own start; measure it without (--shell none)")];
    }
    return [warn("optimized_out", "it cannot be told from an empty loop; return a result that depends on the work")];
  }
  const unsteady = result.forks.filter(({ warmup }) => !warmup.steady).length;
  if (unsteady > 0 && unsteady >= MANY_FORKS * result.forks.length) {
    const forks = `${unsteady} of ${result.forks.length} forks`;
    warnings.push(
      warn("not_steady", `its speed still changed when the warm-up ended in ${forks}; raise the warm-up's cap`),
    );
  }
  const shifted = forkValues(result.forks).filter(({ values }) => findLevelShift(values) !== null).length;
  if (shifted > 0 && shifted >= MANY_FORKS * result.forks.length) {
    const forks = `${shifted} of ${result.forks.length} forks`;
    const message =
      `its speed changed by more than 10 % in the middle of ${forks}; raise the warm-up or use a quieter host`;
    warnings.push(warn("level_shift", message));
  }
  const excluded = Object.values(statistics.excluded).reduce((total, count) => total + count, 0);
  const taken = samplesTaken(result);
  if (excluded > MANY_EXCLUDED * taken) {
    const share = `${excluded} of ${taken} samples`;
    warnings.push(
      warn("excluded_samples", `${share} were disturbed by the host and do not count; measure on a quieter host`),
    );
  }
  if (statistics.samples < FEW_SAMPLES) {
    const count = `${statistics.samples} samples`;
    warnings.push(
      warn("few_samples", `it rests on ${count}; raise the forks or the time of a benchmark for a better figure`),
    );
  }
  const longestNs = result.forks.reduce(
    (longest, { samples }) => samples.wallNs.reduce((most, ns) => Math.max(most, ns), longest),
    0, // no spread: there may be more samples than a call takes arguments
  );
  if (longestNs * MAX_CLOCK_ERROR < clock.costNs + clock.stepNs) {
    const length = `${longestNs} ns at most`;
    warnings.push(warn("short_samples", `its samples take ${length}, too little for the clock; raise its iterations`));
  }
  const spread = statistics.median > 0 ? (statistics.p75 - statistics.p25) / statistics.median : 0;
  if (spread > NOISY) {
    const percent = `${Math.round(spread * 100)} %`;
    warnings.push(
      warn("noisy", `its quartiles are ${percent} of the median apart; raise the forks or use a quieter host`),
    );
  }
  if (meetsExpectation === false && expected !== null) {
    const wanted = `${expected.minOpsPerSecond} operations a second and ${expected.maxDurationMs} ms at most`;
    warnings.push(warn("expectation_missed", `"${expected.operation}" is expected to do ${wanted}; it does not`));
  }
  return warnings;
}

/** What a comparison cannot use of the references; how they fared is nobody's concern otherwise. */
export function referenceWarnings(references: readonly BenchmarkResult[]): Warning[] {
  return references.flatMap((result) => {
    if (result.status === "ok") return [];
    const reason = result.status === "failed"
      ? `failed (${result.failure.reason}: ${result.failure.message})`
      : "cannot be told from an empty loop";
    const message = `reference benchmark "${result.name}" ${reason}: comparisons will know less of the host's drift; ` +
      "if it happens again, report it as a bug";
    return [{ code: "reference_failed", message, benchmarkId: null }];
  });
}

/** Warnings about the whole run. */
export function runWarnings(
  { clock, quietness, cpuCount, canCollect, observations }: {
    readonly clock: ResultDocument["clock"];
    readonly quietness: Quietness;
    readonly cpuCount: number;
    readonly canCollect: boolean;
    readonly observations: PauseObservations;
  },
): Warning[] {
  const warn = (code: string, message: string): Warning => ({ code, message, benchmarkId: null });
  const warnings: Warning[] = [];
  if (!clock.monotonic || clock.stepNs > COARSE_STEP_NS) {
    const fault = clock.monotonic ? `steps of ${Math.round(clock.stepNs / 1000)} µs` : "runs backwards at times";
    warnings.push(warn("clock_coarse", `the clock ${fault}; let the runtime use its high-resolution clock`));
  }
  if (!canCollect) {
    warnings.push(
      warn("gc_unavailable", "garbage could not be collected between samples; start forks with V8's flag --expose-gc"),
    );
  }
  if (observations.sampled > 0) {
    const message =
      `the collector's pauses were sampled every ${SAMPLING_INTERVAL_US} µs, since V8 could not be made ` +
      "to trace them: an estimate, easily a third off, that counts marking and sweeping too and runs short pauses together; " +
      "measure with deno run for V8's own figures";
    warnings.push(warn("gc_sampled", message));
  }
  if (observations.unobserved > 0) {
    const total = observations.traced + observations.sampled + observations.unobserved;
    const message = `the collector's pauses are unknown in ${observations.unobserved} of ${total} benchmarks: ` +
      "V8's trace of them is missing or cut off; start forks with V8's flag --expose-gc, and mend what crashes";
    warnings.push(warn("gc_unobserved", message));
  }
  if (quietness.loadStart !== null && quietness.loadStart > cpuCount) {
    const load = quietness.loadStart.toFixed(1);
    warnings.push(
      warn("high_load", `the load was ${load} on ${cpuCount} processors at the start; stop what else is running`),
    );
  }
  if (quietness.stealRatio !== null && quietness.stealRatio > HIGH_STEAL) {
    const percent = `${(quietness.stealRatio * 100).toFixed(1)} %`;
    warnings.push(
      warn("steal", `the hypervisor gave ${percent} of the processors' time to others; compare only within a run`),
    );
  }
  return warnings;
}

function samplesTaken({ forks }: MeasuredBenchmark): number {
  return forks.reduce((total, { samples }) => total + samples.wallNs.length, 0);
}
