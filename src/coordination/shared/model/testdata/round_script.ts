import type { Access, Result } from "./access.ts";
import { ModelThread } from "./model_thread.ts";
import type { Round } from "./scenario.ts";

/** Answers an access at once, which may be one of which the code says that nobody could notice it; undefined if the thread is to stop. */
export type Present = (access: Access, isPlain: boolean) => Result | undefined;

/** How a thread's accesses are answered while its code is run. */
export interface Answers {
  /** Answers the access that a moment is about to make; undefined if the thread is to stop there. */
  readonly present: (moment: Moment) => Result | undefined;
  /** Once the thread is to stop: answers as if it went on alone; undefined where nobody can say. */
  readonly guesses: () => (access: Access) => Result | undefined;
}

/** One round of one thread. */
export interface RoundScript {
  readonly round: Round;
  /** The thread's index. */
  readonly thread: number;
  /** Whether the thread is to stop before plain writes too. */
  readonly stopsAtWrites: boolean;
  /** How many moments are known, of this round and others. */
  readonly moments: { count: number };
}

/** What comes next; nothing at the round's end. */
interface Next {
  /** The access that the code is about to make. */
  readonly pending: Access | undefined;
  /** Whether the code says that nobody could notice that access. */
  readonly isPlain: boolean;
  /** What the code has thrown, instead of coming to the round's end. */
  readonly error: string | undefined;
}

/** How far a thread is followed that is taken to go on alone; more would be a loop that waits for somebody else. */
const MOST_GUESSES = 24;

/**
 * A moment in one thread's round: what its code does next after what it was answered so far.
 *
 * A thread cannot be stopped, so its code is run anew, with a record of answers, to see what it does after them. All it does depends on
 * them alone; so that is done once for each record, however many states it belongs to. As it costs most to begin anew, the code is let
 * go on where its thread is to stop, with the answers that it would get if nobody else did anything: the moments that it comes to are
 * the likeliest to be asked for next. They are as true as others, for a moment says what comes after a record, not that it comes to that.
 */
export class Moment {
  /** A number of its own, among those of all rounds. */
  readonly id: number;
  /** How many accesses the code has made. */
  readonly length: number;
  readonly pending: Access | undefined;
  readonly isPlain: boolean;
  readonly error: string | undefined;
  readonly #script: RoundScript;
  readonly #before: Moment | undefined;
  readonly #answer: Result;
  /** The moment after the first answer that was known, which is the only one as a rule, and those after others. */
  #after: Moment | undefined = undefined;
  #others: Moment[] | undefined = undefined;

  private constructor(script: RoundScript, before: Moment | undefined, answer: Result, next: Next) {
    this.id = script.moments.count++;
    this.length = before === undefined ? 0 : before.length + 1;
    this.pending = next.pending;
    this.isPlain = next.isPlain;
    this.error = next.error;
    this.#script = script;
    this.#before = before;
    this.#answer = answer;
    if (before === undefined) return;
    if (before.#after === undefined) before.#after = this;
    else (before.#others ??= []).push(this);
  }

  /** The moment before a round's first access. */
  static first(script: RoundScript): Moment {
    return Moment.#discover(script, undefined, 0, { present: () => undefined, guesses: () => () => undefined });
  }

  /** The moment after the pending access has answered; or a later one, up to which `answers` has answered what came. */
  after(answer: Result, answers: Answers): Moment {
    const first = this.#after;
    if (first !== undefined && first.#answer === answer) return first;
    return this.#others?.find((each) => each.#answer === answer) ??
      Moment.#discover(this.#script, this, answer, answers);
  }

  /** Runs the code from its beginning to an access that is not answered, and on by guesses. */
  static #discover(script: RoundScript, before: Moment | undefined, answer: Result, answers: Answers): Moment {
    let latest = before, latestAnswer = answer, thrown: unknown;
    let stop: Moment | undefined, guess: ReturnType<Answers["guesses"]> | undefined, guesses = 0;
    const arrive = (next: Next) => latest = new Moment(script, latest, latestAnswer, next);
    const thread = new ModelThread(script.thread, {
      record: before === undefined ? [] : before.#recordWith(answer),
      stopsAtWrites: script.stopsAtWrites,
      present: (pending, isPlain) => {
        const moment = arrive({ pending, isPlain, error: undefined });
        let answer = stop === undefined ? answers.present(moment) : undefined;
        if (answer === undefined) {
          stop ??= moment;
          guess ??= answers.guesses();
          if (guesses++ < MOST_GUESSES) answer = guess(pending);
        }
        if (answer !== undefined) latestAnswer = answer;
        return answer;
      },
    });
    try {
      script.round(thread);
    } catch (error) {
      thrown = error;
    }
    if (!thread.isStopped || latest === undefined) {
      const error = thrown instanceof Error ? thrown.message : thrown === undefined ? undefined : String(thrown);
      latest = arrive({ pending: undefined, isPlain: false, error });
    }
    return stop ?? latest;
  }

  #recordWith(answer: Result): Result[] {
    const record: Result[] = new Array(this.length + 1);
    record[this.length] = answer;
    // deno-lint-ignore no-this-alias -- it is where the walk begins
    for (let moment: Moment = this; moment.#before !== undefined; moment = moment.#before) {
      record[moment.length - 1] = moment.#answer;
    }
    return record;
  }
}
