/**
 * How far a run is, and how long it will still take.
 *
 * @module
 */

import type { Settings } from "../document.ts";
import type { ForkTask } from "../protocol.ts";

/** One process of a run. */
export interface Stage {
  /** Unique within the run. */
  readonly key: string;
  /** Stages of one kind take about the same time. */
  readonly kind: string;
  /** How long it is expected to take, in milliseconds. */
  readonly expectedMs: number;
}

/** About how long a process takes to start, load a suite and end, in milliseconds. */
const START_MS = 200;

/** What a sample costs besides its own time, in milliseconds: the collection before it and the counters around it. */
const SAMPLE_COST_MS = 0.8;

/** About how long a fork takes for so many benchmarks, in milliseconds. */
export function expectedForkMs(task: ForkTask, benchmarks: number, settings: Settings): number {
  const { warmupMs, timeMs, rounds } = settings;
  switch (task) {
    case "audit":
      return START_MS + benchmarks * 20;
    case "memory":
      return START_MS + benchmarks * (warmupMs / 3 + 15);
    case "time": // with two empty functions among them, and warm-ups that need somewhat more than the least
      return START_MS + (benchmarks + 2) * (warmupMs * 1.3 + timeMs * 1.35 + (rounds + 1) * SAMPLE_COST_MS);
  }
}

/** Estimates the rest of a run: what was expected at first, corrected by what the stages that are over have really taken. */
export class ProgressEstimator {
  readonly #stages: readonly Stage[];
  readonly #now: () => number;
  readonly #takenMs = new Map<string, number>();
  readonly #takenByKind = new Map<string, number>();
  #current: { readonly stage: Stage; readonly since: number; ratio: number } | undefined;
  #doneRatio = 0;

  /** Plans these stages; `now` tells the time in milliseconds. */
  constructor(stages: readonly Stage[], now: () => number) {
    this.#stages = stages;
    this.#now = now;
  }

  /** A stage begins. */
  start(key: string): void {
    const stage = this.#stages.find((candidate) => candidate.key === key);
    if (stage !== undefined) this.#current = { stage, since: this.#now(), ratio: 0 };
  }

  /** The current stage is done to this share. */
  advance(ratio: number): void {
    if (this.#current !== undefined) this.#current.ratio = Math.max(this.#current.ratio, Math.min(1, ratio));
  }

  /** The current stage is over. */
  finish(): void {
    if (this.#current === undefined) return;
    const taken = this.#now() - this.#current.since;
    this.#takenMs.set(this.#current.stage.key, taken);
    this.#takenByKind.set(this.#current.stage.kind, taken);
    this.#current = undefined;
  }

  /** A stage that will not take place, because it took place before. */
  skip(key: string): void {
    this.#takenMs.set(key, 0);
  }

  /** How far the run is, from 0 to 1, never falling; and how long it will still take, in milliseconds. */
  estimate(): { readonly doneRatio: number; readonly remainingMs: number } {
    let [doneMs, remainingMs] = [0, 0];
    for (const stage of this.#stages) {
      const taken = this.#takenMs.get(stage.key);
      if (taken !== undefined) doneMs += taken;
      else if (this.#current?.stage === stage) {
        const { since, ratio } = this.#current;
        const spent = this.#now() - since;
        const expected = this.#expected(stage);
        // What was expected counts at the beginning, what is seen at the end.
        const total = ratio > 0 ? (1 - ratio) * expected + ratio * (spent / ratio) : Math.max(expected, spent);
        doneMs += spent;
        remainingMs += Math.max(0, total - spent);
      } else remainingMs += this.#expected(stage);
    }
    const ratio = doneMs + remainingMs > 0 ? doneMs / (doneMs + remainingMs) : 1;
    this.#doneRatio = Math.max(this.#doneRatio, ratio);
    return { doneRatio: this.#doneRatio, remainingMs };
  }

  #expected(stage: Stage): number {
    return this.#takenByKind.get(stage.kind) ?? stage.expectedMs;
  }
}
