import { type Access, describe, isWrite, perform, type Result } from "./access.ts";
import { IDLE, STACK } from "./model_thread.ts";
import { holderOf, type Movers, NOBODY } from "./movers.ts";
import { Moment } from "./round_script.ts";
import type { Scenario } from "./scenario.ts";

/** Where one thread of a state is. */
export interface ThreadState {
  readonly round: number;
  /** Where it is in this round; undefined when the thread has ended. */
  readonly moment: Moment | undefined;
  /** The access that comes next; undefined when the thread has ended. */
  readonly pending: Access | undefined;
  readonly sleepsAt: number;
  readonly died: boolean;
  /** Its asynchronous waits that are over, but of which it was not told yet. */
  readonly settled: readonly number[];
}

/** Somebody who waits on a word: with its stack, or by an asynchronous wait with a number. */
interface Sleeper {
  readonly thread: number;
  readonly at: number;
  readonly wait: number;
}

/** Where all is between two accesses. */
export interface State {
  readonly words: readonly number[];
  readonly threads: readonly ThreadState[];
  /** Who sleeps, first come first. */
  readonly sleepers: readonly Sleeper[];
  readonly timeouts: number;
  readonly deaths: number;
  readonly preemptions: number;
  /** Who made the last access. */
  readonly last: number;
  readonly parent: State | undefined;
  readonly step: string;
  readonly length: number;
}

/** Where a thread sleeps that does not. */
const AWAKE = -1;
/** How many accesses a thread makes without a stop; more than that would be a loop that waits for somebody else. */
const MOST_ATTEMPTS = 200;

/** An exception in a thread's code, and the step that it came with. */
export class Fault extends Error {
  constructor(message: string, readonly step: string) {
    super(message);
  }
}

/**
 * How one state of a scenario leads to others.
 *
 * If movers are given, a thread does not stop where no other thread could tell the difference.
 */
export class Machine {
  readonly #scenario: Scenario;
  /** Where each round of each thread begins. */
  readonly #rounds: readonly (readonly Moment[])[];
  readonly #locks: readonly number[];
  readonly #movers: Movers | undefined;

  constructor(scenario: Scenario, movers: Movers | undefined) {
    const { stopsAtWrites = false } = scenario;
    this.#scenario = scenario;
    this.#rounds = scenario.threads.map((operations, thread) =>
      operations.flat().map((round) => Moment.first({ round, thread, stopsAtWrites, count: 0 }))
    );
    this.#locks = scenario.locks ?? [];
    this.#movers = movers;
  }

  /** The state in which every thread is about to make its first access. */
  start(): State {
    const { words: length, initial = {}, timeouts = 0, deaths = 0, preemptions = Infinity } = this.#scenario;
    const words = Array.from({ length }, (_, at) => initial[at] ?? 0);
    const threads: ThreadState[] = [];
    const start = { words, sleepers: [], timeouts, deaths, preemptions, last: -1, step: "", length: 0 };
    this.#rounds.forEach((_, index) => {
      const so = { ...start, threads, parent: undefined };
      threads.push({
        ...this.#run(so, index, { words, round: 0, moment: this.#rounds[index]![0], step: "" }),
        settled: [],
      });
    });
    return { ...start, threads, parent: undefined };
  }

  /** The thread whose next step is the only one worth looking at, as no other thread could tell when it is made; -1 for none. */
  moverOf(state: State): number {
    const { threads, words, deaths } = state, movers = this.#movers;
    if (movers === undefined) return -1;
    return threads.findIndex(({ pending }, index) =>
      pending !== undefined && this.#canGoOn(state, index) &&
      (pending.name === "isDead"
        ? fateOf(index, pending.at, { threads, deaths }) !== undefined
        : isWordAccess(pending) && movers.isMover(index, pending, words))
    );
  }

  /** Whether others than who made the last access go on only by one of the preemptions that are left. */
  canBePreempted(state: State): boolean {
    return state.preemptions !== Infinity && state.last >= 0 && this.#canGoOn(state, state.last);
  }

  /** All states that come next; `mover` is what {@linkcode moverOf} said. */
  successors(state: State, mover: number): State[] {
    const next: State[] = [];
    if (mover >= 0) return [...(state.deaths > 0 ? [die(state, mover)] : []), this.#advance(state, mover)];
    let canAnybodyGoOn = false;
    const mayGoOn = state.last >= 0 && this.#canGoOn(state, state.last);
    state.threads.forEach((thread, index) => {
      if (thread.pending === undefined) return;
      if (state.deaths > 0) next.push(die(state, index));
      if (!this.#canGoOn(state, index)) return;
      canAnybodyGoOn = true;
      const preemptions = index !== state.last && mayGoOn ? state.preemptions - 1 : state.preemptions;
      if (preemptions >= 0) next.push({ ...this.#advance(state, index), preemptions, last: index });
    });
    const isRescue = !canAnybodyGoOn &&
      (this.#scenario.timePasses === true || state.threads.some(({ died }) => died));
    if (state.timeouts > 0 || isRescue) next.push(...this.#timeOuts(state, isRescue));
    return next;
  }

  #canGoOn(state: State, index: number): boolean {
    const { pending, sleepsAt } = state.threads[index]!;
    return pending !== undefined && sleepsAt === AWAKE && !isSpinning(state, pending) &&
      !this.#isLockedOut(state, index, pending);
  }

  /** Whether an ideal lock, which a thread is about to take, is held by another one that lives. */
  #isLockedOut({ words, threads }: State, index: number, { name, at, a }: Access): boolean {
    if (this.#scenario.idealLocks !== true || name !== "compareExchange" || a !== 0) return false;
    const holder = this.#locks.includes(at) ? holderOf(words[at] ?? 0) : NOBODY;
    return holder !== NOBODY && holder !== index && threads[holder]?.died !== true;
  }

  #timeOuts(state: State, isRescue: boolean): State[] {
    // with the stack and a time-out; the others wait for as long as it takes
    const timed = state.sleepers.filter(({ thread, wait }) =>
      wait === STACK && state.threads[thread]!.pending!.b === 1
    );
    state.threads.forEach(({ pending }, thread) => {
      if (pending !== undefined && isSpinning(state, pending)) timed.push({ thread, at: pending.at, wait: STACK });
    });
    const due = isRescue ? timed.slice(0, 1) : timed; // a rescue is fair: who has slept longest is next
    return due.map((sleeper) => {
      const awake = { ...state, sleepers: state.sleepers.filter((each) => each !== sleeper) };
      const woken = this.#resume(
        awake,
        { index: sleeper.thread, result: "timed-out", words: state.words.slice() },
        state,
      );
      return { ...woken, timeouts: isRescue ? state.timeouts : state.timeouts - 1 };
    });
  }

  /** Runs a thread up to its next access, or the next one whose moment others can tell. */
  #run(state: Pick<State, "threads" | "deaths">, index: number, from: {
    readonly words: number[];
    readonly round: number;
    readonly moment: Moment | undefined;
    /** What its pending access has answered, if it was made. */
    readonly answer?: Result;
    readonly step: string;
  }): Omit<ThreadState, "settled"> {
    const { words, step } = from;
    let { round, moment } = from, attempts = 0;
    const present = (access: Access, isPlain: boolean) =>
      isPlain
        ? this.#makePlain(index, access, words)
        : attempts++ < MOST_ATTEMPTS
        ? this.#attempt(state, index, { access, words })
        : undefined;
    if (from.answer !== undefined) moment = moment?.after(from.answer, present);
    while (moment !== undefined) {
      const { pending, isPlain = false, error } = moment.next;
      if (error !== undefined) throw new Fault(`thread ${index}: ${error}`, step);
      if (pending === undefined) {
        moment = this.#rounds[index]![++round];
        attempts = 0;
        continue;
      }
      const answer = present(pending, isPlain);
      if (answer === undefined) return { round, moment, pending, sleepsAt: AWAKE, died: false };
      moment = moment.after(answer, present);
    }
    return { round, moment, pending: undefined, sleepsAt: AWAKE, died: false };
  }

  /** Makes an access of which the code says that nobody could notice it. */
  #makePlain(index: number, access: Access, words: number[]): number {
    this.#movers?.learn(index, access, words);
    return perform(words, access);
  }

  /** Makes an access whose moment nobody can tell; where somebody may die, not if it changes what is left behind. */
  #attempt({ threads, deaths }: Pick<State, "threads" | "deaths">, index: number, { access, words }: {
    readonly access: Access;
    readonly words: number[];
  }): number | undefined {
    const movers = this.#movers;
    if (movers === undefined) return undefined;
    if (access.name === "isDead") return fateOf(index, access.at, { threads, deaths });
    const looks = isWordAccess(access) || access.name === "wait" || access.name === "spin" ||
      access.name === "waitAsync";
    if (looks) movers.learn(index, access, words);
    if (!isWordAccess(access) || (deaths > 0 && isWrite(access))) return undefined;
    return movers.isMover(index, access, words) ? perform(words, access) : undefined;
  }

  /** Makes a thread's next access. */
  #advance(state: State, index: number): State {
    const access = state.threads[index]!.pending!, { name, at, a } = access;
    switch (name) {
      case "isDead": {
        const result = state.threads[at]?.died === true ? 1 : 0;
        return this.#resume(state, { index, result, words: state.words.slice() });
      }
      case "isAsleep": {
        const result = state.threads[at]?.sleepsAt === AWAKE ? 0 : 1;
        return this.#resume(state, { index, result, words: state.words.slice() });
      }
      case "wait":
        if (state.words[at] !== a) {
          return this.#resume(state, { index, result: "not-equal", words: state.words.slice() });
        }
        return fallAsleep(state, { thread: index, at, wait: STACK });
      case "spin":
        return this.#resume(state, { index, result: "not-equal", words: state.words.slice() });
      case "waitAsync": {
        const words = state.words.slice();
        if (words[at] !== a) return this.#resume(state, { index, result: STACK, words });
        const wait = state.threads[index]!.moment!.length + 1;
        const waiting = { ...state, sleepers: [...state.sleepers, { thread: index, at, wait }] };
        return this.#resume(waiting, { index, result: wait, words }, state);
      }
      case "turn": {
        const [first, ...settled] = state.threads[index]!.settled;
        if (first === undefined) return fallAsleep(state, { thread: index, at, wait: STACK });
        return this.#resume(withSettled(state, index, settled), { index, result: first, words: state.words.slice() });
      }
      case "notify": {
        const woken = state.sleepers.filter((each) => each.at === at).slice(0, a);
        const after = this.#resume(state, { index, result: woken.length, words: state.words.slice() });
        return woken.reduce((so, sleeper) => this.#wake(so, sleeper, state), after);
      }
      default: {
        const words = state.words.slice(), result = perform(words, access);
        this.#movers?.check(index, {
          before: state.words,
          after: words,
          isAlive: (thread) => state.threads[thread]?.died === false,
        });
        return this.#resume(state, { index, result, words });
      }
    }
  }

  /** Ends a wait: whoever waits with its stack, or idles, goes on; others are told in a later turn. */
  #wake(state: State, sleeper: Sleeper, parent: State): State {
    if (!state.sleepers.includes(sleeper)) return state; // its thread's round ended with that very notification
    const { thread: index, wait } = sleeper, awake = state.sleepers.filter((each) => each !== sleeper);
    const words = state.words.slice();
    if (wait === STACK) return this.#resume({ ...state, sleepers: awake }, { index, result: "ok", words }, parent);
    const { sleepsAt, settled } = state.threads[index]!;
    if (sleepsAt !== IDLE) return { ...withSettled(state, index, [...settled, wait]), sleepers: awake };
    const sleepers = awake.filter(({ thread, at }) => !(thread === index && at === IDLE));
    return this.#resume({ ...state, sleepers }, { index, result: wait, words }, parent);
  }

  /** Lets a thread go on with what its access answered; `parent` is the state before, if something was prepared since. */
  #resume(
    state: State,
    { index, result, words }: { readonly index: number; readonly result: Result; readonly words: number[] },
    parent = state,
  ): State {
    const { round, moment, pending, settled } = state.threads[index]!;
    const step = state.parent === parent ? state.step : `${index} ${describe(pending!)} = ${result}`;
    const thread = this.#run(state, index, { words, round, moment, answer: result, step });
    const isSame = thread.round === round;
    const threads = state.threads.with(index, { ...thread, settled: isSame ? settled : [] });
    const sleepers = isSame ? state.sleepers : state.sleepers.filter((each) => each.thread !== index);
    return child(parent, { words, threads, sleepers, step });
  }
}

/** Whether an access is no more than a look at a word, or a change of it. */
function isWordAccess(access: Access): boolean {
  return access.name === "load" || isWrite(access);
}

/** Whether a thread turns in a loop until a word changes, which it has not. */
function isSpinning({ words }: Pick<State, "words">, { name, at, a }: Access): boolean {
  return name === "spin" && words[at] === a;
}

/** What a thread is told when it asks whether another one has died, 1 if so, when that cannot change any more; undefined if it can. */
function fateOf(
  asker: number,
  asked: number,
  { threads, deaths }: Pick<State, "threads" | "deaths">,
): number | undefined {
  if (asked < 0 || asked === asker) return 0;
  const thread = threads[asked]; // undefined before it has begun
  if (thread?.died === true) return 1;
  return deaths === 0 || (thread !== undefined && thread.pending === undefined) ? 0 : undefined;
}

function die(state: State, index: number): State {
  const { round } = state.threads[index]!;
  const dead = { round, moment: undefined, pending: undefined, sleepsAt: AWAKE, died: true, settled: [] };
  const sleepers = state.sleepers.filter(({ thread }) => thread !== index);
  const threads = state.threads.with(index, dead);
  return child(state, { threads, sleepers, deaths: state.deaths - 1, step: `${index} dies` });
}

function fallAsleep(state: State, sleeper: Sleeper): State {
  const { thread: index, at } = sleeper;
  const threads = state.threads.with(index, { ...state.threads[index]!, sleepsAt: at });
  const step = at === IDLE ? `${index} idles` : `${index} sleeps on [${at}]`;
  return child(state, { threads, sleepers: [...state.sleepers, sleeper], step });
}

function withSettled(state: State, index: number, settled: readonly number[]): State {
  return { ...state, threads: state.threads.with(index, { ...state.threads[index]!, settled }) };
}

function child(parent: State, changed: Partial<State>): State {
  return { ...parent, ...changed, parent, length: parent.length + 1 };
}
