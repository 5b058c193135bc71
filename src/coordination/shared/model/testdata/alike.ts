import type { Scenario } from "./scenario.ts";
import type { State, ThreadState } from "./state.ts";

/**
 * In which order threads begin that do the same, where these are interchangeable: each after the one before it. Whatever comes of another
 * order comes of that one too, with other names: before two of them have begun, nothing tells one from the other.
 */
export class AlikeThreads {
  /** By thread: the one before it that it is like, or -1. */
  readonly #before: readonly number[];
  /** The same, but -1 also where one has made more accesses than the other before anybody looks. */
  #follows: readonly number[] = [];
  /** Where the threads are before they have begun. */
  #first: readonly ThreadState[] = [];

  /** Finds out which threads do the same, unless all are to be taken for different. */
  constructor({ threads, areAlike = false }: Pick<Scenario, "threads" | "areAlike">, isReduced: boolean) {
    this.#before = threads.map((_, thread) => isReduced && areAlike ? lastAlike(threads, thread) : -1);
  }

  /** Says where all are before they have begun. */
  start(first: readonly ThreadState[]): void {
    this.#first = first;
    this.#follows = this.#before.map((before, index) =>
      first[index]!.round === first[before]?.round && first[index]!.moment?.length === first[before].moment?.length
        ? before
        : -1
    );
  }

  /** Whether a thread has not begun, nor has one before it that it is like. */
  isToFollow({ threads }: Pick<State, "threads">, index: number): boolean {
    const before = this.#follows[index]!, first = this.#first;
    return before >= 0 && threads[index] === first[index] && threads[before] === first[before];
  }
}

/** The last of the threads before one that do the same. */
function lastAlike(threads: Scenario["threads"], thread: number): number {
  const rounds = threads[thread]!.flat();
  return threads.slice(0, thread).findLastIndex((each) => {
    const others = each.flat();
    return others.length === rounds.length && others.every((round, at) => round === rounds[at]);
  });
}
