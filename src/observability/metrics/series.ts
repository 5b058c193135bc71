/**
 * A series that somebody holds.
 *
 * @module
 */

import type { AnyLabelValues } from "./label_table.ts";

/** Told of every recording to a series; on the path of recording it is one check of `undefined` while nobody wants to know. */
export interface Note {
  /** @param slot Where the series is. */
  recorded(slot: number): void;
}

/** The slot of a series that has none. */
export const NOWHERE = -1;

/**
 * A series bound once. It knows the place that it records to, and is moved when that place moves; one that has no place, because
 * it expired or found no room, records to a place of its own, and its note brings what it recorded to where it belongs.
 */
export abstract class BoundSeries {
  slot = NOWHERE;
  /** Set by {@linkcode tell}. */
  note: Note | undefined = undefined;
  /** Another one of the same slot: an expired one that came back after its labels were bound anew. */
  next: this | undefined = undefined;

  /** Tells somebody of each recording from now on, or nobody. */
  tell(note: Note | undefined): void {
    this.note = note;
  }

  /** Goes on in a place of its own, with nothing recorded. */
  abstract detach(): void;
  /** Moves to a slot, with what it recorded meanwhile. */
  abstract attach(slot: number): void;
  /** Adds what it recorded to a slot, and stays where it is. */
  abstract pour(slot: number): void;
}

/** What brings home a series without a place: whatever it records looks for one again. */
export class Homeless<Bound extends BoundSeries> implements Note {
  readonly #bound: Bound;
  readonly #values: AnyLabelValues;
  readonly #place: (bound: Bound, values: AnyLabelValues) => void;

  /** @param place Brings the series where its values belong. */
  constructor(bound: Bound, values: AnyLabelValues, place: (bound: Bound, values: AnyLabelValues) => void) {
    this.#bound = bound;
    this.#values = values;
    this.#place = place;
  }

  recorded(): void {
    this.#place(this.#bound, this.#values);
  }
}
