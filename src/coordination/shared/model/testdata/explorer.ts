import type { AtomicMemory, WaitOutcome } from "../../atomic_memory.ts";

/** What one thread of a scenario does: rounds of plain synchronous code, each of which keeps nothing for the next. */
export type Rounds = readonly ((thread: ModelThread) => void)[];

/** What to explore. */
export interface Scenario {
  /** How many words there are, and what is in them at first if not 0. */
  readonly words: number;
  readonly initial?: Readonly<Record<number, number>>;
  readonly threads: readonly Rounds[];
  /** How many waits may be timed out while others could go on. Default 0. */
  readonly timeouts?: number;
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
    | "notify"
    | "write"
    | "isDead"
    | "clock";
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
}

interface State {
  readonly words: readonly number[];
  readonly threads: readonly ThreadState[];
  /** Who sleeps, first come first. */
  readonly sleepers: readonly number[];
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

const AWAKE = -1;

/** The memory as one thread sees it while its code is run once more: what it did before is answered from the record. */
export class ModelThread implements AtomicMemory {
  readonly index: number;
  readonly results: Result[];
  pending: Access | undefined = undefined;
  readonly #words: number[];
  readonly #stopsAtWrites: boolean;
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
    const stuck = state.threads.findIndex(({ pending }) => pending !== undefined);
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
  const threads = scenario.threads.map((_, index) => run(scenario, index, { words, round: 0, results: [], step: "" }));
  return { words, threads, sleepers: [], ...budgets, last: -1, parent: undefined, step: "", length: 0 };
}

/** Runs a thread up to its next access. */
function run(scenario: Scenario, index: number, from: {
  readonly words: number[];
  readonly round: number;
  readonly results: readonly Result[];
  readonly step: string;
}): ThreadState {
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
  const isRescue = !anybodyRuns && state.threads.some(({ died }) => died);
  if (state.timeouts === 0 && !isRescue) return next;
  const timed = state.sleepers.filter((index) => state.threads[index]!.pending!.b === 1); // the others wait without a time-out
  for (const index of isRescue ? timed.slice(0, 1) : timed) { // a rescue is fair: who has slept longest is next
    const words = [...state.words];
    const woken = resume(scenario, state, { index, result: "timed-out", words });
    next.push({
      ...woken,
      sleepers: state.sleepers.filter((each) => each !== index),
      timeouts: isRescue ? state.timeouts : state.timeouts - 1,
    });
  }
  return next;
}

function die(state: State, index: number): State {
  const threads = state.threads.map((thread, at) =>
    at === index ? { ...thread, results: [], pending: undefined, sleepsAt: AWAKE, died: true } : thread
  );
  const sleepers = state.sleepers.filter((each) => each !== index);
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
    case "write":
      words[at] = a | 0;
      return resume(scenario, state, { index, result: old, words });
    case "compareExchange":
      if (old === a) words[at] = b | 0;
      return resume(scenario, state, { index, result: old, words });
    case "add":
      words[at] = (old + a) | 0;
      return resume(scenario, state, { index, result: old, words });
    case "isDead":
      return resume(scenario, state, { index, result: state.threads[at]?.died === true ? 1 : 0, words });
    case "wait": {
      if (old !== a) return resume(scenario, state, { index, result: "not-equal", words });
      const threads = state.threads.map((thread, each) => each === index ? { ...thread, sleepsAt: at } : thread);
      return child(state, { threads, sleepers: [...state.sleepers, index], step: `${index} sleeps on [${at}]` });
    }
    case "notify": {
      const woken = state.sleepers.filter((each) => state.threads[each]!.sleepsAt === at).slice(0, a);
      let after = resume(scenario, state, { index, result: woken.length, words });
      for (const sleeper of woken) {
        after = resume(scenario, after, { index: sleeper, result: "ok", words: [...after.words] }, state);
      }
      return { ...after, sleepers: state.sleepers.filter((each) => !woken.includes(each)) };
    }
    default:
      throw new Error(`no such access: ${name}`);
  }
}

/** Lets a thread go on with what its access answered. */
function resume(
  scenario: Scenario,
  state: State,
  { index, result, words }: { readonly index: number; readonly result: Result; readonly words: number[] },
  parent = state,
): State {
  const { round, results, pending } = state.threads[index]!;
  const step = parent === state ? `${index} ${describe(pending!)} = ${result}` : state.step;
  const thread = run(scenario, index, { words, round, results: [...results, result], step });
  const threads = state.threads.map((each, at) => at === index ? thread : each);
  return child(parent, { words, threads, step });
}

function child(parent: State, changed: Partial<State>): State {
  return { ...parent, ...changed, parent, length: parent.length + 1 };
}

function describe({ name, at, a, b }: Access): string {
  const values = { load: "", isDead: "", wait: ` while ${a}`, compareExchange: ` ${a} -> ${b}` };
  return `${name} [${at}]${name in values ? values[name as keyof typeof values] : ` ${a}`}`;
}

function keyOf({ words, threads, sleepers, timeouts, deaths, preemptions, last }: State): string {
  const parts = threads.map(({ round, results, sleepsAt, died }) =>
    `${round},${sleepsAt},${died}:${results.join(",")}`
  );
  const budget = preemptions === Infinity ? "" : `,${preemptions},${last}`;
  return `${words.join(",")}|${parts.join("|")}|${sleepers.join(",")}|${timeouts},${deaths}${budget}`;
}
