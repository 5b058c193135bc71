/**
 * A benchmark that is set up in this process: its state, its hooks, its loop.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { BenchmarkDefinition, Parameters, Suite } from "../definition.ts";
import type { Settings } from "../document.ts";
import { benchmarkId, combinations } from "../parameters.ts";
import type { LoopShape } from "../protocol.ts";
import { nextTurn } from "./event_loop.ts";
import { BenchmarkFailure, describeFailure } from "./failure.ts";
import type { FaultMonitor } from "./faults.ts";
import { compileLoop, type Loop, RETURNED_FALSE } from "./loop.ts";
import { SelfTiming } from "./self_timing.ts";
import { isThenable } from "../../thenable.ts";

/** A benchmark that may be set up. */
export interface Candidate {
  /** Its id. */
  readonly id: string;
  /** Its definition. */
  readonly definition: BenchmarkDefinition;
  /** Its parameters. */
  readonly params: Parameters;
  /** Whether it is one of the references, which have settings of their own and are never slowed down. */
  readonly isReference: boolean;
}

/** Finds benchmarks of a suite by their ids. */
export function findCandidates(suite: Suite, ids: readonly string[]): readonly Candidate[] {
  const all = new Map<string, Candidate>();
  for (const definition of suite.benchmarks) {
    for (const params of combinations(definition.options.params ?? {})) {
      const id = benchmarkId(suite.name, definition.name, params);
      all.set(id, { id, definition, params, isReference: false });
    }
  }
  return ids.map((id) => {
    const found = all.get(id);
    if (found === undefined) {
      throw new TypeError(`Cannot measure "${id}": the fork's suite has no such benchmark; define it unconditionally`);
    }
    return found;
  });
}

/** What a subject needs of its process. */
export interface SubjectContext {
  /** Times its loop. */
  readonly clock: Clock;
  /** Knows of faults that no call throws. */
  readonly faults: FaultMonitor;
  /** The run's settings. */
  readonly settings: Settings;
  /** A number that no other loop of this process has. */
  nextSerial(): number;
}

/** A benchmark after its setup; `dispose()` tears it down. */
export class Subject {
  /** The benchmark. */
  readonly candidate: Candidate;
  readonly #state: unknown;
  readonly #context: SubjectContext;
  #loop: Loop | undefined;

  private constructor(candidate: Candidate, context: SubjectContext, state: unknown) {
    this.candidate = candidate;
    this.#context = context;
    this.#state = state;
  }

  /** What it tells its timed part to, if it was given that. */
  get #timing(): SelfTiming | undefined {
    return this.#state instanceof SelfTiming ? this.#state : undefined;
  }

  /** Its id. */
  get id(): string {
    return this.candidate.id;
  }

  /** Iterations of each of its rounds, if that is fixed; null: as many as suit. */
  get fixedIterations(): number | null {
    return this.#context.settings.iterations ?? this.candidate.definition.options.iterations ?? null;
  }

  /** Fewest iterations of all its samples in this fork: its share of what is asked for; 0 if nothing is, or if they are fixed. */
  get leastIterations(): number {
    if (this.fixedIterations !== null) return 0;
    return Math.ceil((this.candidate.definition.leastIterations ?? 0) / this.#context.settings.forks);
  }

  /**
   * Runs the benchmark's setup.
   *
   * @throws {BenchmarkFailure} If it fails.
   */
  static async setUp(candidate: Candidate, context: SubjectContext): Promise<Subject> {
    try {
      const state = await candidate.definition.options.setup?.(candidate.params);
      await settled(context.faults);
      return new Subject(candidate, context, state);
    } catch (thrown) {
      throw new BenchmarkFailure({ ...describeFailure(thrown, "setup_failed", "setup"), reason: "setup_failed" });
    }
  }

  /**
   * Runs one iteration outside of a loop and finds out what has to be awaited.
   *
   * @throws {BenchmarkFailure} If it fails.
   */
  async try(): Promise<{ readonly shape: LoopShape; readonly result: unknown }> {
    const { fn, isLenient = false, options: { beforeIteration, afterIteration } } = this.candidate.definition;
    const { params } = this.candidate;
    const [state, hooks, timing] = [this.#state, [beforeIteration, afterIteration], this.#timing];
    return await this.#guard(async () => {
      const before = beforeIteration?.(state, params);
      if (isThenable(before)) await before;
      timing?.open();
      const returned = isLenient ? callWith(fn, state) : fn(state, params);
      const kind = isThenable(returned) ? "async" : "sync";
      const result = await returned;
      timing?.close(0, 0);
      if (result === false && !isLenient) throw RETURNED_FALSE;
      const after = afterIteration?.(state, params);
      const isHookAsync = isThenable(before) || isThenable(after);
      if (isThenable(after)) await after;
      const hasHooks = timing?.isUsed === true || hooks.some((hook) => hook !== undefined);
      return { shape: { kind, hooks: !hasHooks ? "none" : isHookAsync ? "async" : "sync" }, result };
    });
  }

  /** Compiles the loop; `exemplar` is a result of the function. */
  compile(shape: LoopShape, exemplar: unknown): void {
    const { fn, options, isLenient } = this.candidate.definition;
    const { clock } = this.#context;
    this.#loop = compileLoop(shape, {
      fn,
      state: this.#state,
      params: this.candidate.params,
      before: options.beforeIteration,
      after: options.afterIteration,
      timing: this.#timing,
      isLenient,
      exemplar,
    }, { clock, serial: this.#context.nextSerial() });
  }

  /** The compiled loop: to be called within {@linkcode round}. */
  get loop(): Loop {
    if (this.#loop === undefined) throw new TypeError(`Cannot run "${this.id}": its loop was not compiled`);
    return this.#loop;
  }

  /**
   * Runs `body` between the benchmark's `beforeRound` and `afterRound`, and lets the event loop turn.
   *
   * @throws {BenchmarkFailure} If anything fails, be it a rejection that nobody handles.
   */
  async round<Result>(body: () => Promise<Result>): Promise<Result> {
    const { options: { beforeRound, afterRound } } = this.candidate.definition;
    const { params } = this.candidate;
    return await this.#guard(async () => {
      await beforeRound?.(this.#state, params);
      const result = await body();
      await afterRound?.(this.#state, params);
      return result;
    });
  }

  /**
   * Runs the benchmark's teardown.
   *
   * @throws {BenchmarkFailure} If it fails.
   */
  async tearDown(): Promise<void> {
    try {
      await this.candidate.definition.options.teardown?.(this.#state, this.candidate.params);
      await settled(this.#context.faults);
    } catch (thrown) {
      throw new BenchmarkFailure({
        ...describeFailure(thrown, "teardown_failed", "teardown"),
        reason: "teardown_failed",
      });
    }
  }

  async #guard<Result>(body: () => Promise<Result>): Promise<Result> {
    try {
      const result = await body();
      await settled(this.#context.faults);
      return result;
    } catch (thrown) {
      throw new BenchmarkFailure(describeFailure(thrown));
    }
  }
}

/** As `deno bench` calls it: whoever counts the arguments, or has defaults for others, is to see one. */
function callWith(fn: (...values: never[]) => unknown, state: unknown): unknown {
  return Reflect.apply(fn, undefined, [state]);
}

async function settled(faults: FaultMonitor): Promise<void> {
  await nextTurn();
  faults.check();
}
