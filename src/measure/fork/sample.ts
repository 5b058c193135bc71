/**
 * Takes one sample of a loop.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import { type Observation, observe } from "../environment/observation.ts";
import type { ThreadCounters } from "../environment/thread_counters.ts";
import type { Loop } from "./loop.ts";
import type { Duration } from "./warm_up.ts";

/** What a sample is taken with. */
export interface SampleTools {
  /** Tells the time. */
  readonly clock: Clock;
  /** Tells what the host did meanwhile. */
  readonly counters: ThreadCounters;
}

/** One sample. */
export interface Sample extends Duration {
  /** When it began, on the clock. */
  readonly startNs: number;
  /** What the host did meanwhile, and whether the sample counts. */
  readonly observation: Observation;
}

/** Runs `batch` iterations and tells how long they took. */
export async function takeSample(loop: Loop, batch: number, { clock, counters }: SampleTools): Promise<Sample> {
  const before = counters.read();
  const startNs = clock.now();
  const returned = loop(batch);
  const ns = typeof returned === "number" ? returned : await returned;
  const wallNs = clock.now() - startNs;
  const after = counters.read();
  return { ns, wallNs, startNs, observation: observe(before, after, wallNs) };
}
