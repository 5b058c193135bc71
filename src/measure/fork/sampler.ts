/**
 * Takes one sample after the other of one loop, and keeps what was measured.
 *
 * @module
 */

import type { ExclusionCause, Samples } from "../document.ts";
import type { HelperThreads } from "../environment/mod.ts";
import type { CollectionWatch } from "./collection_watch.ts";
import { type Collect, readHeap } from "./garbage.ts";
import type { Loop } from "./loop.ts";
import { type Sample, type SampleTools, takeSample } from "./sample.ts";
import type { Duration } from "./warm_up.ts";

/** What samples are taken with. */
export interface SamplerTools extends SampleTools {
  /** Collects garbage before a sample, so that none is collected on behalf of another benchmark. */
  readonly collect: Collect | undefined;
  /** Tells whether garbage was collected within a sample; null: nothing does. */
  readonly watch: CollectionWatch | null;
  /** Keeps V8's helpers where the sample runs; null where that cannot be done. */
  readonly helpers: HelperThreads | null;
}

/** The samples of one benchmark in this process. */
export class Sampler {
  readonly #wallNs: number[] = [];
  readonly #cpuNs: number[] = [];
  readonly #runQueueDelayNs: number[] = [];
  readonly #involuntarySwitches: number[] = [];
  readonly #startMs: number[] = [];
  readonly #excluded: { readonly index: number; readonly cause: ExclusionCause }[] = [];
  readonly #garbageCollected: number[] = [];
  #processCpuNs = 0;
  #processWallNs = 0;
  #heapUsedBytes = 0;
  #residentBytes = 0;

  readonly #tools: SamplerTools;

  /** Keeps what samples are taken with. */
  constructor(tools: SamplerTools) {
    this.#tools = tools;
  }

  /** Collects garbage, so that what others have left is not collected within the next sample. */
  collect(): void {
    this.#tools.collect?.("minor");
  }

  /** Takes a sample of so many iterations; `keep: false` runs it all the same, but forgets it. */
  async take(loop: Loop, iterations: number, { keep }: { readonly keep: boolean }): Promise<Duration> {
    await this.#tools.watch?.begin();
    this.#tools.helpers?.gather();
    const sample = await takeSample(loop, iterations, this.#tools);
    const hasCollected = this.#tools.watch?.end() ?? false;
    if (keep) this.#keep(sample, hasCollected);
    return sample;
  }

  #keep({ ns, startNs, wallNs, observation }: Sample, hasCollected: boolean): void {
    const { excluded, cpuNs, runQueueDelayNs, involuntarySwitches, processCpuNs } = observation;
    if (excluded !== null) this.#excluded.push({ index: this.#wallNs.length, cause: excluded });
    if (hasCollected) this.#garbageCollected.push(this.#wallNs.length);
    this.#wallNs.push(Math.max(0, Math.round(ns))); // the clock has no more digits, and a document fewer characters
    this.#startMs.push(Math.round(startNs / 1e6));
    if (cpuNs !== null) this.#cpuNs.push(wholeMicroseconds(cpuNs));
    if (runQueueDelayNs !== null) this.#runQueueDelayNs.push(wholeMicroseconds(runQueueDelayNs));
    if (involuntarySwitches !== null) this.#involuntarySwitches.push(involuntarySwitches);
    this.#processCpuNs += processCpuNs;
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
      garbageCollected: this.#tools.watch === null ? null : this.#garbageCollected,
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

/** The kernel's accounting is no finer: further digits would be a tenth of every document, and mean nothing. */
function wholeMicroseconds(ns: number): number {
  return 1000 * Math.round(ns / 1000);
}
