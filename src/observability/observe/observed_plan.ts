/**
 * What is known of an agent's states before they run.
 *
 * @module
 */

import type { AgentMetrics, StateMetrics } from "./agent_metrics.ts";
import type { ObservableAgent, ObservedStart } from "./observable_target.ts";
import { StateDescription } from "./run_attributes.ts";

/** One state of a plan, looked up once for each event. */
export class ObservedState {
  /** Its metrics, if there are any. */
  readonly metrics: StateMetrics | undefined;
  /** What its spans are called. */
  readonly spanName: string;
  readonly #plan: ObservedPlan;
  readonly #name: string;
  #dependencies: readonly ObservedState[] | undefined = undefined;
  #description: StateDescription | undefined = undefined;

  /** `place` is its number among the states of the plan that were seen. */
  constructor(plan: ObservedPlan, name: string, readonly place: number) {
    this.#plan = plan;
    this.#name = name;
    this.metrics = plan.metrics?.state(name);
    this.spanName = `state ${name}`;
  }

  /** The states that it depends on. */
  get dependencies(): readonly ObservedState[] {
    return this.#dependencies ??= this.#plan.dependenciesOf(this.#name);
  }

  /** What describes a step of it that begins. */
  describe(event: ObservedStart): StateDescription {
    if (this.#description?.resources === event.resources && this.#description !== undefined) return this.#description;
    return this.#description = new StateDescription(this.#plan.agent, event);
  }
}

/** The states of a plan, each made when it is first seen. */
export class ObservedPlan {
  readonly agent: string;
  readonly metrics: AgentMetrics | undefined;
  /** What the spans of its runs are called. */
  readonly spanName: string;
  readonly plan: ObservableAgent["plan"];
  readonly #states = new Map<string, ObservedState>();

  /** Of the agent's present plan. */
  constructor({ name, plan }: Pick<ObservableAgent, "name" | "plan">, metrics: AgentMetrics | undefined) {
    this.agent = name;
    this.metrics = metrics;
    this.plan = plan;
    this.spanName = `run ${name}`;
  }

  /** How many states were seen. */
  get size(): number {
    return this.#states.size;
  }

  /** A state. */
  state(name: string): ObservedState {
    let state = this.#states.get(name);
    if (state === undefined) this.#states.set(name, state = new ObservedState(this, name, this.#states.size));
    return state;
  }

  /** What a state depends on. */
  dependenciesOf(name: string): ObservedState[] {
    return this.plan.dependenciesOf(name).map((dependency) => this.state(dependency));
  }
}
