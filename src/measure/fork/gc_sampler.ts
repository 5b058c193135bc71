/**
 * Observes the garbage collector by sampling, where V8 cannot be made to trace it: a compiled executable takes no flags.
 *
 * @module
 */

import type { Session } from "node:inspector";
import type { Pauses } from "../protocol.ts";

/** Time between two samples, in microseconds; on a busy host the sampling thread comes later at times. */
export const SAMPLING_INTERVAL_US = 50;

/** What V8's profiler tells, as far as it is used; times in microseconds. */
export interface SampledProfile {
  /** What samples can refer to. */
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string } }[];
  /** The node that was seen, sample by sample. */
  readonly samples?: readonly number[] | undefined;
  /** Time from the sample before to this one; the first from the profile's start. */
  readonly timeDeltas?: readonly number[] | undefined;
}

/** How V8's profiler calls the collector. */
const COLLECTOR = "(garbage collector)";

/** How far a pause may reach beyond the samples that saw it, in microseconds. */
const MAX_EDGE_US = 2 * SAMPLING_INTERVAL_US;

/**
 * Finds the pauses of the collector in a profile: runs of samples in which it was at work. A run is taken to begin and to end
 * half way to the samples before and after it, but no further off than {@linkcode MAX_EDGE_US}: samples are late just when
 * V8's helper threads collect as well.
 *
 * It is an estimate. Against V8's own trace (`--trace-gc`) of the same process, five times on a busy host of two processors:
 *
 * - The total was 0.65 to 1.3 times the trace's with bodies that make garbage (objects, strings, maps, buffers); once, when no
 *   sample came for 23 ms, it was 5.6 times.
 * - With a body that keeps 200,000 objects it was mostly 2 to 5 times, for marking steps and sweeping count here, which the
 *   trace leaves out; when the trace had 531 ms, of full collections, it was 1.03 times.
 * - Pauses shorter than the interval are missed or taken for one: of 595 pauses of 30 µs each 60 to 113 were counted, of 51 of
 *   0.3 ms 40 to 64, of 16 of 7 ms 46 to 69, with the steps between them. The longest is right if it lasts milliseconds.
 *
 * @param window What counts, in microseconds from the profile's start.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { samplePauses } from "./gc_sampler.ts";
 *
 * const nodes = ["run", "(garbage collector)"].map((functionName, id) => ({ id, callFrame: { functionName } }));
 * const profile = { nodes, samples: [0, 1, 1, 0], timeDeltas: [1_000, 50, 50, 50] };
 * assertEquals(samplePauses(profile, { fromUs: 900, toUs: 2_000 }), { pauses: 1, totalMs: 0.1, maxMs: 0.1 });
 * ```
 */
export function samplePauses(
  { nodes, samples = [], timeDeltas = [] }: SampledProfile,
  { fromUs, toUs }: { readonly fromUs: number; readonly toUs: number },
): Pauses {
  const collectors = new Set(nodes.flatMap(({ id, callFrame }) => callFrame.functionName === COLLECTOR ? [id] : []));
  const found = { pauses: 0, totalMs: 0, maxMs: 0 };
  let timeUs = 0;
  let lastUs = fromUs;
  let beginUs: number | null = null;
  const end = (nextUs: number) => {
    if (beginUs === null) return;
    const pauseMs = (lastUs + Math.min((nextUs - lastUs) / 2, MAX_EDGE_US) - beginUs) / 1000;
    found.pauses++;
    found.totalMs += pauseMs;
    found.maxMs = Math.max(found.maxMs, pauseMs);
    beginUs = null;
  };
  for (const [index, node] of samples.entries()) {
    timeUs += timeDeltas[index] ?? 0;
    if (timeUs < fromUs || timeUs > toUs) continue;
    if (!collectors.has(node)) end(timeUs);
    else beginUs ??= timeUs - Math.min((timeUs - lastUs) / 2, MAX_EDGE_US);
    lastUs = timeUs;
  }
  end(toUs);
  return found;
}

/** V8's profiler, used to see its collector; `dispose()` lets go of it. */
export class GcSampler implements Disposable {
  static #kept: GcSampler | null = null;
  readonly #session: Session;

  private constructor(session: Session) {
    this.#session = session;
  }

  /** Gets at the profiler for good, in a thread that will not be allowed to any more. */
  static async keep(): Promise<void> {
    GcSampler.#kept = await GcSampler.open();
  }

  /** Gets at the profiler; null where there is none. */
  static async open(): Promise<GcSampler | null> {
    if (GcSampler.#kept !== null) return GcSampler.#kept;
    try {
      const { Session } = await import("node:inspector"); // loaded only where it is used
      const sampler = new GcSampler(new Session());
      sampler.#session.connect();
      await sampler.#post("Profiler.enable");
      await sampler.#post("Profiler.setSamplingInterval", { interval: SAMPLING_INTERVAL_US });
      return sampler;
    } catch {
      return null;
    }
  }

  /** Runs `body` and tells of the pauses during it. Takes 25 ms more, the first time 150 ms. */
  async sample<Result>(body: () => Promise<Result>): Promise<{ readonly result: Result; readonly pauses: Pauses }> {
    const startMs = performance.now(); // the profile's own start, within 20 µs: what takes long comes after it
    await this.#post("Profiler.start");
    let profile: SampledProfile | undefined;
    let result: Result;
    const fromMs = performance.now();
    let toMs = fromMs;
    try {
      result = await body();
    } finally {
      toMs = performance.now();
      profile = await this.#stop();
    }
    const window = { fromUs: (fromMs - startMs) * 1000, toUs: (toMs - startMs) * 1000 };
    return { result, pauses: samplePauses(profile, window) };
  }

  /** Lets go of the profiler. */
  [Symbol.dispose](): void {
    this.#session.disconnect();
  }

  #post(method: string, parameters: object = {}): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#session.post(method, parameters, (error) => error === null ? resolve() : reject(error));
    });
  }

  #stop(): Promise<SampledProfile> {
    return new Promise((resolve, reject) => {
      this.#session.post("Profiler.stop", (error, { profile }) => error === null ? resolve(profile) : reject(error));
    });
  }
}
