/**
 * What the host did during one sample, and whether the sample counts.
 *
 * @module
 */

import type { ExclusionCause } from "../document.ts";
import type { CounterReading } from "./thread_counters.ts";

/** What the host did during one sample; null where it does not tell. Never below 0, as the result document wants it. */
export interface Observation {
  /** CPU time of the measuring thread, in nanoseconds. */
  readonly cpuNs: number | null;
  /** Time that the measuring thread waited for a processor within the sample, in nanoseconds. */
  readonly runQueueDelayNs: number | null;
  /** Involuntary context switches of the measuring thread. */
  readonly involuntarySwitches: number | null;
  /** CPU time of the whole process, in nanoseconds. */
  readonly processCpuNs: number;
  /** Why the sample does not count; null if it does. */
  readonly excluded: ExclusionCause | null;
}

/** Share of all processors' time, taken by the hypervisor during a sample, above which the sample does not count. */
const MAX_STEAL_RATIO = 0.01;

/** Share of a sample, spent waiting for a processor that another process had, above which the sample does not count. */
const MAX_FOREIGN_DELAY_RATIO = 0.05;

/** Jump of the wall clock against the monotonic clock during a sample, in ms, above which the host has slept. */
const MAX_CLOCK_JUMP_MS = 50;

/**
 * Compares the readings around a sample.
 *
 * @param before The reading just before the sample.
 * @param after The reading just after it.
 * @param wallNs What the sample took.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { observe } from "./observation.ts";
 * import { ThreadCounters } from "./thread_counters.ts";
 *
 * using counters = ThreadCounters.open();
 * const before = counters.read();
 * const start = performance.now();
 * JSON.stringify(Array(1_000).fill("a"));
 * const wallNs = (performance.now() - start) * 1e6;
 * assert(observe(before, counters.read(), wallNs).processCpuNs >= 0);
 * ```
 */
export function observe(before: CounterReading, after: CounterReading, wallNs: number): Observation {
  return {
    cpuNs: growth(before.cpuNs, after.cpuNs),
    runQueueDelayNs: runQueueDelay(before, after, wallNs),
    involuntarySwitches: growth(before.involuntarySwitches, after.involuntarySwitches),
    processCpuNs: Math.max(0, after.processCpuNs - before.processCpuNs),
    excluded: exclusionCause(before, after, wallNs),
  };
}

/**
 * Why a sample does not count, or null if it does: by what the host did meanwhile, never by the sample's value.
 *
 * - `suspend`: the wall clock ran ahead of the monotonic one by more than 50 ms (and a thousandth of the sample): the host
 *   slept, or somebody set its clock.
 * - `steal`: the hypervisor took more than 1 % of the processors' time. The host counts in steps of 10 ms, so that in a sample
 *   shorter than a second over the number of processors every step is too much. Some of a step may lie before the sample: then
 *   a good sample is lost, but not because of its value.
 * - `preemption`: for more than 5 % of the sample the thread waited for a processor that other processes had. Waiting behind
 *   the process's own other threads (garbage collection, compilation) is part of what the code costs; dropping it would
 *   flatter code that allocates. Whoever made the thread wait was on a processor for as long: so delay beyond the CPU time of
 *   the process's other threads is certainly foreign, and only that counts against the sample.
 *
 * Measured on 2 shared cores with samples of 1 to 20 ms: on a quiet host the foreign share exceeds 5 % in less than 1 % of the
 * samples, whatever the code does, and one time slice of a neighbour makes it 15 to 70 %; run-queue delay as such exceeds 10 %
 * in a quarter of the quiet samples of code that fills array buffers. With two busy loops on the two cores half of the samples
 * go, and the median of the others is that of a quiet host within 1 %, where all of them together are 1.8 times slower. An
 * involuntary switch alone is no cause: it costs 1 to 2 %, and the collector's threads bring it about by themselves.
 *
 * @param before The reading just before the sample.
 * @param after The reading just after it.
 * @param wallNs What the sample took.
 */
export function exclusionCause(before: CounterReading, after: CounterReading, wallNs: number): ExclusionCause | null {
  const wallMs = wallNs / 1e6;
  if (after.clockGapMs - before.clockGapMs > MAX_CLOCK_JUMP_MS + wallMs / 1_000) return "suspend";
  const stealMs = growth(before.stealMs, after.stealMs) ?? 0;
  if (stealMs > MAX_STEAL_RATIO * wallMs * navigator.hardwareConcurrency) return "steal";
  if (foreignDelay(before, after, wallNs) > MAX_FOREIGN_DELAY_RATIO * wallNs) return "preemption";
  return null;
}

/** The part of the sample, in nanoseconds, in which other processes certainly kept the thread waiting; 0 if unknown. */
function foreignDelay(before: CounterReading, after: CounterReading, wallNs: number): number {
  const delayNs = runQueueDelay(before, after, wallNs) ?? 0;
  const threadNs = growth(before.cpuNs, after.cpuNs) ?? 0;
  const ownOthersNs = after.processCpuNs - before.processCpuNs - threadNs;
  return delayNs - Math.max(0, ownOthersNs);
}

/**
 * Time that the thread waited for a processor within the sample, in nanoseconds; null if unknown.
 *
 * The readings enclose a little more than the sample, and the thread may lose its processor there too; but as long as it was
 * on a processor it did not wait.
 */
function runQueueDelay(before: CounterReading, after: CounterReading, wallNs: number): number | null {
  const delayNs = growth(before.runQueueDelayNs, after.runQueueDelayNs);
  const cpuNs = growth(before.cpuNs, after.cpuNs);
  return delayNs === null || cpuNs === null ? null : Math.min(delayNs, Math.max(0, wallNs - cpuNs));
}

/** How much a counter grew; what is corrected by an estimate may seem to shrink. */
function growth(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.max(0, after - before);
}
