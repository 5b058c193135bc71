/**
 * How far a stage is, from what its process says it works on.
 *
 * @module
 */

import type { ForkPhase } from "../protocol.ts";
import type { StageContext, StageTask } from "./stage.ts";

/** A display is told this often at most, in milliseconds: drawing takes time that benchmarks need. */
const INTERVAL_MS = 100;

/** Follows one process of a stage. */
export class StageProgress {
  readonly #stage: StageTask;
  readonly #context: StageContext;
  readonly #benchmarks: number;
  readonly #begun = new Set<string>();
  #doneMs = 0;
  #toldAt = -Infinity;

  /** Follows a process that deals with `ids`. */
  constructor(stage: StageTask, ids: readonly string[], context: StageContext) {
    this.#stage = stage;
    this.#context = context;
    this.#benchmarks = ids.length;
  }

  /** The process begins to work on a benchmark; null: on something of its own. */
  begin(id: string | null, phase: ForkPhase): void {
    const { progress, settings: { warmupMs, timeMs, rounds } } = this.#context;
    if (this.#stage.task === "time") {
      // Two empty functions are warmed up and sampled like benchmarks.
      const warmupsMs = (this.#benchmarks + 2) * warmupMs;
      const samplesMs = (this.#benchmarks + 2) * timeMs;
      if (phase === "warmup") this.#doneMs += warmupMs;
      if (phase === "round") this.#doneMs += timeMs / (rounds + 1);
      progress.advance(this.#doneMs / (warmupsMs + samplesMs));
    } else if (id !== null) {
      this.#begun.add(id);
      progress.advance((this.#begun.size - 1) / this.#benchmarks);
    }
    if (id !== null) this.#tell(id, phase);
  }

  #tell(benchmarkId: string, phase: ForkPhase): void {
    const now = performance.now();
    if (now - this.#toldAt < INTERVAL_MS) return;
    this.#toldAt = now;
    this.#context.tell({
      type: "progress",
      ...this.#context.progress.estimate(),
      fork: this.#stage.fork,
      phase: this.#stage.task === "memory" ? "memory" : phase === "round" ? "round" : "warmup",
      benchmarkId,
    });
  }
}
