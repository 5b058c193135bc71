/**
 * The states of an agent and what leads to what, as the dashboard knows them.
 *
 * @module
 */

import { drawGraph, type GraphDrawing } from "./graph_drawing.ts";
import { MOST_OF_A_NAME, shownText } from "./shown_text.ts";

/** What is known of an agent before it runs; `agent.plan` is one. */
export interface DashboardPlan {
  /** The states' names, in the order of definition. */
  readonly states: readonly string[];
  /** The states that a state waits for. */
  dependenciesOf(state: string): readonly string[];
  /** The states that a state may go to, as it declares. */
  routesOf?(state: string): readonly string[];
}

/** An arrow of a graph, and where it is known from: a plan's dependency, a plan's route, or what was seen to follow. */
export interface AgentArrow {
  /** From which state, by its number. */
  readonly from: number;
  /** To which. */
  readonly to: number;
  /** Where it is known from. */
  readonly kind: "dependency" | "route" | "seen";
}

/** An agent and its graph as they go to the page. */
export interface AgentView {
  /** Its number. */
  readonly id: number;
  /** Its name, as it is shown. */
  readonly name: string;
  /** The states' names, as they are shown, by their numbers. */
  readonly states: readonly string[];
  /** How many states there was no room for. */
  readonly unshown: number;
  /** Whether the arrows are those that were seen, for want of a plan. */
  readonly isLearnt: boolean;
  /** What leads to what. */
  readonly arrows: readonly AgentArrow[];
  /** Where it is drawn. */
  readonly drawing: GraphDrawing;
}

/** What a run has seen of the order of its states. */
export interface SeenOrder {
  /** The states that have ended since one has begun. */
  ended: number[];
  /** What the state that began last came after. */
  before: readonly number[];
}

/** More states of an agent are counted, and not shown. */
export const MOST_STATES = 500;
const MOST_ARROWS = 2_000;

/** An agent's states and arrows, by plan or as they are seen. */
export class AgentGraph {
  readonly id: number;
  readonly name: string;
  readonly hasPlan: boolean;
  /** The sequence number of the event that has changed it last. */
  changedAt: number;
  /** How many runs of it are kept. */
  runs = 0;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #unshown = new Set<string>();
  readonly #arrows: AgentArrow[] = [];
  readonly #known = new Set<number>();
  #view: AgentView | undefined = undefined;

  /** Begins with what its plan says, if there is one. */
  constructor(
    id: number,
    { name, plan, sequence }: { name: string; plan: DashboardPlan | undefined; sequence: number },
  ) {
    this.id = id;
    this.name = shownText(name, MOST_OF_A_NAME);
    this.changedAt = sequence;
    this.hasPlan = plan !== undefined;
    for (const state of plan?.states ?? []) this.numberOf(state, sequence);
    for (const state of plan?.states ?? []) {
      for (const parent of plan?.dependenciesOf(state) ?? []) this.#addNamed(parent, state, "dependency");
      for (const target of plan?.routesOf?.(state) ?? []) this.#addNamed(state, target, "route");
    }
  }

  /** A state's number; -1 if there are too many. */
  numberOf(state: string, sequence: number): number {
    const known = this.#numbers.get(state);
    if (known !== undefined) return known;
    if (this.#names.length >= MOST_STATES) {
      if (this.#unshown.size >= MOST_STATES || this.#unshown.has(state)) return -1;
      this.#unshown.add(state);
      this.#changed(sequence);
      return -1;
    }
    const number = this.#names.push(shownText(state, MOST_OF_A_NAME)) - 1;
    this.#numbers.set(state, number);
    this.#changed(sequence);
    return number;
  }

  /** A state begins: what has ended just before led to it, as far as anybody can see who knows no plan. */
  began(state: number, order: SeenOrder, sequence: number): void {
    if (this.hasPlan) return;
    if (order.ended.length > 0) {
      order.before = order.ended;
      order.ended = [];
    }
    for (const from of order.before) this.#add({ from, to: state, kind: "seen" }, sequence);
  }

  /** As it goes to the page; drawn anew only if it has changed. */
  view(): AgentView {
    if (this.#view !== undefined) return this.#view;
    const { id, name } = this, states = [...this.#names], arrows = [...this.#arrows];
    return this.#view = {
      id,
      name,
      states,
      unshown: this.#unshown.size,
      isLearnt: !this.hasPlan,
      arrows,
      drawing: drawGraph(states, arrows),
    };
  }

  #addNamed(from: string, to: string, kind: AgentArrow["kind"]): void {
    const start = this.#numbers.get(from), end = this.#numbers.get(to);
    if (start !== undefined && end !== undefined) this.#add({ from: start, to: end, kind }, this.changedAt);
  }

  #add(arrow: AgentArrow, sequence: number): void {
    const key = arrow.from * MOST_STATES + arrow.to;
    if (this.#known.has(key) || this.#arrows.length >= MOST_ARROWS) return;
    this.#known.add(key);
    this.#arrows.push(arrow);
    this.#changed(sequence);
  }

  #changed(sequence: number): void {
    this.#view = undefined;
    this.changedAt = sequence;
  }
}
