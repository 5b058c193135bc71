/**
 * Which of several states something is in.
 *
 * @module
 */

import { CellMetric, CellSeries } from "./cell_metric.ts";
import type { Definition } from "./definition.ts";
import type { LabelValues } from "./label_table.ts";
import type { MetricHost } from "./metric.ts";
import type { ReadableMetric } from "./metric_source.ts";
import { METRIC, SCALAR, writeLabel } from "./metric_message.ts";
import type { ProtobufWriter } from "../protobuf_writer.ts";
import { escapeLabelValue } from "./text.ts";

/** One series of a state set: each state is on or off. */
export interface StateSet<State extends string> {
  /** The states that are on. */
  readonly states: readonly State[];

  /**
   * Turns one state on, and all others off.
   *
   * @throws {TypeError} If there is no such state.
   */
  set(state: State): void;

  /**
   * Turns one state on or off, whatever the others are.
   *
   * @throws {TypeError} If there is no such state.
   */
  turn(state: State, on: boolean): void;
}

/** State sets of one name, one for each combination of label values; read as the number of states that are on. */
export interface StateSetFamily<Label extends string, State extends string> extends ReadableMetric {
  /**
   * The state set of these label values: the same one for the same values.
   *
   * @throws {TypeError} If a label is missing or unknown, or a value is not a string.
   */
  with(values: LabelValues<Label>): StateSet<State>;
  /** Forgets a series; `false` if there is none. What was bound to it begins a new one. */
  remove(values: LabelValues<Label>): boolean;
}

/** A bound state set. */
export class StateSetSeries<State extends string> extends CellSeries implements StateSet<State> {
  readonly #family: StateSetMetric<State>;

  constructor(family: StateSetMetric<State>) {
    super(family);
    this.#family = family;
  }

  get states(): readonly State[] {
    return this.#family.states.filter((_, at) => this.cells[this.base + at] === 1);
  }

  set(state: State): void {
    const on = this.#family.placeOf(state);
    this.cells.fill(0, this.base, this.base + this.#family.width);
    this.cells[this.base + on] = 1;
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  turn(state: State, on: boolean): void {
    this.cells[this.base + this.#family.placeOf(state)] = on ? 1 : 0;
    if (this.note !== undefined) this.note.recorded(this.slot);
  }

  /** The states take the place of those that were there. */
  override pour(slot: number): void {
    const { width, cells } = this.metric;
    cells.set(this.cells.subarray(this.base, this.base + width), slot * width);
  }
}

/** A state set with its series: each a row with a number for each state, 1 if it is on. */
export class StateSetMetric<State extends string> extends CellMetric<StateSetSeries<State>>
  implements StateSetFamily<string, State> {
  readonly states: readonly State[];
  /** The ends of labels, one for each state. */
  readonly #stateLabels: readonly string[];

  /** The states have been checked. */
  constructor(definition: Definition, host: MetricHost, states: readonly State[]) {
    super(definition, host, states.length);
    this.states = Object.freeze([...states]);
    this.#stateLabels = states.map((state) => `${definition.name}="${escapeLabelValue(state)}"} `);
  }

  /** Where a state is in a row. */
  placeOf(state: State): number {
    const place = this.states.indexOf(state);
    if (place >= 0) return place;
    throw stateRefusal(this.name, this.states, state);
  }

  /** On if it is on in any thread. */
  protected override total(cell: number): number {
    return Math.max(this.cells[cell]!, this.elsewhere?.[cell] ?? 0);
  }

  protected override makeBound(): StateSetSeries<State> {
    return new StateSetSeries<State>(this);
  }

  protected override read(slot: number): number {
    let on = 0;
    for (let at = 0; at < this.width; at++) on += this.total(slot * this.width + at);
    return on;
  }

  protected override makePrefix(labels: string): string {
    return labels === "" ? `${this.name}{` : [this.name, "{", labels, ","].join("");
  }

  protected override lines(slot: number): string {
    const start = this.prefixOf(slot), base = slot * this.width;
    return this.#stateLabels.map((label, at) => `${start}${label}${this.total(base + at)}\n`).join("");
  }

  protected override writeSeries(slot: number, writer: ProtobufWriter): void {
    for (const [at, state] of this.states.entries()) {
      const series = this.beginSeries(slot, writer);
      writeLabel(writer, [this.name, state]);
      const gauge = writer.begin(METRIC.gauge);
      writer.double(SCALAR.value, this.total(slot * this.width + at));
      writer.end(gauge);
      writer.end(series);
    }
  }
}

/** What a state is that a state set does not have. */
export function stateRefusal(metric: string, states: readonly string[], state: unknown): TypeError {
  return new TypeError(
    `Cannot set state ${JSON.stringify(state)} of metric "${metric}": expected one of ${states.join(", ")}; ` +
      "name it among the metric's states",
  );
}

/**
 * Checks the states of a state set.
 *
 * @throws {TypeError} If they are no list, there are none, one is no string, or there twice.
 */
export function requireStates(metric: string, states: readonly string[]): void {
  if (!Array.isArray(states)) {
    throw new TypeError(
      `Cannot register metric "${metric}" with states ${String(states)}: expected a list of strings; name its states`,
    );
  }
  const wrong = states.find((state, at) => typeof state !== "string" || states.indexOf(state) !== at);
  if (states.length > 0 && wrong === undefined) return;
  throw new TypeError(
    `Cannot register metric "${metric}" with ${
      states.length === 0 ? "no states" : `state ${JSON.stringify(wrong)}`
    }: ` +
      "expected different strings, at least one; name its states",
  );
}
