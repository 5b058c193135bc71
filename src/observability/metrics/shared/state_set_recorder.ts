/**
 * State sets in a thread's shard.
 *
 * @module
 */

import { stateRefusal } from "../state_set.ts";
import type { StateSetRecorder } from "./recorders.ts";
import type { Recorder } from "./series_family.ts";
import type { Shard } from "./shard.ts";

/** So many states fit the one double that a thread writes, which no reader sees half of. */
export const MOST_SHARED_STATES = 52;

/** A state set of one thread: the sum of 2^place of the states that are on. It keeps the shard, and with it this thread's part in it. */
export class StateSetSeries<State extends string> implements StateSetRecorder<State>, Recorder {
  readonly #name: string;
  readonly #states: readonly State[];
  readonly shard: Shard;
  #doubles: Float64Array;
  #row: number;

  constructor(name: string, states: readonly State[], { shard, row }: { readonly shard: Shard; readonly row: number }) {
    this.#name = name;
    this.#states = states;
    this.shard = shard;
    this.#doubles = shard.memory.doubles;
    this.#row = row;
  }

  set(state: State): void {
    this.#doubles[this.#row] = this.#worthOf(state);
  }

  turn(state: State, on: boolean): void {
    const worth = this.#worthOf(state), all = this.#doubles[this.#row]!;
    if (isOn(all, worth) !== on) this.#doubles[this.#row] = all + (on ? worth : -worth);
  }

  detach(): void {
    this.#doubles = new Float64Array(1);
    this.#row = 0;
  }

  #worthOf(state: State): number {
    const place = this.#states.indexOf(state);
    if (place < 0) throw stateRefusal(this.#name, this.#states, state);
    return 2 ** place;
  }
}

/** Whether the state worth that much is on. */
export function isOn(states: number, worth: number): boolean {
  return Math.floor(states / worth) % 2 === 1;
}
