import { type Access, isWordAccess, isWrite, type Result } from "./access.ts";
import { AlikeThreads } from "./alike.ts";
import { Draft, Memories, Sketch } from "./memory.ts";
import { IDLE, STACK } from "./model_thread.ts";
import { holderOf, type Movers, NOBODY } from "./movers.ts";
import { type Answers, Moment } from "./round_script.ts";
import type { Scenario } from "./scenario.ts";
import {
  AWAKE,
  canBeLeftAlone,
  child,
  die,
  fallAsleep,
  fateOf,
  isSpinning,
  type NewState,
  NONE,
  replaced,
  type Sleeper,
  type State,
  type Step,
  type ThreadState,
  UNBOUNDED,
  withSettled,
} from "./state.ts";

/** How many accesses a thread makes without a stop; more than that would be a loop that waits for somebody else. */
const MOST_ATTEMPTS = 200;
/** After so many accesses of a round a thread stops that nobody can interrupt: paths that have met are not followed twice for long. */
const STRIDE = 16;

/** An exception in a thread's code, and the step that it came with. */
export class Fault extends Error {
  constructor(message: string, readonly step: Step | undefined) {
    super(message);
  }
}

/** Among whom a thread runs. */
type Among = Pick<State, "threads" | "deaths" | "sleepers">;

/** How a thread comes to run. */
interface Start {
  readonly round: number;
  readonly moment: Moment | undefined;
  /** What its pending access has answered, if it was made. */
  readonly answer: Result | undefined;
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
  readonly #alike: AlikeThreads;
  readonly #locks: readonly number[];
  readonly #movers: Movers | undefined;
  readonly #memories = new Memories();
  /** The memory while a thread runs, which thread that is, among which others, and how many accesses it has made without a stop. */
  readonly #draft = new Draft(this.#memories);
  /** The memory as it would be if that thread went on alone. */
  readonly #guessed = new Sketch();
  #running = 0;
  #among: Among = { threads: [], deaths: 0, sleepers: [] };
  #attempts = 0;
  /** Whether it has taken a lock, and not left it. */
  #isEntering = false;
  /** Whether nobody else can do anything before it stops of itself; and the steps that it has made. */
  #isAlone = false;
  #step: Step | undefined = undefined;
  #steps = 0;

  constructor(scenario: Scenario, movers: Movers | undefined) {
    const { stopsAtWrites = false } = scenario, moments = { count: 0 };
    this.#scenario = scenario;
    this.#rounds = scenario.threads.map((operations, thread) =>
      operations.flat().map((round) => Moment.first({ round, thread, stopsAtWrites, moments }))
    );
    this.#alike = new AlikeThreads(scenario, movers !== undefined);
    this.#locks = scenario.locks ?? [];
    this.#movers = movers;
  }

  /** The state in which every thread is about to make its first access. */
  start(): State {
    const { words: length, initial = {}, timeouts = 0, deaths = 0, preemptions = Infinity } = this.#scenario;
    const threads: ThreadState[] = [];
    let memory = this.#memories.of(Array.from({ length }, (_, at) => initial[at] ?? 0));
    this.#step = undefined;
    this.#isAlone = false; // a thread may have been that has thrown
    this.#rounds.forEach((rounds, index) => {
      this.#draft.memory = memory;
      const from = { round: 0, moment: rounds[0], answer: undefined };
      threads.push(this.#run({ threads, deaths, sleepers: [] }, index, from));
      memory = this.#draft.memory;
    });
    this.#alike.start(threads);
    const budget = { timeouts, deaths, preemptions: Math.min(preemptions, UNBOUNDED) };
    return {
      memory,
      threads,
      sleepers: [],
      ...budget,
      last: -1,
      enters: NOBODY,
      step: undefined,
      length: 0,
    };
  }

  /** The thread whose next step is the only one worth looking at, as no other thread could tell when it is made; -1 for none. */
  moverOf(state: State): number {
    const { threads, enters } = state;
    if (this.#movers === undefined) return -1;
    for (let index = 0; index < threads.length; index++) {
      const { pending, isAtMover } = threads[index]!;
      if (pending === undefined) continue;
      const isMover = isAtMover ||
        (pending.name === "isDead"
          ? fateOf(index, pending.at, state) !== undefined
          : enters === index && isWordAccess(pending) && !this.#takesLock(pending));
      if (isMover && this.#canGoOn(state, index) && !this.#alike.isToFollow(state, index)) return index;
    }
    return -1;
  }

  /** Whether others than who made the last access go on only by one of the preemptions that are left. */
  canBePreempted(state: State): boolean {
    return state.preemptions !== UNBOUNDED && state.last >= 0 && this.#canGoOn(state, state.last);
  }

  /** All states that come next; `mover` is what {@linkcode moverOf} said. */
  successors(state: State, mover: number): State[] {
    const { threads, deaths, preemptions, last } = state, next: State[] = [];
    if (mover >= 0) {
      if (deaths > 0) next.push(die(state, mover));
      next.push(this.#advance(state, mover, state.enters === mover));
      return next;
    }
    const mayGoOn = last >= 0 && this.#canGoOn(state, last);
    let canAnybodyGoOn = false;
    for (let index = 0; index < threads.length; index++) {
      if (threads[index]!.pending === undefined || this.#alike.isToFollow(state, index)) continue;
      if (deaths > 0) next.push(die(state, index));
      if (!this.#canGoOn(state, index)) continue;
      canAnybodyGoOn = true;
      const left = index !== last && mayGoOn && preemptions !== UNBOUNDED ? preemptions - 1 : preemptions;
      if (left < 0) continue;
      this.#isAlone = canBeLeftAlone(state, index, left);
      const advanced = this.#advance(state, index);
      this.#isAlone = false;
      advanced.preemptions = left;
      advanced.last = index;
      next.push(advanced);
    }
    const isRescue = !canAnybodyGoOn && (this.#scenario.timePasses === true || threads.some(({ died }) => died));
    if (state.timeouts > 0 || isRescue) next.push(...this.#timeOuts(state, isRescue));
    return next;
  }

  #canGoOn(state: State, index: number): boolean {
    const { pending, sleepsAt } = state.threads[index]!;
    const { memory: { words }, threads } = state;
    return pending !== undefined && sleepsAt === AWAKE && !isSpinning(words, pending) &&
      !this.#isLockedOut(words, threads, index, pending);
  }

  /** Whether an ideal lock, which a thread is about to take, is held by another one that lives. */
  #isLockedOut(words: readonly number[], threads: State["threads"], index: number, access: Access): boolean {
    if (this.#scenario.idealLocks !== true || !this.#takesLock(access)) return false;
    const holder = holderOf(words[access.at] ?? 0);
    return holder !== NOBODY && holder !== index && threads[holder]?.died !== true;
  }

  #takesLock({ name, at, a }: Access): boolean {
    return name === "compareExchange" && a === 0 && this.#locks.includes(at);
  }

  #timeOuts(state: State, isRescue: boolean): State[] {
    const { threads, memory, sleepers } = state;
    // with the stack and a time-out; the others wait for as long as it takes
    const timed = sleepers.filter(({ thread, wait }) => wait === STACK && threads[thread]!.pending!.b === 1);
    threads.forEach(({ pending }, thread) => {
      if (pending !== undefined && isSpinning(memory.words, pending)) {
        timed.push({ thread, at: pending.at, wait: STACK });
      }
    });
    const due = isRescue ? timed.slice(0, 1) : timed; // a rescue is fair: who has slept longest is next
    return due.map((sleeper) => {
      const awake = { ...state, sleepers: sleepers.filter((each) => each !== sleeper) };
      const woken = this.#resume(awake, { index: sleeper.thread, answer: "timed-out", parent: state });
      if (!isRescue) woken.timeouts--;
      return woken;
    });
  }

  /** Runs a thread on the draft, up to its next access, or the next one whose moment others can tell. */
  #run(among: Among, index: number, from: Start): ThreadState {
    let { round, moment } = from;
    this.#among = among;
    this.#running = index;
    this.#attempts = 0;
    if (from.answer !== undefined) moment = moment?.after(from.answer, this.#answers);
    while (moment !== undefined) {
      const { pending, error }: Moment = moment;
      if (error !== undefined) throw new Fault(`thread ${index}: ${error}`, this.#step);
      if (pending === undefined) {
        moment = this.#rounds[index]![++round];
        this.#attempts = 0;
        continue;
      }
      const answer = this.#present(moment);
      if (answer === undefined) {
        const isAtMover = isWordAccess(pending) &&
          this.#movers?.isMover(index, pending, this.#draft.memory.words) === true;
        return { round, moment, pending, isAtMover, sleepsAt: AWAKE, died: false, settled: NONE };
      }
      moment = moment.after(answer, this.#answers);
    }
    return { round, moment, pending: undefined, isAtMover: false, sleepsAt: AWAKE, died: false, settled: NONE };
  }

  /**
   * Makes an access of which the code says that nobody could notice it, or whose moment nobody can tell; where somebody may die, not if
   * it changes what is left behind. Where the thread is alone, makes whatever does not depend on others.
   */
  readonly #present = (moment: Moment): Result | undefined => {
    const movers = this.#movers,
      draft = this.#draft,
      index = this.#running,
      access = moment.pending!,
      { name } = access;
    if (moment.isPlain) {
      movers?.learn(index, access, draft.memory.words);
      return draft.perform(access);
    }
    if (this.#attempts++ >= MOST_ATTEMPTS || movers === undefined) return undefined;
    const isOfWord = isWordAccess(access);
    if (isOfWord || name === "wait" || name === "spin" || name === "waitAsync") {
      movers.learn(index, access, draft.memory.words);
    }
    if (this.#isAlone && moment.length % STRIDE !== STRIDE - 1) return this.#goOnAlone(access);
    if (name === "isDead") return fateOf(index, access.at, this.#among);
    if (!isOfWord || (this.#among.deaths > 0 && isWrite(access))) return undefined;
    if (!movers.isMover(index, access, draft.memory.words)) return undefined;
    if (this.#locks.includes(access.at)) this.#isEntering = false; // what if it leaves the lock?
    return draft.perform(access);
  };

  /** Makes a step after another one, as nobody else can do anything before. */
  #goOnAlone(access: Access): Result | undefined {
    const { memory: { words: before } } = this.#draft,
      index = this.#running,
      among = this.#among,
      { name, at, a } = access;
    let answer: Result | undefined = undefined;
    if (isWordAccess(access)) {
      if (!this.#isLockedOut(before, among.threads, index, access)) answer = this.#perform(access, among);
    } else if (name === "isDead") {
      answer = fateOf(index, at, among);
    } else if (name === "notify") {
      if (among.sleepers.every((each) => each.at !== at)) answer = 0;
    } else if (before[at] !== a) {
      if (name === "wait" || name === "spin") answer = "not-equal";
      else if (name === "waitAsync") answer = STACK;
    }
    if (answer === undefined) return undefined;
    this.#isEntering = false;
    this.#step = { before: this.#step, thread: index, access, answer };
    this.#steps++;
    return answer;
  }

  /** Makes an access to a word on the draft. */
  #perform(access: Access, { threads }: Pick<State, "threads">): number {
    const draft = this.#draft, before = draft.memory.words, answer = draft.perform(access), after = draft.memory.words;
    if (after !== before) {
      this.#movers?.check(this.#running, { before, after, isAlive: (thread) => threads[thread]?.died === false });
    }
    return answer;
  }

  /** Answers what a thread would find that went on alone, and would not have to wait. */
  readonly #guess = (access: Access): number | undefined => {
    const { name, at } = access;
    if (name === "notify") return 0;
    if (name === "isDead") return this.#among.threads[at]?.died === true ? 1 : 0;
    return isWordAccess(access) ? this.#guessed.perform(access) : undefined;
  };

  readonly #answers: Answers = {
    present: this.#present,
    guesses: () => {
      this.#guessed.begin(this.#draft.memory);
      return this.#guess;
    },
  };

  /** Makes a thread's next access; others can only have made theirs before if these are looked at as well, or were. */
  #advance(state: State, index: number, mayEnter = true): NewState {
    const { memory: { words }, threads, sleepers } = state, { pending, moment, settled } = threads[index]!;
    const { name, at, a } = pending!;
    switch (name) {
      case "isDead":
        return this.#resume(state, { index, answer: threads[at]?.died === true ? 1 : 0 });
      case "isAsleep":
        return this.#resume(state, { index, answer: threads[at]?.sleepsAt === AWAKE ? 0 : 1 });
      case "wait":
        return words[at] === a ? fallAsleep(state, index) : this.#resume(state, { index, answer: "not-equal" });
      case "spin":
        return this.#resume(state, { index, answer: "not-equal" });
      case "waitAsync": {
        if (words[at] !== a) return this.#resume(state, { index, answer: STACK });
        const wait = moment!.length + 1, waiting = { ...state, sleepers: [...sleepers, { thread: index, at, wait }] };
        return this.#resume(waiting, { index, answer: wait, parent: state });
      }
      case "turn": {
        const [first, ...others] = settled;
        if (first === undefined) return fallAsleep(state, index);
        return this.#resume(withSettled(state, index, others), { index, answer: first, parent: state });
      }
      case "notify": {
        const woken = sleepers.filter((each) => each.at === at).slice(0, a);
        if (woken.length > 0) this.#isAlone = false;
        let next = this.#resume(state, { index, answer: woken.length });
        for (const sleeper of woken) next = this.#wake(next, sleeper, state);
        return next;
      }
      default:
        return this.#access(state, index, mayEnter);
    }
  }

  /** Looks at a word, or changes it. */
  #access(state: State, index: number, mayEnter: boolean): NewState {
    const { memory, threads } = state, movers = this.#movers, draft = this.#draft, access = threads[index]!.pending!;
    draft.memory = memory;
    this.#running = index;
    const answer = this.#perform(access, state), before = memory.words, after = draft.memory.words;
    this.#isEntering = mayEnter &&
      movers?.isEntering(index, access, { before, after, wasEntering: state.enters === index }) === true;
    const next = this.#resume(state, { index, answer, isChanged: true });
    if (this.#isEntering) next.enters = index;
    return next;
  }

  /** Ends a wait: whoever waits with its stack, or idles, goes on; others are told in a later turn. */
  #wake(state: NewState, sleeper: Sleeper, parent: State): NewState {
    if (!state.sleepers.includes(sleeper)) return state; // its thread's round ended with that very notification
    const { thread: index, wait } = sleeper, awake = state.sleepers.filter((each) => each !== sleeper);
    if (wait === STACK) return this.#resume({ ...state, sleepers: awake }, { index, answer: "ok", parent });
    const { sleepsAt, settled } = state.threads[index]!;
    if (sleepsAt !== IDLE) return { ...withSettled(state, index, [...settled, wait]), sleepers: awake };
    const sleepers = awake.filter(({ thread, at }) => !(thread === index && at === IDLE));
    return this.#resume({ ...state, sleepers }, { index, answer: wait, parent });
  }

  /** Lets a thread go on with what its access answered; `parent` is the state before, if something was prepared since. */
  #resume(state: State, { index, answer, isChanged = false, parent = state }: {
    readonly index: number;
    readonly answer: Result;
    /** Whether the draft is begun already. */
    readonly isChanged?: boolean;
    readonly parent?: State;
  }): NewState {
    const { round, moment, pending, settled } = state.threads[index]!;
    const isNew = state.step === parent.step;
    this.#step = isNew ? { before: parent.step, thread: index, access: pending, answer } : state.step;
    this.#steps = 0;
    if (!isChanged) this.#draft.memory = state.memory;
    const thread = this.#run(state, index, { round, moment, answer });
    const isSame = thread.round === round, memory = this.#draft.memory, step = this.#step;
    const threads = replaced(state.threads, index, isSame && settled.length > 0 ? { ...thread, settled } : thread);
    const sleepers = isSame ? state.sleepers : state.sleepers.filter((each) => each.thread !== index);
    const next = child(parent, { memory, threads, sleepers, step });
    next.length += this.#steps;
    return next;
  }
}
