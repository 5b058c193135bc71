/**
 * What a run leaves behind.
 *
 * @module
 */

import type { PuffinError } from "../errors.ts";
import type { DeadLetter } from "../reliability/dead_letter.ts";
import type { Progress } from "./progress.ts";
import type { Run, RunStatus } from "./run.ts";
import { describeThrown, StateFailedError } from "./run_error.ts";
import type { AnyVariables } from "./state.ts";
import { sequenceProgress } from "./sequence_progress.ts";
import type { Values } from "./variables.ts";

/** How far a state came; `skipped` means that no attempt of it was begun. */
export type StateStatus = "completed" | "failed" | "timed_out" | "cancelled" | "skipped";

/** What became of one state. */
export interface StateResult {
  /** How its latest step ended. */
  readonly status: StateStatus;
  /** How many steps it took: more than one in a loop or a fan-out by `send`. */
  readonly steps: number;
  /** How many attempts all its steps took. */
  readonly attempts: number;
  /** How often its resources were taken back for something more urgent; such an attempt is not counted. */
  readonly preemptions: number;
  /** How long its steps stood in line for resources, in milliseconds; 0 also if states are not timed. */
  readonly waitedMs: number;
  /** When its first attempt began, in milliseconds since 1970; `undefined` if it did not, or states are not timed. */
  readonly startedAtMs: number | undefined;
  /**
   * How long all its steps took together, waits between attempts included, but not those for resources; `undefined` if states are
   * not timed.
   */
  readonly durationMs: number | undefined;
  /** What it threw last, if it failed; `undefined` otherwise, and also if that is what it threw. */
  readonly error: unknown;
}

const NO_LETTERS: readonly never[] = Object.freeze([]);
const SKIPPED: StateResult = Object.freeze({
  status: "skipped",
  steps: 0,
  attempts: 0,
  preemptions: 0,
  waitedMs: 0,
  startedAtMs: undefined,
  durationMs: undefined,
  error: undefined,
});

/** How a run ended, with what, and what became of each state. */
export class RunResult<Vars extends object, Outputs extends object> {
  /** `failed` if a state failed for good, `cancelled` and `timed_out` if the run itself was ended. */
  readonly status: RunStatus;
  /** Why the run did not complete: names the state that failed, and has what it threw as its `cause`. */
  readonly error: PuffinError | undefined;
  readonly #run: Run;
  #variables: Readonly<Partial<Vars>> | undefined = undefined;
  #outputs: Readonly<Partial<Outputs>> | undefined = undefined;
  #states: Readonly<Record<string, StateResult>> | undefined = undefined;

  /** Made by `Agent.run`. */
  constructor(run: Run) {
    this.status = run.status;
    this.error = run.error;
    this.#run = run;
  }

  /** The variables that were set, at the end. */
  get variables(): Readonly<Partial<Vars>> {
    return this.#variables ??= recordOf(this.#run.variables) as Readonly<Partial<Vars>>;
  }

  /** The outputs that were set. */
  get outputs(): Readonly<Partial<Outputs>> {
    return this.#outputs ??= recordOf(this.#run.outputs) as Readonly<Partial<Outputs>>;
  }

  /** The state that made the run fail; `undefined` if none did. */
  get failedState(): string | undefined {
    return this.error instanceof StateFailedError ? this.error.state : undefined;
  }

  /** What became of each state, by name, in the order of definition; made when first read. */
  get states(): Readonly<Record<string, StateResult>> {
    return this.#states ??= stateResults(this.#run);
  }

  /** The names of the states that completed, in the order of definition. */
  get completedStates(): string[] {
    return Object.keys(this.states).filter((name) => this.states[name]?.status === "completed");
  }

  /** How many steps were begun. */
  get steps(): number {
    return this.#run.steps;
  }

  /** Steps that failed for good, oldest first. */
  get deadLetters(): readonly DeadLetter<Vars>[] {
    return (this.#run.details?.deadLetters ?? NO_LETTERS) as readonly DeadLetter<Vars>[];
  }

  /** What the observer threw, up to a bound. */
  get observerErrors(): readonly unknown[] {
    return this.#run.details?.observerErrors ?? NO_LETTERS;
  }

  /** When the run began, in milliseconds since 1970; `undefined` if timing is off. */
  get startedAtMs(): number | undefined {
    return epochMs(this.#run.startedAt);
  }

  /** How long the run took, in milliseconds; `undefined` if timing is off. */
  get durationMs(): number | undefined {
    const { startedAt, endedAt } = this.#run;
    return startedAt === undefined || endedAt === undefined ? undefined : endedAt - startedAt;
  }

  /** What `console.log` shows. */
  [Symbol.for("Deno.customInspect")](inspect: (value: unknown, options: unknown) => string, options: unknown): string {
    const { status, variables, outputs, states, error } = this;
    return `RunResult ${inspect({ status, variables, outputs, states, error }, options)}`;
  }

  /** Everything for `JSON.stringify`, which would make nothing of errors: they become their messages. */
  toJSON(): Record<string, unknown> {
    const { status, variables, outputs, steps, startedAtMs, durationMs, error } = this;
    const states = Object.fromEntries(
      Object.entries(this.states).map(([name, { error, ...rest }]) =>
        [name, error === undefined ? rest : { ...rest, error: describeThrown(error) }] as const
      ),
    );
    return { status, variables, outputs, states, steps, startedAtMs, durationMs, error: error?.message };
  }
}

/** The result of a run that has ended. */
export function resultOf(run: Run): RunResult<AnyVariables, AnyVariables> {
  return new RunResult(run);
}

/** As `Object.fromEntries` has it, without the two objects that it makes for each entry. */
function recordOf(values: Values | undefined): Readonly<AnyVariables> {
  const record: AnyVariables = {};
  if (values === undefined) return record;
  for (const [key, value] of values) {
    // Own keys only, whatever they are called: outside of Deno this one would set the prototype.
    if (key === "__proto__") {
      Object.defineProperty(record, key, { value, writable: true, enumerable: true, configurable: true });
    } else record[key] = value;
  }
  return record;
}

function epochMs(moment: number | undefined): number | undefined {
  return moment === undefined ? undefined : performance.timeOrigin + moment;
}

function stateResults(run: Run): Record<string, StateResult> {
  const { definitions } = run.settings.plan;
  const progress = run.progress ?? sequenceProgress(run);
  return Object.fromEntries(
    definitions.map(({ name }, state) => [name, stateResult(progress[state], run.endedAt)] as const),
  );
}

function stateResult(progress: Progress | undefined, endedAt = NaN): StateResult {
  if (progress === undefined) return SKIPPED;
  const { steps, attempts, startedAt, open, error } = progress;
  const { preemptions, waitedMs } = progress.resources ?? SKIPPED;
  if (attempts === 0 && preemptions === 0) return waitedMs === 0 ? SKIPPED : { ...SKIPPED, waitedMs };
  const timed = !Number.isNaN(startedAt);
  return {
    status: open > 0 ? "cancelled" : progress.status ?? "skipped",
    steps,
    attempts,
    preemptions,
    waitedMs,
    startedAtMs: timed ? performance.timeOrigin + startedAt : undefined,
    durationMs: timed ? open > 0 ? progress.spentMs + open * endedAt : progress.spentMs : undefined,
    error,
  };
}
