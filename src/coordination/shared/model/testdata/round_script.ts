import type { Access, Result } from "./access.ts";
import { ModelThread } from "./model_thread.ts";
import type { Round } from "./scenario.ts";

/** Answers an access at once, which may be one of which the code says that nobody could notice it; undefined if the thread is to stop. */
export type Present = (access: Access, isPlain: boolean) => Result | undefined;

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

/**
 * A moment in one thread's round: what its code does next after what it was answered so far.
 *
 * A thread cannot be stopped, so its code is run anew, with a record of answers, to see what it does after them. All it does depends on
 * them alone; so that is done once for each record, however many states it belongs to.
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
    return Moment.#discover(script, undefined, 0, () => undefined);
  }

  /** The moment after the pending access has answered; or a later one, up to which `present` has answered what came. */
  after(answer: Result, present: Present): Moment {
    const first = this.#after;
    if (first !== undefined && first.#answer === answer) return first;
    return this.#others?.find((each) => each.#answer === answer) ??
      Moment.#discover(this.#script, this, answer, present);
  }

  /** Runs the code from its beginning to an access that is not answered. */
  static #discover(script: RoundScript, before: Moment | undefined, answer: Result, present: Present): Moment {
    let latest = before, latestAnswer = answer, thrown: unknown;
    const arrive = (next: Next) => latest = new Moment(script, latest, latestAnswer, next);
    const thread = new ModelThread(script.thread, {
      record: before === undefined ? [] : before.#recordWith(answer),
      stopsAtWrites: script.stopsAtWrites,
      present: (pending, isPlain) => {
        arrive({ pending, isPlain, error: undefined });
        const answer = present(pending, isPlain);
        if (answer !== undefined) latestAnswer = answer;
        return answer;
      },
    });
    try {
      script.round(thread);
    } catch (error) {
      thrown = error;
    }
    if (thread.isStopped && latest !== undefined) return latest;
    const error = thrown instanceof Error ? thrown.message : thrown === undefined ? undefined : String(thrown);
    return arrive({ pending: undefined, isPlain: false, error });
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
