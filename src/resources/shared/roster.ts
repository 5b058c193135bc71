/**
 * Which threads take part in a pool, and which of them are dead.
 *
 * @module
 */

import { type Liveness, RollCall } from "../../coordination/shared/roll_call.ts";
import {
  ANSWERS,
  ATTACHED,
  FENCED,
  INCARNATION,
  JOINING,
  NO_RETURNS,
  RETURNED,
  STATE,
  THREADS_END_AT,
  VACANT,
} from "./layout.ts";
import type { HolderWatch } from "../../coordination/shared/lock_word.ts";
import type { PoolMemory } from "./memory.ts";

/** Bits of a thread's name for its place; the rest is its incarnation. */
const PLACE_BITS = 10;
/** How many threads a pool can have at most. */
export const MOST_THREADS = 1 << PLACE_BITS;
const INCARNATION_MASK = (1 << (30 - PLACE_BITS)) - 1;

/** The threads' records; a {@linkcode RollCall} finds out whether they live. */
export class Roster implements HolderWatch {
  readonly #memory: PoolMemory;
  readonly #rollCall: RollCall;

  /** Opens the records. */
  constructor(memory: PoolMemory) {
    this.#memory = memory;
    this.#rollCall = new RollCall(memory.words);
  }

  /** One more than the last place that was ever used. */
  get end(): number {
    return Atomics.load(this.#memory.words, THREADS_END_AT);
  }

  /** The state of a thread's record. */
  state(place: number): number {
    return Atomics.load(this.#memory.words, this.#memory.layout.thread(place) + STATE);
  }

  /** The name of whoever has a record, or had it last: even, above 0, unique for a million attachments. */
  name(place: number): number {
    const incarnation = Atomics.load(this.#memory.words, this.#memory.layout.thread(place) + INCARNATION);
    return ((incarnation & INCARNATION_MASK) << PLACE_BITS | place) << 1;
  }

  /** Takes a vacant record; -1 if there is none. It counts once {@linkcode admit} was called. */
  enrol(): number {
    const { words, layout } = this.#memory;
    for (let place = 0; place < layout.maxThreads; place++) {
      const at = layout.thread(place);
      if (Atomics.compareExchange(words, at + STATE, VACANT, JOINING) !== VACANT) continue;
      // Never 0: the name of the first thread must differ from "nobody".
      const incarnation = Atomics.load(words, at + INCARNATION) & INCARNATION_MASK;
      Atomics.store(words, at + INCARNATION, incarnation === INCARNATION_MASK ? 1 : incarnation + 1);
      this.#rollCall.begin(at + ANSWERS);
      Atomics.store(words, at + RETURNED, NO_RETURNS);
      for (let end = this.end; end <= place; end = this.end) {
        Atomics.compareExchange(words, THREADS_END_AT, end, place + 1);
      }
      return place;
    }
    return -1;
  }

  /** Lets a thread take part. */
  admit(place: number): void {
    Atomics.store(this.#memory.words, this.#memory.layout.thread(place) + STATE, ATTACHED);
  }

  /** Keeps a thread from taking part any more; its record is not vacant before it is dead or has noticed. */
  fence(place: number): void {
    Atomics.store(this.#memory.words, this.#memory.layout.thread(place) + STATE, FENCED);
  }

  /** Makes a record vacant: the thread is dead, or will never touch the pool again. */
  strike(place: number): void {
    const { words, layout } = this.#memory, at = layout.thread(place);
    this.#rollCall.end(at + ANSWERS); // before the record is vacant
    Atomics.store(words, at + STATE, VACANT);
  }

  /** Fills up the calling thread's own answers; `answer` is called for each that was used, in a later turn. */
  arm(place: number, answer: () => void): void {
    this.#rollCall.arm(this.#answersAt(place), answer);
  }

  /** Asks whether the thread of a record lives; uses up one of its answers. */
  probe(place: number): Liveness {
    return this.#rollCall.ask(this.#answersAt(place));
  }

  /** Like {@linkcode probe}, but "unknown" if that was asked too recently. */
  probeIfDue(place: number, isUrgent: boolean): Liveness {
    return this.#rollCall.askIfDue(this.#answersAt(place), isUrgent);
  }

  /** Whether the thread of this name is certainly dead; asked too often, its last answers would be gone before it is disposed of. */
  isDead(name: number): boolean {
    const place = (name >> 1) & (MOST_THREADS - 1);
    if (place >= this.#memory.layout.maxThreads) return false;
    const state = this.state(place);
    return (state === ATTACHED || state === FENCED) && this.name(place) === name &&
      this.probeIfDue(place, false) === "dead";
  }

  #answersAt(place: number): number {
    return this.#memory.layout.thread(place) + ANSWERS;
  }
}
