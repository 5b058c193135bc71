/**
 * How threads find out whether another one lives.
 *
 * @module
 */

/** What is known of a thread. */
export type Liveness = "alive" | "dead" | "unknown";

/** A thread's words, from their first one: what it waits on for as long as it lives, always 0; how many of these waits are left. */
const ALIVE = 0;
const ARMED = 1;
/** When it may next be asked: milliseconds since 1970, as far as they go into a word. */
const NEXT_MS = 2;

/** How often a thread can be asked without answering. */
const SPARE_ANSWERS = 12;
/** How long after a question the next one may follow, doubled for each that was not answered: so 12 reach for 14 minutes. */
const FIRST_SPACING_MS = 200;

/**
 * Proof that a thread is dead, for all lists of threads.
 *
 * Deno tells nobody of a Worker that was terminated, closed itself or exited. But each thread here has some `Atomics.waitAsync` pending
 * on a word of its own, and `Atomics.notify` counts whom it wakes. The engine strikes out the waits of a thread when it disposes of it,
 * and not earlier: so a count of 0 proves that none of the thread's code will ever run again, and a count of 1 that it exists, however
 * busy it is. A thread that was asked makes up for the wait as soon as its event loop turns; until then it has spares.
 *
 * `at` is the first of the thread's words; what a record says of its thread's identity is for the list to compare, before and after.
 */
export class RollCall {
  readonly #words: Int32Array<SharedArrayBuffer>;

  /** Opens it. */
  constructor(words: Int32Array<SharedArrayBuffer>) {
    this.#words = words;
  }

  /** Forgets the answers of the last thread that had these words; the next one may be asked at once. */
  begin(at: number): void {
    Atomics.store(this.#words, at + ARMED, 0);
    Atomics.store(this.#words, at + NEXT_MS, nowMs());
  }

  /** Ends all the waits of a thread that answers no more, so that the next one's are all counted. */
  end(at: number): void {
    Atomics.store(this.#words, at + ARMED, 0);
    Atomics.notify(this.#words, at + ALIVE);
  }

  /** Fills up the calling thread's own answers; `asked` is called for each that was used, in a later turn. */
  arm(at: number, asked: () => void): void {
    const words = this.#words;
    while (Atomics.load(words, at + ARMED) < SPARE_ANSWERS) {
      const { async, value } = Atomics.waitAsync(words, at + ALIVE, 0);
      if (!async) return;
      value.then(asked);
      Atomics.add(words, at + ARMED, 1); // after the wait: whoever takes one from the count finds it
    }
  }

  /** Asks; uses up one of the thread's answers, but never the last, as one may have been used that was not counted. */
  ask(at: number): Liveness {
    const words = this.#words;
    for (let armed = Atomics.load(words, at + ARMED); armed > 1; armed = Atomics.load(words, at + ARMED)) {
      if (Atomics.compareExchange(words, at + ARMED, armed, armed - 1) !== armed) continue;
      return Atomics.notify(words, at + ALIVE, 1) > 0 ? "alive" : "dead";
    }
    return "unknown";
  }

  /** Asks, unless somebody has lately: then it is not known. An urgent question comes at once, while there are answers enough. */
  askIfDue(at: number, isUrgent = false): Liveness {
    const words = this.#words, armed = Atomics.load(words, at + ARMED), now = nowMs();
    const due = Atomics.load(words, at + NEXT_MS), dueInMs = (due - now) | 0;
    const spacingMs = FIRST_SPACING_MS * 2 ** Math.max(0, SPARE_ANSWERS - armed);
    const isEarly = dueInMs > 0 && dueInMs <= spacingMs; // a clock that was set back makes the date meaningless
    if (isEarly && !(isUrgent && armed > SPARE_ANSWERS / 2)) return "unknown";
    const isOurs = Atomics.compareExchange(words, at + NEXT_MS, due, (now + spacingMs) | 0) === due;
    return isOurs ? this.ask(at) : "unknown";
  }

  /** An answer turned out to be another thread's, which has these words now: it has one less. */
  misused(at: number): void {
    Atomics.sub(this.#words, at + ARMED, 1);
  }
}

/** All threads' clock, as far as it goes into a word. */
function nowMs(): number {
  return (performance.timeOrigin + performance.now()) | 0;
}
