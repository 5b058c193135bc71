/**
 * Which threads take part in a pool, and which of them are dead.
 *
 * @module
 */

import {
  ALIVE,
  ARMED,
  ATTACHED,
  FENCED,
  INCARNATION,
  JOINING,
  NEXT_PROBE_MS,
  NO_RETURNS,
  RETURNED,
  STATE,
  THREADS_END_AT,
  VACANT,
} from "./layout.ts";
import type { HolderWatch } from "./lock.ts";
import type { PoolMemory } from "./memory.ts";

/** How often a thread can be asked whether it lives without answering: busy for minutes, it cannot. */
export const SPARE_ANSWERS = 12;
/** How long after a question the next one may follow, doubled for each that was not answered: 12 reach for 17 minutes. */
const FIRST_SPACING_MS = 200;

/** Bits of a thread's name for its place; the rest is its incarnation. */
const PLACE_BITS = 10;
/** How many threads a pool can have at most. */
export const MOST_THREADS = 1 << PLACE_BITS;
const INCARNATION_MASK = (1 << (30 - PLACE_BITS)) - 1;

/** What is known of a thread. */
export type Liveness = "alive" | "dead" | "unknown";

/**
 * The threads' records, and the question whether a thread lives.
 *
 * Deno tells nobody of a Worker that was terminated, closed itself or exited. But each thread here has some `Atomics.waitAsync`
 * pending on a word of its own, and `Atomics.notify` counts whom it wakes. The engine strikes out the waits of a thread when it
 * disposes of it, and not earlier: so a count of 0 proves that none of the thread's code will ever run again, and a count of 1 that it
 * exists, however busy it is. A thread that was asked makes up for the wait as soon as its event loop turns; until then it has spares.
 */
export class Roster implements HolderWatch {
  readonly #memory: PoolMemory;

  /** Opens the records. */
  constructor(memory: PoolMemory) {
    this.#memory = memory;
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
      Atomics.store(words, at + ARMED, 0);
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
    Atomics.store(words, at + ARMED, 0);
    Atomics.notify(words, at + ALIVE); // before the record is vacant: its next thread's waits must all be counted
    Atomics.store(words, at + STATE, VACANT);
  }

  /** Fills up the calling thread's own answers; `answer` is called for each that was used, in a later turn. */
  arm(place: number, answer: () => void): void {
    const { words, layout } = this.#memory, at = layout.thread(place);
    while (Atomics.load(words, at + ARMED) < SPARE_ANSWERS) {
      const { async, value } = Atomics.waitAsync(words, at + ALIVE, 0);
      if (!async) return;
      value.then(answer);
      Atomics.add(words, at + ARMED, 1); // after the wait: whoever takes one from the count finds it
    }
  }

  /** Asks whether the thread of a record lives; uses up one of its answers. */
  probe(place: number): Liveness {
    const { words, layout } = this.#memory, at = layout.thread(place);
    for (let armed = Atomics.load(words, at + ARMED); armed > 0; armed = Atomics.load(words, at + ARMED)) {
      if (Atomics.compareExchange(words, at + ARMED, armed, armed - 1) !== armed) continue;
      return Atomics.notify(words, at + ALIVE, 1) > 0 ? "alive" : "dead";
    }
    return "unknown";
  }

  /** Like {@linkcode probe}, but "unknown" if that was asked too recently; to be called with the lock held. */
  probeIfDue(place: number, nowMs: number, urgent: boolean): Liveness {
    const { words, doubles, layout } = this.#memory, at = layout.thread(place);
    const armed = Atomics.load(words, at + ARMED);
    const spacingMs = FIRST_SPACING_MS * 2 ** Math.max(0, SPARE_ANSWERS - armed);
    const dueInMs = (doubles[(at + NEXT_PROBE_MS) / 2] ?? 0) - nowMs;
    // A clock that was set back makes the date meaningless.
    if (dueInMs > 0 && dueInMs <= spacingMs && !(urgent && armed > SPARE_ANSWERS / 2)) return "unknown";
    doubles[(at + NEXT_PROBE_MS) / 2] = nowMs + spacingMs;
    return this.probe(place);
  }

  /** Whether the thread of this name is certainly dead. */
  isDead(name: number): boolean {
    const place = (name >> 1) & (MOST_THREADS - 1);
    if (place >= this.#memory.layout.maxThreads) return false;
    const state = this.state(place);
    return (state === ATTACHED || state === FENCED) && this.name(place) === name && this.probe(place) === "dead";
  }
}
