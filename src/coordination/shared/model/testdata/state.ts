import { type Access, describe, type Result } from "./access.ts";
import type { Memory } from "./memory.ts";
import { IDLE, STACK } from "./model_thread.ts";
import { NOBODY } from "./movers.ts";
import type { Moment } from "./round_script.ts";

/** Where one thread of a state is. */
export interface ThreadState {
  readonly round: number;
  /** Where it is in this round; undefined when the thread has ended. */
  readonly moment: Moment | undefined;
  /** The access that comes next; undefined when the thread has ended. */
  readonly pending: Access | undefined;
  /** Whether other threads cannot tell when that one is made, as far as movers are known. */
  readonly isAtMover: boolean;
  readonly sleepsAt: number;
  readonly died: boolean;
  /** Its asynchronous waits that are over, but of which it was not told yet. */
  readonly settled: readonly number[];
}

/** Somebody who waits on a word: with its stack, or by an asynchronous wait with a number. */
export interface Sleeper {
  readonly thread: number;
  readonly at: number;
  readonly wait: number;
}

/** What has led to a state, after what has led to the one before: states themselves need not be kept. */
export interface Step {
  /** Undefined after the start. */
  readonly before: Step | undefined;
  readonly thread: number;
  /** What the thread has done; undefined if it died. */
  readonly access: Access | undefined;
  /** What that was answered; undefined if it was not yet, as the thread sleeps. */
  readonly answer: Result | undefined;
}

/** Where all is between two accesses. */
export interface State {
  readonly memory: Memory;
  readonly threads: readonly ThreadState[];
  /** Who sleeps, first come first. */
  readonly sleepers: readonly Sleeper[];
  readonly timeouts: number;
  readonly deaths: number;
  /** How many are left, or {@linkcode UNBOUNDED}. */
  readonly preemptions: number;
  /** Who made the last access. */
  readonly last: number;
  /** Who has a lock, and has done nothing since that anybody else could tell the moment of; {@linkcode NOBODY} for none. */
  readonly enters: number;
  /** Undefined at the start. */
  readonly step: Step | undefined;
  readonly length: number;
}

/** Infinitely many preemptions: as a small integer, for which nothing is allocated where a state holds it. */
export const UNBOUNDED = (1 << 30) - 1;

/** Where a thread sleeps that does not. */
export const AWAKE = -1;

/** No waits that are over; one list for all threads that have none. */
export const NONE: readonly number[] = [];

/** A state that nobody has looked at yet. */
export type NewState = { -readonly [Key in keyof State]: State[Key] };

/** A list with another item in one place, in half the time of `with`. */
export function replaced<Item>(items: readonly Item[], at: number, item: Item): readonly Item[] {
  const copy = items.slice();
  copy[at] = item;
  return copy;
}

/** A state that comes of another one by a step. */
export function child(
  parent: State,
  { memory, threads, sleepers, step }: Pick<State, "memory" | "threads" | "sleepers" | "step">,
): NewState {
  return {
    memory,
    threads,
    sleepers,
    timeouts: parent.timeouts,
    deaths: parent.deaths,
    preemptions: parent.preemptions,
    last: parent.last,
    enters: NOBODY,
    step,
    length: parent.length + 1,
  };
}

/** A thread dies. */
export function die(state: State, index: number): NewState {
  const { memory, threads, sleepers } = state, { round } = threads[index]!;
  const dead = {
    round,
    moment: undefined,
    pending: undefined,
    isAtMover: false,
    sleepsAt: AWAKE,
    died: true,
    settled: NONE,
  };
  const next = child(state, {
    memory,
    threads: replaced(threads, index, dead),
    sleepers: sleepers.filter(({ thread }) => thread !== index),
    step: { before: state.step, thread: index, access: undefined, answer: undefined },
  });
  next.deaths--;
  return next;
}

/** A thread begins to wait with its stack, or to idle, as its next access wants it. */
export function fallAsleep(state: State, index: number): NewState {
  const { memory, threads, sleepers } = state, { round, moment, pending, isAtMover, died, settled } = threads[index]!;
  const { at } = pending!, asleep = { round, moment, pending, isAtMover, sleepsAt: at, died, settled };
  return child(state, {
    memory,
    threads: replaced(threads, index, asleep),
    sleepers: [...sleepers, { thread: index, at, wait: STACK }],
    step: { before: state.step, thread: index, access: pending, answer: undefined },
  });
}

/** The same but for a thread's waits that are over. */
export function withSettled(state: State, index: number, settled: readonly number[]): State {
  return { ...state, threads: replaced(state.threads, index, { ...state.threads[index]!, settled }) };
}

/** Whether a thread turns in a loop until a word changes, which it has not. */
export function isSpinning(words: readonly number[], { name, at, a }: Access): boolean {
  return name === "spin" && words[at] === a;
}

/** Whether nobody else can do anything before a thread stops of itself, if so many preemptions are left once it goes on. */
export function canBeLeftAlone({ threads, deaths, timeouts }: State, index: number, preemptions: number): boolean {
  return deaths === 0 && threads.every(({ pending, sleepsAt }, other) => {
    if (pending === undefined || other === index) return true;
    if (timeouts > 0 && pending.b === 1 && (sleepsAt !== AWAKE || pending.name === "spin")) return false;
    return sleepsAt !== AWAKE || preemptions === 0;
  });
}

/** What a thread is told when it asks whether another one has died, 1 if so, when that cannot change any more; undefined if it can. */
export function fateOf(asker: number, asked: number, { threads, deaths }: Pick<State, "threads" | "deaths">) {
  if (asked < 0 || asked === asker) return 0;
  const thread = threads[asked]; // undefined before it has begun
  if (thread?.died === true) return 1;
  return deaths === 0 || (thread !== undefined && thread.pending === undefined) ? 0 : undefined;
}

/** A step, as a schedule shows it. */
export function describeStep({ thread, access, answer }: Step): string {
  if (access === undefined) return `${thread} dies`;
  if (answer !== undefined) return `${thread} ${describe(access)} = ${answer}`;
  return access.at === IDLE ? `${thread} idles` : `${thread} sleeps on [${access.at}]`;
}
