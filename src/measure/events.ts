/**
 * What the engine tells while it measures, for a progress display.
 *
 * @module
 */

import type { BenchmarkResult, Warning } from "./document.ts";

/** One thing that happened during a run. */
export type MeasureEvent =
  /** The plan is made: how many benchmarks, and about how long it will take. */
  | { readonly type: "planned"; readonly benchmarks: number; readonly forks: number; readonly expectedMs: number }
  /** A fork has started (or, after a benchmark hung or crashed in it, has started again). */
  | { readonly type: "fork_started"; readonly fork: number; readonly forks: number }
  /** Something was done: `doneRatio` grows from 0 to 1 over the whole run; `benchmarkId` is what is being measured now. */
  | {
    readonly type: "progress";
    readonly doneRatio: number;
    readonly remainingMs: number;
    readonly fork: number;
    readonly phase: "warmup" | "round" | "memory";
    readonly benchmarkId: string;
  }
  /** Nothing more will be measured of this benchmark. */
  | { readonly type: "benchmark_finished"; readonly result: BenchmarkResult }
  /** Something that a reader of the figures should know. */
  | { readonly type: "warning"; readonly warning: Warning }
  /** A line that a benchmark printed itself. */
  | { readonly type: "output"; readonly text: string };

/** Receives what the engine tells; must not throw. */
export type MeasureListener = (event: MeasureEvent) => void;
