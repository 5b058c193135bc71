import { Fault, Machine, type State } from "./machine.ts";
import { Movers } from "./movers.ts";
import { NumberLists } from "./number_lists.ts";
import type { Scenario } from "./scenario.ts";

/** What was found: how far it went, and the first thing wrong with the steps that lead to it. */
export interface Finding {
  /** How many states were looked at, apart from those in which only one thread's next step mattered. */
  readonly states: number;
  /** Whether no path was given up for its depth. */
  readonly complete: boolean;
  readonly fault: string | undefined;
  /** The steps, without those that other threads could not tell the moment of. */
  readonly schedule: readonly string[];
}

/**
 * Runs every interleaving of a scenario's threads, each state once, and stops at the first fault: an exception in a thread, a state in
 * which nobody can go on though nobody has died, threads that go on for ever, or what `verify` says.
 *
 * A state is the memory and what each thread was answered in its present round; two paths that lead to the same one are followed once.
 * Steps whose moment no other thread could tell, found by {@linkcode Movers}, are not interleaved with those of others: if one thread's
 * next step is such a one, it is the only one that is followed (a persistent set of one: Godefroid, "Partial-Order Methods", LNCS 1032).
 * That leaves out no fault and no end, as a round's record only grows, so that no thread is put off for ever.
 *
 * Who sleeps is woken by a notification, in order of arrival; by a time-out, while the budget lasts; and, once somebody has died, when
 * nobody else can go on: after a death a time-out is what rescues the others, but while all live nobody may depend on one.
 */
export function explore(scenario: Scenario): Finding {
  const movers = scenario.isReduced === false ? undefined : new Movers(scenario.locks ?? []);
  const machine = new Machine(scenario, movers);
  for (;;) {
    const finding = search(scenario, machine, movers);
    if (finding !== undefined) return finding;
  }
}

/** Undefined if what was taken for true of movers proved wrong. */
function search(scenario: Scenario, machine: Machine, movers: Movers | undefined): Finding | undefined {
  const { depth = 400, verify } = scenario, seen = new StateNumbers();
  let complete = true;
  const finding = (state: State | undefined, fault: string | undefined): Finding => {
    const schedule: string[] = [];
    for (let at = state; at !== undefined; at = at.parent) if (at.step !== "") schedule.unshift(at.step);
    return { states: seen.count, complete, fault, schedule };
  };
  if (movers !== undefined) movers.isShaken = false;
  const stack = [machine.start()];
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    const mover = machine.moverOf(state);
    if (mover < 0) {
      const known = seen.count;
      if (seen.of(state) < known) continue;
    }
    if (state.length >= depth) {
      complete = false;
      continue;
    }
    try {
      const next = machine.successors(state, mover);
      if (movers?.isShaken === true) return undefined;
      stack.push(...next);
      if (next.some((each) => !each.step.endsWith("dies"))) continue;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return finding({ ...state, parent: state, step: error.step }, error.message);
    }
    const stuck = state.threads.findIndex(({ pending }) =>
      pending !== undefined && !(pending.name === "turn" && pending.a === 1)
    );
    if (stuck >= 0) return finding(state, `thread ${stuck} waits for ever`);
    const wrong = verify?.(state.words, state.threads.map(({ died }) => died));
    if (wrong !== undefined) return finding(state, wrong);
  }
  return finding(undefined, undefined);
}

/** The numbers of states: the same for two states from which the same can come. */
class StateNumbers {
  readonly #states = new NumberLists();
  readonly #memories = new NumberLists();
  /** What has been numbered already, as many steps leave the words as they were. */
  readonly #known = new WeakMap<readonly number[], number>();
  /** What is to be numbered; one list for all, as it is copied. */
  readonly #list: number[] = [];

  /** How many states have a number. */
  get count(): number {
    return this.#states.count;
  }

  of({ words, threads, sleepers, timeouts, deaths, preemptions, last }: State): number {
    const memory = this.#known.get(words) ?? this.#numberOf(words), list = this.#list;
    list.length = 0;
    list.push(memory, timeouts, deaths);
    if (preemptions !== Infinity) list.push(preemptions, last);
    for (const { round, moment, sleepsAt, died, settled } of threads) {
      list.push(round, moment?.id ?? 0, sleepsAt, died ? 1 : 0, settled.length, ...settled);
    }
    for (const { thread, at, wait } of sleepers) list.push(thread, at, wait);
    return this.#states.of(list);
  }

  #numberOf(words: readonly number[]): number {
    const list = this.#list;
    list.length = 0;
    for (let at = 0; at < words.length; at++) {
      const word = words[at]!;
      if (word === 0) continue; // most are 0
      list.push(at, word | 0);
      if ((word | 0) !== word) list.push(-1, ...new Int32Array(new Float64Array([word]).buffer));
    }
    const number = this.#memories.of(list);
    this.#known.set(words, number);
    return number;
  }
}
