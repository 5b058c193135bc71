import { Timer, type TimerTask, type TimerWheel } from "../../../../reliability/timer_wheel.ts";
import type { AtomicMemory, WaitOutcome } from "../../atomic_memory.ts";

/**
 * What one thread of a scenario does: rounds of plain synchronous code, each of which keeps nothing for the next. What would run in turns
 * of an event loop is a round that calls `turn` again and again; waits that are pending when a round ends are forgotten.
 */
export type Rounds = readonly ((thread: ModelThread) => void)[];

/** What to explore. */
export interface Scenario {
  /** How many words there are, and what is in them at first if not 0. */
  readonly words: number;
  readonly initial?: Readonly<Record<number, number>>;
  readonly threads: readonly Rounds[];
  /** How many waits may be timed out while others could go on. Default 0. */
  readonly timeouts?: number;
  /** Whether somebody's time is also up when nobody can go on, which else is a fault unless somebody has died. Default false. */
  readonly timePasses?: boolean;
  /** How many threads may die, each at any point. Default 0. */
  readonly deaths?: number;
  /** Whether a thread may also die between two plain writes. Default false. */
  readonly stopsAtWrites?: boolean;
  /**
   * How often a thread may be interrupted that could go on; as often as there are accesses by default. Few find most faults, and a
   * scenario that is too large otherwise is explored to its end.
   */
  readonly preemptions?: number;
  /** Accesses after which a path is given up. Default 400. */
  readonly depth?: number;
  /** Says what is wrong when all threads have ended; undefined if all is well. */
  readonly verify?: (words: readonly number[], died: readonly boolean[]) => string | undefined;
}

/** What was found: how far it went, and the first thing wrong with the steps that lead to it. */
export interface Finding {
  readonly states: number;
  /** Whether no path was given up for its depth. */
  readonly complete: boolean;
  readonly fault: string | undefined;
  readonly schedule: readonly string[];
}

interface Access {
  readonly name:
    | "load"
    | "store"
    | "exchange"
    | "compareExchange"
    | "add"
    | "wait"
    | "waitAsync"
    | "turn"
    | "notify"
    | "write"
    | "isDead";
  readonly at: number;
  readonly a: number;
  readonly b: number;
}

type Result = number | WaitOutcome;

interface ThreadState {
  readonly round: number;
  /** What the accesses of this round have answered. */
  readonly results: readonly Result[];
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

interface State {
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

/** Ends a thread's code at the access that has not been made yet. */
class Stop extends Error {}

/** Where a thread sleeps that does not, or that has nothing to do in its event loop. */
const AWAKE = -1, IDLE = -2;
/** The number of a wait with the stack. */
const STACK = 0;

/** The memory as one thread sees it while its code is run once more: what it did before is answered from the record. */
export class ModelThread implements AtomicMemory {
  readonly index: number;
  readonly results: Result[];
  pending: Access | undefined = undefined;
  /** Its event loop's timers; they go off when `turn` has answered that one did. */
  readonly timers: Pick<TimerWheel, "schedule" | "cancel">;
  readonly #words: number[];
  readonly #stopsAtWrites: boolean;
  readonly #scheduled = new Set<Timer>();
  readonly #callbacks = new Map<number, () => void>();
  #replayed = 0;

  constructor(index: number, { words, results, stopsAtWrites }: {
    readonly words: number[];
    readonly results: readonly Result[];
    readonly stopsAtWrites: boolean;
  }) {
    this.index = index;
    this.#words = words;
    this.results = [...results];
    this.#stopsAtWrites = stopsAtWrites;
    this.timers = {
      schedule: (delayMs, task: TimerTask) => {
        const timer = new Timer(task, delayMs, true);
        this.#scheduled.add(timer);
        return timer;
      },
      cancel: (timer) => void this.#scheduled.delete(timer),
    };
  }

  load(at: number): number {
    return this.#number("load", at);
  }

  store(at: number, value: number): void {
    this.#number("store", at, value);
  }

  exchange(at: number, value: number): number {
    return this.#number("exchange", at, value);
  }

  compareExchange(at: number, expected: number, value: number): number {
    return this.#number("compareExchange", at, expected, value);
  }

  add(at: number, delta: number): number {
    return this.#number("add", at, delta);
  }

  wait(at: number, value: number, timeoutMs: number): WaitOutcome {
    const outcome = this.#access({ name: "wait", at, a: value, b: timeoutMs === Infinity ? 0 : 1 });
    if (typeof outcome === "number") throw new Error("the code of a thread depends on more than its accesses");
    return outcome;
  }

  waitAsync(at: number, value: number, woken: () => void): boolean {
    const wait = this.#number("waitAsync", at, value);
    if (wait !== STACK) this.#callbacks.set(wait, woken);
    return wait !== STACK;
  }

  /**
   * Lets the event loop turn once: sleeps until an asynchronous wait is over, and calls back; or answers that a timer is due, if there is
   * one. Whoever may rest has done all it had to, and is not missed if nothing comes any more.
   */
  turn(mayRest: boolean): "called back" | "timed-out" {
    const outcome = this.#access({ name: "turn", at: IDLE, a: mayRest ? 1 : 0, b: this.#scheduled.size > 0 ? 1 : 0 });
    if (outcome === "timed-out") return outcome;
    const callBack = typeof outcome === "number" ? this.#callbacks.get(outcome) : undefined;
    if (callBack === undefined) throw new Error("the code of a thread depends on more than its accesses");
    callBack();
    return "called back";
  }

  /** Lets the timer go off that has been scheduled for longest. */
  ring(): void {
    for (const timer of this.#scheduled) {
      this.#scheduled.delete(timer);
      return timer.task.fire();
    }
  }

  notify(at: number, count: number): number {
    return this.#number("notify", at, count);
  }

  read(at: number): number {
    const known = this.#recall();
    if (typeof known === "number") return known;
    const value = this.#words[at]!;
    this.results.push(value);
    return value;
  }

  write(at: number, value: number): void {
    if (this.#stopsAtWrites) return void this.#number("write", at, value);
    if (this.#recall() !== undefined) return;
    this.#words[at] = value;
    this.results.push(0);
  }

  /** A model's word holds any number, so a double's second word stays unused. */
  readDouble(at: number): number {
    return this.read(at);
  }

  writeDouble(at: number, value: number): void {
    this.write(at, value);
  }

  pause(): void {}

  /** Whether the thread of an index is dead; as the real answer, it may come late. */
  isDead(thread: number): boolean {
    return this.#number("isDead", thread) === 1;
  }

  /** Whether a deadline has passed, which it has as soon as a wait with a time-out was timed out. */
  clock(): number {
    let ms = 0;
    for (const result of this.results.slice(0, this.#replayed)) if (result === "timed-out") ms += 1;
    return ms;
  }

  #number(name: Access["name"], at: number, a = 0, b = 0): number {
    const result = this.#access({ name, at, a, b });
    if (typeof result !== "number") throw new Error("the code of a thread depends on more than its accesses");
    return result;
  }

  #recall(): Result | undefined {
    if (this.pending !== undefined) throw new Stop(); // code in a `finally` block: it does nothing any more
    return this.#replayed < this.results.length ? this.results[this.#replayed++] : (this.#replayed++, undefined);
  }

  #access(access: Access): Result {
    const known = this.#recall();
    if (known !== undefined) return known;
    this.pending = access;
    throw new Stop();
  }
}

/**
 * Runs every interleaving of a scenario's threads, each state once, and stops at the first fault: an exception in a thread, a state in
 * which nobody can go on though nobody has died, threads that go on for ever, or what `verify` says.
 *
 * A thread cannot be stopped, so it is run anew for each of its steps, with what its earlier accesses answered, up to the next one. So
 * a state is the memory and what each thread was answered; two paths that lead to the same one are followed once. Who sleeps is woken
 * by a notification, in order of arrival; by a time-out, while the budget lasts; and, once somebody has died, when nobody else can
 * go on: after a death a time-out is what rescues the others, but while all live nobody may depend on one.
 */
export function explore(scenario: Scenario): Finding {
  const { depth = 400, timeouts = 0, deaths = 0, preemptions = Infinity, verify } = scenario;
  const initial = Array.from({ length: scenario.words }, (_, at) => scenario.initial?.[at] ?? 0);
  const stack: State[] = [start(scenario, initial, { timeouts, deaths, preemptions })];
  const seen = new Set<string>();
  let complete = true;
  const finding = (state: State | undefined, fault: string | undefined): Finding => {
    const schedule: string[] = [];
    for (let at = state; at !== undefined; at = at.parent) if (at.step !== "") schedule.unshift(at.step);
    return { states: seen.size, complete, fault, schedule };
  };
  for (let state = stack.pop(); state !== undefined; state = stack.pop()) {
    const key = keyOf(state);
    if (seen.has(key)) continue;
    seen.add(key);
    if (state.length >= depth) {
      complete = false;
      continue;
    }
    try {
      const next = successors(scenario, state);
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

class Fault extends Error {
  constructor(message: string, readonly step: string) {
    super(message);
  }
}

function start(
  scenario: Scenario,
  initial: number[],
  budgets: Pick<State, "timeouts" | "deaths" | "preemptions">,
): State {
  const words = [...initial];
  const threads = scenario.threads.map((_, index) => ({
    ...run(scenario, index, { words, round: 0, results: [], step: "" }),
    settled: [],
  }));
  return { words, threads, sleepers: [], ...budgets, last: -1, parent: undefined, step: "", length: 0 };
}

/** Runs a thread up to its next access. */
function run(scenario: Scenario, index: number, from: {
  readonly words: number[];
  readonly round: number;
  readonly results: readonly Result[];
  readonly step: string;
}): Omit<ThreadState, "settled"> {
  const rounds = scenario.threads[index]!;
  let { round, results } = from;
  for (; round < rounds.length; round++, results = []) {
    const thread = new ModelThread(index, {
      words: from.words,
      results,
      stopsAtWrites: scenario.stopsAtWrites === true,
    });
    try {
      rounds[round]!(thread);
    } catch (error) {
      if (thread.pending === undefined) {
        throw new Fault(`thread ${index}: ${error instanceof Error ? error.message : String(error)}`, from.step);
      }
    }
    if (thread.pending !== undefined) {
      return { round, results: thread.results, pending: thread.pending, sleepsAt: AWAKE, died: false };
    }
  }
  return { round, results: [], pending: undefined, sleepsAt: AWAKE, died: false };
}

function successors(scenario: Scenario, state: State): State[] {
  const next: State[] = [];
  let anybodyRuns = false;
  const last = state.threads[state.last], goesOn = last?.pending !== undefined && last.sleepsAt === AWAKE;
  state.threads.forEach((thread, index) => {
    if (thread.pending === undefined) return;
    if (state.deaths > 0) next.push(die(state, index));
    if (thread.sleepsAt !== AWAKE) return;
    anybodyRuns = true;
    const preemptions = index !== state.last && goesOn ? state.preemptions - 1 : state.preemptions;
    if (preemptions >= 0) next.push({ ...advance(scenario, state, index), preemptions, last: index });
  });
  const isRescue = !anybodyRuns && (scenario.timePasses === true || state.threads.some(({ died }) => died));
  if (state.timeouts === 0 && !isRescue) return next;
  const timed = state.sleepers.filter(({ thread, wait }) =>
    // the others wait without a time-out
    wait === STACK && state.threads[thread]!.pending!.b === 1
  );
  for (const sleeper of isRescue ? timed.slice(0, 1) : timed) { // a rescue is fair: who has slept longest is next
    const awake = { ...state, sleepers: state.sleepers.filter((each) => each !== sleeper) };
    const woken = resume(
      scenario,
      awake,
      { index: sleeper.thread, result: "timed-out", words: [...state.words] },
      state,
    );
    next.push({ ...woken, timeouts: isRescue ? state.timeouts : state.timeouts - 1 });
  }
  return next;
}

function die(state: State, index: number): State {
  const threads = state.threads.map((thread, at) =>
    at === index ? { ...thread, results: [], pending: undefined, sleepsAt: AWAKE, died: true, settled: [] } : thread
  );
  const sleepers = state.sleepers.filter(({ thread }) => thread !== index);
  return child(state, { threads, sleepers, deaths: state.deaths - 1, step: `${index} dies` });
}

/** Makes a thread's next access. */
function advance(scenario: Scenario, state: State, index: number): State {
  const { name, at, a, b } = state.threads[index]!.pending!;
  const words = [...state.words], old = words[at] ?? 0;
  switch (name) {
    case "load":
      return resume(scenario, state, { index, result: old, words });
    case "store":
    case "exchange":
      words[at] = a | 0;
      return resume(scenario, state, { index, result: old, words });
    case "write": // perhaps of a double
      words[at] = a;
      return resume(scenario, state, { index, result: old, words });
    case "compareExchange":
      if (old === a) words[at] = b | 0;
      return resume(scenario, state, { index, result: old, words });
    case "add":
      words[at] = (old + a) | 0;
      return resume(scenario, state, { index, result: old, words });
    case "isDead":
      return resume(scenario, state, { index, result: state.threads[at]?.died === true ? 1 : 0, words });
    case "wait":
      if (old !== a) return resume(scenario, state, { index, result: "not-equal", words });
      return fallAsleep(state, { thread: index, at, wait: STACK });
    case "waitAsync": {
      if (old !== a) return resume(scenario, state, { index, result: STACK, words });
      const wait = state.threads[index]!.results.length + 1;
      const waiting = { ...state, sleepers: [...state.sleepers, { thread: index, at, wait }] };
      return resume(scenario, waiting, { index, result: wait, words }, state);
    }
    case "turn": {
      const [first, ...settled] = state.threads[index]!.settled;
      if (first === undefined) return fallAsleep(state, { thread: index, at, wait: STACK });
      return resume(scenario, withSettled(state, index, settled), { index, result: first, words }, state);
    }
    case "notify": {
      const woken = state.sleepers.filter((each) => each.at === at).slice(0, a);
      const after = resume(scenario, state, { index, result: woken.length, words });
      return woken.reduce((so, sleeper) => wake(scenario, so, { sleeper, parent: state }), after);
    }
    default:
      throw new Error(`no such access: ${name}`);
  }
}

function fallAsleep(state: State, sleeper: Sleeper): State {
  const threads = state.threads.map((thread, each) =>
    each === sleeper.thread ? { ...thread, sleepsAt: sleeper.at } : thread
  );
  const step = sleeper.at === IDLE ? `${sleeper.thread} idles` : `${sleeper.thread} sleeps on [${sleeper.at}]`;
  return child(state, { threads, sleepers: [...state.sleepers, sleeper], step });
}

/** Ends a wait: whoever waits with its stack, or idles, goes on; others are told in a later turn. */
function wake(scenario: Scenario, state: State, { sleeper, parent }: {
  readonly sleeper: Sleeper;
  readonly parent: State;
}): State {
  if (!state.sleepers.includes(sleeper)) return state; // its thread's round ended with that very notification
  const { thread: index, wait } = sleeper, awake = state.sleepers.filter((each) => each !== sleeper);
  if (wait === STACK) {
    return resume(scenario, { ...state, sleepers: awake }, { index, result: "ok", words: [...state.words] }, parent);
  }
  const { sleepsAt, settled } = state.threads[index]!;
  if (sleepsAt !== IDLE) return { ...withSettled(state, index, [...settled, wait]), sleepers: awake };
  const sleepers = awake.filter(({ thread, at }) => !(thread === index && at === IDLE));
  return resume(scenario, { ...state, sleepers }, { index, result: wait, words: [...state.words] }, parent);
}

function withSettled(state: State, index: number, settled: readonly number[]): State {
  return { ...state, threads: state.threads.map((thread, at) => at === index ? { ...thread, settled } : thread) };
}

/** Lets a thread go on with what its access answered; `parent` is the state before, if something was prepared since. */
function resume(
  scenario: Scenario,
  state: State,
  { index, result, words }: { readonly index: number; readonly result: Result; readonly words: number[] },
  parent = state,
): State {
  const { round, results, pending, settled } = state.threads[index]!;
  const step = state.parent === parent ? state.step : `${index} ${describe(pending!)} = ${result}`;
  const thread = run(scenario, index, { words, round, results: [...results, result], step });
  const isSame = thread.round === round;
  const threads = state.threads.map((each, at) => at === index ? { ...thread, settled: isSame ? settled : [] } : each);
  const sleepers = isSame ? state.sleepers : state.sleepers.filter((each) => each.thread !== index);
  return child(parent, { words, threads, sleepers, step });
}

function child(parent: State, changed: Partial<State>): State {
  return { ...parent, ...changed, parent, length: parent.length + 1 };
}

function describe({ name, at, a, b }: Access): string {
  if (name === "turn") return name;
  const values = {
    load: "",
    isDead: "",
    wait: ` while ${a}`,
    waitAsync: ` while ${a}`,
    compareExchange: ` ${a} -> ${b}`,
  };
  return `${name} [${at}]${name in values ? values[name as keyof typeof values] : ` ${a}`}`;
}

function keyOf({ words, threads, sleepers, timeouts, deaths, preemptions, last }: State): string {
  const parts = threads.map(({ round, results, sleepsAt, died, settled }) =>
    `${round},${sleepsAt},${died}:${results.join(",")};${settled.join(",")}`
  );
  const asleep = sleepers.map(({ thread, at, wait }) => `${thread}@${at}#${wait}`);
  const budget = preemptions === Infinity ? "" : `,${preemptions},${last}`;
  return `${words.join(",")}|${parts.join("|")}|${asleep.join(",")}|${timeouts},${deaths}${budget}`;
}
