/**
 * The last runs, as their events tell them.
 *
 * @module
 */

import type { AnyEmittedEvent, EmittedEvent } from "../events/emitted_event.ts";
import type { RunEvents } from "../observe/run_events.ts";
import { AgentGraph, type AgentView, type DashboardPlan } from "./agent_graph.ts";
import { RunRecord, type RunView } from "./run_record.ts";

/** What has changed about runs since some event. */
export interface RunChanges {
  /** The numbers of all runs that are kept, oldest first; only if some are no more. */
  readonly kept?: readonly number[];
  /** The agents whose graphs have changed. */
  readonly agents: readonly AgentView[];
  /** The runs that have changed, oldest first. */
  readonly runs: readonly RunView[];
  /** How many events there were. */
  readonly events: number;
  /** How many runs have ended, by status, those forgotten included. */
  readonly ended: Readonly<Record<string, number>>;
}

/** So many states of all runs together: what is kept stays within some tens of megabytes, whatever runs. */
const MOST_STATES_KEPT = 20_000;

/**
 * Keeps the last runs: of more than `maxRuns`, or of more states than 20,000, the oldest that has ended goes first, then the oldest.
 *
 * Every event has a sequence number, and everything that is kept knows the last event that changed it: so what changed since
 * any of them can be told, however long ago that was, and an update costs what has changed, not what is kept.
 */
export class RunHistory {
  /** The sequence number of the last event. */
  sequence = 0;
  readonly #maxRuns: number;
  readonly #plans: ReadonlyMap<string, DashboardPlan>;
  readonly #runs = new Map<string, RunRecord>();
  readonly #graphs = new Map<string, AgentGraph>();
  /** When a run was forgotten last. */
  #forgottenAt = 0;
  #lastId = 0;
  #events = 0;
  #states = 0;
  readonly #ended: Record<RunEvents["run.end"]["status"], number> = {
    completed: 0,
    failed: 0,
    cancelled: 0,
    timed_out: 0,
  };

  /** Begins without runs. */
  constructor(maxRuns: number, plans: ReadonlyMap<string, DashboardPlan>) {
    this.#maxRuns = maxRuns;
    this.#plans = plans;
    for (const name of plans.keys()) this.#graphOf(name);
  }

  /** Takes an event; whatever is none of a run is only a sequence number. */
  record(event: EmittedEvent<RunEvents>): void {
    this.sequence = Math.max(this.sequence, event.sequence); // a handler that emits has the later number come first
    this.#events++;
    switch (event.name) {
      case "run.start":
        return void this.#runOf(event.payload, event);
      case "run.end":
        this.#ended[event.payload.status]++;
        return this.#runOf(event.payload, event).ended(event.payload, event);
      case "state.start":
      case "state.end":
      case "state.retry":
      case "state.preempt":
      case "state.dead_letter":
        return this.#recordState(event);
    }
  }

  /** What has changed since an event; all there is since -1. */
  changesSince(sequence: number): RunChanges {
    const runs: RunView[] = [];
    for (const run of this.#runs.values()) if (run.changedAt > sequence) runs.push(run.view(sequence));
    const agents: AgentView[] = [];
    for (const graph of this.#graphs.values()) if (graph.changedAt > sequence) agents.push(graph.view());
    const kept = this.#forgottenAt > sequence ? { kept: Array.from(this.#runs.values(), ({ id }) => id) } : {};
    return { ...kept, agents, runs, events: this.#events, ended: { ...this.#ended } };
  }

  #recordState(event: Exclude<EmittedEvent<RunEvents>, { name: "run.start" | "run.end" }>): void {
    const { name, payload } = event, run = this.#runOf(payload, event), before = run.size;
    if (name === "state.start") run.stateStarted(payload.state, payload.attempt, event);
    else if (name === "state.end") run.stateEnded(payload, event);
    else if (name === "state.retry") run.stateInterrupted(payload.state, "retrying", payload.error, event);
    else if (name === "state.preempt") run.stateInterrupted(payload.state, "preempted", payload.reason, event);
    else run.stateDied(payload.state, payload.error, event);
    this.#states += run.size - before;
    this.#makeRoom(run);
  }

  /** The run that an event is of; one whose start was not seen begins with it. */
  #runOf({ runId, agent }: RunEvents["run.start"], event: AnyEmittedEvent): RunRecord {
    const known = this.#runs.get(runId);
    if (known !== undefined) return known;
    const graph = this.#graphOf(agent), run = new RunRecord(++this.#lastId, { runId, graph, happening: event });
    graph.runs++;
    this.#runs.set(runId, run);
    this.#makeRoom(run);
    return run;
  }

  #graphOf(agent: string): AgentGraph {
    const known = this.#graphs.get(agent);
    if (known !== undefined) return known;
    const plan = this.#plans.get(agent);
    const graph = new AgentGraph(++this.#lastId, { name: agent, plan, sequence: this.sequence });
    this.#graphs.set(agent, graph);
    return graph;
  }

  #makeRoom(latest: RunRecord): void {
    while (this.#runs.size > this.#maxRuns || this.#states > MOST_STATES_KEPT && this.#runs.size > 1) {
      let oldest: string | undefined;
      for (const [runId, run] of this.#runs) {
        if (run === latest) continue;
        oldest ??= runId;
        if (run.isRunning) continue;
        oldest = runId;
        break;
      }
      if (oldest === undefined) return;
      this.#forget(oldest);
    }
  }

  #forget(runId: string): void {
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    this.#runs.delete(runId);
    this.#states -= run.size;
    this.#forgottenAt = this.sequence;
    run.graph.runs--;
    if (run.graph.runs > 0 || run.graph.hasPlan) return;
    for (const [agent, graph] of this.#graphs) if (graph === run.graph) this.#graphs.delete(agent);
  }
}
