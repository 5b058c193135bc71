/**
 * What a page knows after the updates it was sent.
 *
 * @module
 */

import type { RunChanges, RunHistory } from "../run_history.ts";
import type { RunView, StateView } from "../run_record.ts";
import type { AgentView } from "../agent_graph.ts";

/** The runs as a page has them that was told of changes only. */
export class KnownRuns {
  /** How far it is. */
  sequence = -1;
  readonly #agents = new Map<number, AgentView>();
  readonly #runs = new Map<number, { about: RunView; states: Map<number, StateView> }>();

  /** Takes what has changed. */
  apply({ kept, agents, runs }: RunChanges, sequence: number): void {
    for (const agent of agents) this.#agents.set(agent.id, agent);
    for (const run of structuredClone(runs)) {
      const states = this.#runs.get(run.id)?.states ?? new Map();
      for (const state of run.states) states.set(state.state, state);
      this.#runs.set(run.id, { about: { ...run, states: [] }, states });
    }
    for (const id of this.#runs.keys()) if (kept !== undefined && !kept.includes(id)) this.#runs.delete(id);
    this.sequence = sequence;
  }

  /** Asks for what it has missed. */
  catchUp(history: RunHistory): void {
    if (this.sequence !== history.sequence) this.apply(history.changesSince(this.sequence), history.sequence);
  }

  /** The runs and their agents' graphs, comparable. */
  get content(): unknown {
    const runs = [...this.#runs.values()].map(({ about, states }) => ({
      ...about,
      graph: this.#agents.get(about.agent),
      states: [...states.values()].sort((one, other) => one.state - other.state),
    }));
    return runs.sort((one, other) => one.id - other.id);
  }
}
