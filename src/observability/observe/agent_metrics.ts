/**
 * The metrics of an agent.
 *
 * @module
 */

import type { Span, SpanContext } from "@opentelemetry/api";
import type { Counter } from "../metrics/counter.ts";
import type { UpDownCounter } from "../metrics/gauge.ts";
import type { Histogram } from "../metrics/observation.ts";
import type { Registry } from "../metrics/registry.ts";
import type { ObservedEnd, ObservedStatus } from "./observable_target.ts";

/** Bounds for what takes from a millisecond to minutes, in seconds. */
export const DURATION_BUCKETS: readonly number[] = Object.freeze(
  [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300],
);

/** To make a trace's ids text costs as much as all metrics of a run. */
const EXEMPLAR_EVERY_MS = 1000;
const SECONDS = { unit: "seconds", buckets: DURATION_BUCKETS } as const;
const OF_AGENT = ["agent"] as const, OF_STATE = ["agent", "state"] as const;

/** The metrics that all agents of a registry share. */
function familiesOf(registry: Registry) {
  return {
    runsInFlight: registry.upDownCounter({
      name: "puffinflow_runs_in_flight",
      help: "Runs that have begun and not ended",
      labels: OF_AGENT,
    }),
    runs: registry.counter({
      name: "puffinflow_runs_total",
      help: "Runs that have ended, by how",
      labels: ["agent", "status"],
    }),
    runDuration: registry.histogram({
      name: "puffinflow_run_duration_seconds",
      help: "How long runs took",
      ...SECONDS,
      labels: OF_AGENT,
    }),
    statesInFlight: registry.upDownCounter({
      name: "puffinflow_states_in_flight",
      help: "Steps of states that have begun and not ended, waits between attempts included",
      labels: OF_STATE,
    }),
    states: registry.counter({
      name: "puffinflow_states_total",
      help: "Steps of states that have ended, by how",
      labels: ["agent", "state", "status"],
    }),
    stateDuration: registry.histogram({
      name: "puffinflow_state_duration_seconds",
      help: "How long steps of states took, from the start of the first attempt",
      ...SECONDS,
      labels: OF_STATE,
    }),
    stateWait: registry.histogram({
      name: "puffinflow_state_wait_seconds",
      help: "How long steps of states stood in line for their resources",
      ...SECONDS,
      labels: OF_STATE,
    }),
    retries: registry.counter({
      name: "puffinflow_state_retries_total",
      help: "Attempts that failed and were followed by another",
      labels: OF_STATE,
    }),
    preemptions: registry.counter({
      name: "puffinflow_state_preemptions_total",
      help: "Attempts that were cut short because their resources were taken back",
      labels: OF_STATE,
    }),
    deadLetters: registry.counter({
      name: "puffinflow_dead_letters_total",
      help: "Steps of states that failed for good",
      labels: OF_STATE,
    }),
  };
}

type Families = ReturnType<typeof familiesOf>;

/** The series of one state. */
export class StateMetrics {
  readonly retries: Counter;
  readonly preemptions: Counter;
  readonly deadLetters: Counter;
  readonly #inFlight: UpDownCounter;
  readonly #ended: Readonly<Record<ObservedStatus, Counter>>;
  readonly #duration: Histogram;
  readonly #bindWait: () => Histogram;
  /** Only of states that need resources. */
  #wait: Histogram | undefined = undefined;

  /** Binds them. */
  constructor(families: Families, agent: string, state: string) {
    const labels = { agent, state };
    this.retries = families.retries.with(labels);
    this.preemptions = families.preemptions.with(labels);
    this.deadLetters = families.deadLetters.with(labels);
    this.#inFlight = families.statesInFlight.with(labels);
    this.#ended = byStatus((status) => families.states.with({ agent, state, status }));
    this.#duration = families.stateDuration.with(labels);
    this.#bindWait = () => families.stateWait.with(labels);
  }

  /** A step has begun. */
  started(): void {
    this.#inFlight.inc();
  }

  /** A step has ended. */
  ended({ status, durationMs = 0, waitedMs }: ObservedEnd): void {
    this.#inFlight.dec();
    this.#ended[status].inc();
    this.#duration.observe(durationMs / 1000);
    if (waitedMs !== undefined) (this.#wait ??= this.#bindWait()).observe(waitedMs / 1000);
  }
}

/** The series of one agent, bound once; those of a state when it first begins. */
export class AgentMetrics {
  readonly #families: Families;
  readonly #agent: string;
  readonly #inFlight: UpDownCounter;
  readonly #ended: Readonly<Record<ObservedStatus, Counter>>;
  readonly #duration: Histogram;
  readonly #states = new Map<string, StateMetrics>();
  readonly #exemplarDueMs = new Float64Array(33);

  /**
   * Binds them.
   *
   * @throws {TypeError} If the registry has other metrics of these names.
   */
  constructor(registry: Registry, agent: string) {
    const families = this.#families = familiesOf(registry);
    this.#agent = agent;
    this.#inFlight = families.runsInFlight.with({ agent });
    this.#ended = byStatus((status) => families.runs.with({ agent, status }));
    this.#duration = families.runDuration.with({ agent });
  }

  /** A run has begun. */
  started(): void {
    this.#inFlight.inc();
  }

  /** A run has ended; its trace becomes an exemplar, at most once a second for each power of two of the duration. */
  ended(status: ObservedStatus, durationMs: number, span: Span | undefined, atMs: number): void {
    this.#inFlight.dec();
    this.#ended[status].inc();
    this.#duration.observe(
      durationMs / 1000,
      span?.isRecording() === true ? this.#exemplar(durationMs, span, atMs) : undefined,
    );
  }

  #exemplar(durationMs: number, span: Span, atMs: number): SpanContext | undefined {
    const scale = 32 - Math.clz32(durationMs);
    if (atMs < this.#exemplarDueMs[scale]!) return undefined;
    this.#exemplarDueMs[scale] = atMs + EXEMPLAR_EVERY_MS;
    return span.spanContext();
  }

  /** The series of a state. */
  state(name: string): StateMetrics {
    let metrics = this.#states.get(name);
    if (metrics === undefined) {
      this.#states.set(name, metrics = new StateMetrics(this.#families, this.#agent, name));
    }
    return metrics;
  }
}

/** All of them from the start: a rate sees the first failure only if there was a 0 before. */
function byStatus(counter: (status: ObservedStatus) => Counter): Readonly<Record<ObservedStatus, Counter>> {
  return {
    completed: counter("completed"),
    failed: counter("failed"),
    cancelled: counter("cancelled"),
    timed_out: counter("timed_out"),
  };
}
