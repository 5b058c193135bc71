/**
 * A run as the dashboard remembers it.
 *
 * @module
 */

import type { RunEvents } from "../observe/run_events.ts";
import type { AgentGraph, SeenOrder } from "./agent_graph.ts";
import { MOST_OF_A_NAME, shownError, shownText } from "./shown_text.ts";

/** How a run or a state stands. */
export type ShownStatus = "running" | "retrying" | "preempted" | RunEvents["run.end"]["status"];

/** One attempt of a state. */
export interface AttemptView {
  /** Which, from 1. */
  readonly attempt: number;
  /** When it began, in milliseconds since 1970. */
  readonly startMs: number;
  /** When it ended; `null` while it runs. */
  endMs: number | null;
  /** How it ended, or that it runs. */
  status: ShownStatus;
}

/** A state of a run as it goes to the page. */
export interface StateView {
  /** Its number in the agent's graph. */
  readonly state: number;
  /** How it stands. */
  status: ShownStatus;
  /** How many steps of it have begun. */
  steps: number;
  /** How many attempts its last step has taken so far. */
  attempts: number;
  /** When it first began, in milliseconds since 1970. */
  readonly startMs: number;
  /** How long its last step took, in milliseconds; `null` while it runs. */
  durationMs: number | null;
  /** How long that waited for resources, in milliseconds; `null` if it needs none. */
  waitedMs: number | null;
  /** What it failed with last. */
  error: string | null;
  /** Whether it has failed for good. */
  isDead: boolean;
  /** Its last attempts, oldest first. */
  readonly spans: AttemptView[];
}

/** A run as it goes to the page, with those of its states that have changed. */
export interface RunView {
  /** Its number. */
  readonly id: number;
  /** The number of its agent. */
  readonly agent: number;
  /** The text that it is known by. */
  readonly name: string;
  /** How it stands. */
  readonly status: ShownStatus;
  /** When it began, in milliseconds since 1970. */
  readonly startMs: number;
  /** From its start to its end, in milliseconds; `null` while it runs. */
  readonly durationMs: number | null;
  /** What ended it. */
  readonly error: string | null;
  /** The states that have changed. */
  readonly states: readonly StateView[];
}

/** Of older attempts of a state only the number is known. */
const MOST_SPANS = 24;

interface StateRecord {
  readonly view: StateView;
  changedAt: number;
}

/** Something that has happened to a run. */
export interface Happening {
  /** The sequence number of the event. */
  readonly sequence: number;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/** A run and its states. */
export class RunRecord {
  readonly id: number;
  readonly graph: AgentGraph;
  /** The sequence number of the event that has changed it last. */
  changedAt: number;
  readonly #name: string;
  readonly #startMs: number;
  readonly #states = new Map<number, StateRecord>();
  readonly #order: SeenOrder = { ended: [], before: [] };
  #status: ShownStatus = "running";
  #durationMs: number | null = null;
  #error: string | null = null;

  /** Begins. */
  constructor(id: number, { runId, graph, happening }: { runId: string; graph: AgentGraph; happening: Happening }) {
    this.id = id;
    this.graph = graph;
    this.changedAt = happening.sequence;
    this.#name = shownText(runId, MOST_OF_A_NAME);
    this.#startMs = happening.atMs;
  }

  /** Whether it has not ended. */
  get isRunning(): boolean {
    return this.#durationMs === null;
  }

  /** How many states it remembers. */
  get size(): number {
    return this.#states.size;
  }

  /** An attempt of a state begins. */
  stateStarted(name: string, attempt: number, happening: Happening): void {
    const state = this.#state(name, happening);
    if (state === undefined) return;
    const { view } = state, isAgain = view.status === "retrying" || view.status === "preempted";
    if (!isAgain || attempt === 1 && view.status === "retrying") {
      view.steps++;
      this.graph.began(view.state, this.#order, happening.sequence);
    }
    view.status = "running";
    view.attempts = attempt;
    view.durationMs = null;
    view.error = view.steps > 1 && attempt === 1 ? null : view.error;
    view.spans.push({ attempt, startMs: happening.atMs, endMs: null, status: "running" });
    if (view.spans.length > MOST_SPANS) view.spans.shift();
  }

  /** A step of a state has ended. */
  stateEnded(ended: RunEvents["state.end"], happening: Happening): void {
    const state = this.#state(ended.state, happening);
    if (state === undefined) return;
    const { view } = state;
    closeSpan(view, ended.status, happening);
    view.status = view.spans.some(({ endMs }) => endMs === null) ? "running" : ended.status;
    view.attempts = ended.attempts;
    view.durationMs = ended.durationMs;
    view.waitedMs = ended.waitedMs ?? null;
    view.error = ended.error === undefined ? null : shownError(ended.error);
    this.#order.ended.push(view.state);
  }

  /** An attempt has failed or was cut short, and another follows. */
  stateInterrupted(name: string, status: "retrying" | "preempted", error: unknown, happening: Happening): void {
    const state = this.#state(name, happening);
    if (state === undefined) return;
    closeSpan(state.view, status, happening);
    state.view.status = status;
    state.view.error = shownError(error);
  }

  /** A state has failed for good. */
  stateDied(name: string, error: unknown, happening: Happening): void {
    const state = this.#state(name, happening);
    if (state === undefined) return;
    state.view.isDead = true;
    state.view.error = shownError(error);
  }

  /** It has ended, and with it whatever still runs in it. */
  ended({ status, durationMs, error }: RunEvents["run.end"], happening: Happening): void {
    this.changedAt = happening.sequence;
    this.#status = status;
    this.#durationMs = durationMs;
    this.#error = error === undefined ? null : shownError(error);
    for (const { view } of this.#states.values()) {
      if (view.durationMs !== null) continue;
      const state = this.#states.get(view.state);
      if (state !== undefined) state.changedAt = happening.sequence;
      while (closeSpan(view, "cancelled", happening));
      view.status = "cancelled";
      view.durationMs = happening.atMs - view.startMs;
    }
  }

  /** As it goes to the page, with the states that have changed since. */
  view(since: number): RunView {
    return {
      id: this.id,
      agent: this.graph.id,
      name: this.#name,
      status: this.#status,
      startMs: this.#startMs,
      durationMs: this.#durationMs,
      error: this.#error,
      states: [...this.#states.values()].filter(({ changedAt }) => changedAt > since).map(({ view }) => view),
    };
  }

  #state(name: string, { sequence, atMs }: Happening): StateRecord | undefined {
    this.changedAt = sequence;
    const number = this.graph.numberOf(name, sequence);
    if (number === -1) return undefined;
    const known = this.#states.get(number);
    if (known !== undefined) {
      known.changedAt = sequence;
      return known;
    }
    const state: StateRecord = {
      changedAt: sequence,
      view: {
        state: number,
        status: "running",
        steps: 0,
        attempts: 0,
        startMs: atMs,
        durationMs: null,
        waitedMs: null,
        error: null,
        isDead: false,
        spans: [],
      },
    };
    this.#states.set(number, state);
    return state;
  }
}

/** Ends the oldest attempt that runs: which one it was is not told if several of a state run at once. Whether there was one. */
function closeSpan(view: StateView, status: ShownStatus, { atMs }: Happening): boolean {
  const open = view.spans.find(({ endMs }) => endMs === null);
  if (open === undefined) return false;
  open.endMs = atMs;
  open.status = status;
  return true;
}
