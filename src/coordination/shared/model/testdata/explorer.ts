import { Fault, Machine } from "./machine.ts";
import { Movers } from "./movers.ts";
import { NumberLists } from "./number_lists.ts";
import type { Scenario } from "./scenario.ts";
import { AWAKE, describeStep, type State, type Step } from "./state.ts";

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
 * Threads that are said to be alike begin in their order only. A thread that nobody can interrupt before it stops of itself, as all others
 * have ended or sleep, or no preemptions are left, makes some steps in one; while somebody may die, or be timed out, there is no such thread.
 *
 * Where preemptions are bounded, whoever has more of them left can do all that others can from the same memory: states are looked at in
 * the order of what is left, and one that was met with as much freedom is not followed again.
 *
 * Who sleeps is woken by a notification, in order of arrival; by a time-out, while the budget lasts; and, once somebody has died, when
 * nobody else can go on: after a death a time-out is what rescues the others, but while all live nobody may depend on one.
 */
export function explore(scenario: Scenario): Finding {
  const { locks = [], idealLocks = false, preemptions = Infinity, isReduced = true } = scenario;
  const areTransactions = idealLocks && preemptions === Infinity;
  const movers = isReduced ? new Movers({ locks, areTransactions }) : undefined;
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0; // a thread's code is run so often that what it throws costs more than all else
  try {
    const machine = new Machine(scenario, movers);
    for (;;) {
      const finding = search(scenario, machine, movers);
      if (finding !== undefined) return finding;
    }
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/** How much further a search goes in which something was taken for true that is not: what it finds out yet saves others like it. */
const LOOKS_ON = 0.25;

/** Undefined if what was taken for true of movers proved wrong. */
function search(scenario: Scenario, machine: Machine, movers: Movers | undefined): Finding | undefined {
  const { depth = 400, verify } = scenario, seen = new SeenStates();
  let complete = true, looked = 0, mostLooks = Infinity;
  const finding = (fault: string | undefined, last: Step | undefined): Finding | undefined => {
    if (movers?.isShaken === true) return undefined;
    const steps: Step[] = [];
    for (let step = last; step !== undefined; step = step.before) steps.push(step);
    return { states: seen.count, complete, fault, schedule: steps.reverse().map(describeStep) };
  };
  if (movers !== undefined) movers.isShaken = false;
  const open = new OpenStates(machine.start());
  for (let state = open.take(); state !== undefined; state = open.take()) {
    if (++looked > mostLooks) return undefined;
    const mover = machine.moverOf(state);
    if (mover < 0 && seen.hasMet(state, machine.canBePreempted(state))) continue;
    if (state.length >= depth) {
      complete = false;
      continue;
    }
    try {
      const next = machine.successors(state, mover);
      if (mostLooks === Infinity && movers?.isShaken === true) mostLooks = looked + LOOKS_ON * looked;
      let canAnybodyGoOn = false;
      for (const each of next) {
        open.add(each);
        canAnybodyGoOn ||= each.step?.access !== undefined;
      }
      if (canAnybodyGoOn) continue;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return finding(error.message, error.step);
    }
    const stuck = state.threads.findIndex(({ pending }) =>
      pending !== undefined && !(pending.name === "turn" && pending.a === 1)
    );
    if (stuck >= 0) return finding(`thread ${stuck} waits for ever`, state.step);
    const wrong = verify?.(state.memory.words, state.threads.map(({ died }) => died));
    if (wrong !== undefined) return finding(wrong, state.step);
  }
  return finding(undefined, undefined);
}

/** What is still to be looked at: first what has most preemptions left, of these what was found last. */
class OpenStates {
  readonly #most: number;
  /** By how many preemptions fewer than the first state they have left. */
  readonly #stacks: State[][];
  #fewer = 0;

  constructor(start: State) {
    this.#most = start.preemptions;
    this.#stacks = [[start]];
  }

  /** States never have more preemptions left than the one that they come from. */
  add(state: State): void {
    const fewer = this.#most - state.preemptions;
    (this.#stacks[fewer] ??= []).push(state);
  }

  take(): State | undefined {
    for (; this.#fewer < this.#stacks.length; this.#fewer++) {
      const state = this.#stacks[this.#fewer]?.pop();
      if (state !== undefined) return state;
    }
    return undefined;
  }
}

/** Who is not interrupted in a state that was met: each thread a bit, or all. */
const ANYBODY = ~0;

/** The states that were looked at. */
class SeenStates {
  readonly #states = new NumberLists();
  /** What is to be numbered; one list for all, as it is copied. */
  readonly #list: number[] = [];
  /** By a state's number: how many preemptions were left when it was met first, which was the most, and who could go on for none. */
  readonly #left: number[] = [];
  readonly #free: number[] = [];

  /** How many there are. */
  get count(): number {
    return this.#states.count;
  }

  /**
   * Whether all that can come of a state was looked at, or will be, as it was met with as much freedom; else it is met now. Must be asked
   * of states with more preemptions left first; `isBound` says whether it takes one of them for others to go on than who went last.
   */
  hasMet(state: State, isBound: boolean): boolean {
    const { preemptions, last } = state, met = this.#states.count, number = this.#numberOfState(state);
    const free = isBound ? 1 << last : ANYBODY;
    if (number === met) {
      this.#left.push(preemptions);
      this.#free.push(free);
      return false;
    }
    // With one more left, whoever goes on, as many are left as here.
    if (this.#left[number]! > preemptions || (this.#free[number]! & free) === free) return true;
    this.#free[number]! |= free;
    return false;
  }

  /** The same for two states from which the same can come, if as many preemptions are left. */
  #numberOfState({ memory, threads, sleepers, timeouts, deaths }: State): number {
    const list = this.#list;
    let end = 0;
    list[end++] = memory.id;
    list[end++] = timeouts << 16 | deaths;
    for (let index = 0; index < threads.length; index++) {
      const { moment, sleepsAt, died, settled } = threads[index]!;
      list[end++] = moment === undefined ? (died ? DEAD : ENDED) : 2 * moment.id + (sleepsAt === AWAKE ? 0 : 1);
      list[end++] = settled.length;
      for (let i = 0; i < settled.length; i++) list[end++] = settled[i]!;
    }
    for (let i = 0; i < sleepers.length; i++) {
      const { thread, at, wait } = sleepers[i]!;
      list[end++] = thread << 16 | (at & 0xffff);
      list[end++] = wait;
    }
    list.length = end;
    return this.#states.of(list);
  }
}

/** What is in the place of a moment. */
const DEAD = -1, ENDED = -2;
