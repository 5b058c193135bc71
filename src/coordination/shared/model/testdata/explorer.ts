import { Fault, Machine, type State } from "./machine.ts";
import { IDLE } from "./model_thread.ts";
import { Movers } from "./movers.ts";
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
  const { depth = 400, verify } = scenario, keys = new StateKeys();
  const seen = new Set<string>();
  let complete = true;
  const finding = (state: State | undefined, fault: string | undefined): Finding => {
    const schedule: string[] = [];
    for (let at = state; at !== undefined; at = at.parent) if (at.step !== "") schedule.unshift(at.step);
    return { states: seen.size, complete, fault, schedule };
  };
  if (movers !== undefined) movers.isShaken = false;
  const stack = [machine.start()];
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    if (machine.moverOf(state) < 0) {
      const key = keys.of(state);
      if (seen.has(key)) continue;
      seen.add(key);
    }
    if (state.length >= depth) {
      complete = false;
      continue;
    }
    try {
      const next = machine.successors(state);
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

/** Short names for states: the same for two states from which the same can come. Their characters are numbers, as those take least time. */
class StateKeys {
  readonly #numbers = new Map<string, number>();
  /** What has been named already, as many steps leave the words as they were. */
  readonly #known = new WeakMap<readonly number[], number>();
  readonly #codes: number[] = [];

  of({ words, threads, sleepers, timeouts, deaths, preemptions, last }: State): string {
    const codes = this.#codes;
    codes.length = 0;
    this.#push(this.#known.get(words) ?? this.#name(words));
    codes.push(timeouts, deaths);
    if (preemptions !== Infinity) codes.push(preemptions, last + 1);
    for (const { round, moment, sleepsAt, died, settled } of threads) {
      this.#push(moment?.id ?? 0);
      codes.push(round, sleepsAt - IDLE, died ? 1 : 0, settled.length, ...settled);
    }
    for (const { thread, at, wait } of sleepers) codes.push(thread, at - IDLE, wait);
    return String.fromCharCode.apply(undefined, codes);
  }

  #push(number: number): void {
    this.#codes.push(number & 0xffff, number >>> 16);
  }

  #name(words: readonly number[]): number {
    let text = "";
    words.forEach((word, at) => {
      if (word !== 0) text += `${at}:${word},`; // most are 0
    });
    let number = this.#numbers.get(text);
    if (number === undefined) this.#numbers.set(text, number = this.#numbers.size);
    this.#known.set(words, number);
    return number;
  }
}
