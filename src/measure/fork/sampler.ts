/**
 * Takes one sample after the other of one loop, and keeps what was measured.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { ExclusionCause, ForkResult, Samples } from "../document.ts";
import { type CounterReading, exclusionCause, type ThreadCounters } from "../environment/mod.ts";
import { type Collect, readHeap } from "./garbage.ts";
import type { Loop } from "./loop.ts";
import type { Duration } from "./warm_up.ts";

/** The share of a batch that runs untimed before a sample: what ran in between has cooled the caches. */
const PREFIX_SHARE = 0.25;

/** What samples are taken with. */
export interface SamplerTools {
  /** Tells the time. */
  readonly clock: Clock;
  /** Tells what the host did meanwhile. */
  readonly counters: ThreadCounters;
  /** Collects garbage before a sample, so that none is collected on behalf of another benchmark. */
  readonly collect: Collect | undefined;
}

/** The samples of one benchmark in this process. */
export class Sampler {
  readonly #wallNs: number[] = [];
  readonly #cpuNs: number[] = [];
  readonly #runQueueDelayNs: number[] = [];
  readonly #involuntarySwitches: number[] = [];
  readonly #startMs: number[] = [];
  readonly #excluded: { readonly index: number; readonly cause: ExclusionCause }[] = [];
  #processCpuNs = 0;
  #processWallNs = 0;
  #heapUsedBytes = 0;
  #residentBytes = 0;

  readonly #tools: SamplerTools;

  /** Keeps what samples are taken with. */
  constructor(tools: SamplerTools) {
    this.#tools = tools;
  }

  /** How many samples were taken. */
  get count(): number {
    return this.#wallNs.length;
  }

  /** Takes a sample of `batch` iterations; `keep: false` runs it all the same, but forgets it. */
  async take(loop: Loop, batch: number, { keep }: { readonly keep: boolean }): Promise<Duration> {
    const { clock, counters, collect } = this.#tools;
    collect?.("minor");
    const prefix = Math.floor(batch * PREFIX_SHARE);
    if (prefix > 0) await loop(prefix);
    const before = counters.read();
    const start = clock.now();
    const returned = loop(batch);
    const ns = typeof returned === "number" ? returned : await returned;
    const wallNs = clock.now() - start;
    const after = counters.read();
    if (keep) this.#keep(ns, { start, wallNs, before, after });
    return { ns, wallNs };
  }

  #keep(
    ns: number,
    { start, wallNs, before, after }: { start: number; wallNs: number; before: CounterReading; after: CounterReading },
  ): void {
    const cause = exclusionCause(before, after, wallNs);
    if (cause !== null) this.#excluded.push({ index: this.#wallNs.length, cause });
    this.#wallNs.push(Math.max(0, ns));
    this.#startMs.push(start / 1e6);
    push(this.#cpuNs, before.cpuNs, after.cpuNs);
    push(this.#runQueueDelayNs, before.runQueueDelayNs, after.runQueueDelayNs);
    push(this.#involuntarySwitches, before.involuntarySwitches, after.involuntarySwitches);
    this.#processCpuNs += Math.max(0, after.processCpuNs - before.processCpuNs);
    this.#processWallNs += wallNs;
    this.#heapUsedBytes = Math.max(this.#heapUsedBytes, readHeap().usedBytes);
    this.#residentBytes = Math.max(this.#residentBytes, Deno.memoryUsage().rss);
  }

  /** Nanoseconds an iteration of the samples that count, the loop's share included. */
  values(batch: number): number[] {
    const excluded = new Set(this.#excluded.map(({ index }) => index));
    const counted = this.#wallNs.filter((_, index) => !excluded.has(index));
    return (counted.length > 0 ? counted : this.#wallNs).map((wall) => wall / batch);
  }

  /** The samples, for the document. */
  samples(): Samples {
    return {
      wallNs: this.#wallNs,
      cpuNs: this.#complete(this.#cpuNs),
      runQueueDelayNs: this.#complete(this.#runQueueDelayNs),
      involuntarySwitches: this.#complete(this.#involuntarySwitches),
      startMs: this.#startMs,
      excluded: this.#excluded,
    };
  }

  /** What the whole process spent, and how large it was. */
  usage(): { processCpuNs: number; processWallNs: number; heapUsedBytes: number; residentBytes: number } {
    return {
      processCpuNs: this.#processCpuNs,
      processWallNs: this.#processWallNs,
      heapUsedBytes: this.#heapUsedBytes,
      residentBytes: this.#residentBytes,
    };
  }

  /** A list that has not an element for each sample comes from counters that the host does not have. */
  #complete(list: readonly number[]): readonly number[] | null {
    return list.length === this.#wallNs.length ? list : null;
  }
}

/** What the fork found, less what the loop itself costs. */
export function forkResult(
  sampler: Sampler,
  parts: Pick<ForkResult, "fork" | "batchSize" | "overheadNs" | "warmup">,
): ForkResult {
  return { ...parts, samples: sampler.samples() };
}

function push(list: number[], before: number | null, after: number | null): void {
  if (before !== null && after !== null) list.push(Math.max(0, after - before));
}
