import type { Access, Result } from "./access.ts";
import { ModelThread } from "./model_thread.ts";
import type { Round } from "./scenario.ts";

/**
 * A moment in one thread's round: what its code does next after what it was answered so far.
 *
 * A thread cannot be stopped, so its code is run anew, with a record of answers, to see what it does after them. All it does depends on
 * them alone; so that is done once for each record, however many states it belongs to.
 */
export class Moment {
  /** A number of its own. */
  readonly id: number;
  /** How many accesses the code has made. */
  readonly length: number;
  /** The access that comes next; undefined at the round's end. */
  readonly pending: Access | undefined;
  /** Whether the code says that nobody could notice that access. */
  readonly isPlain: boolean;
  /** What the code has thrown, instead of coming to the round's end. */
  readonly error: string | undefined;
  readonly #script: RoundScript;
  readonly #before: Moment | undefined;
  readonly #answer: Result;
  readonly #after = new Map<Result, Moment>();

  /** Runs the code once; `before` and `answer` are undefined and 0 where it begins. */
  constructor(script: RoundScript, before: Moment | undefined, answer: Result) {
    this.id = script.count++;
    this.length = before === undefined ? 0 : before.length + 1;
    this.#script = script;
    this.#before = before;
    this.#answer = answer;
    const record: Result[] = [];
    for (let at: Moment | undefined = before, last = answer; at !== undefined; last = at.#answer, at = at.#before) {
      record.push(last);
    }
    const thread = new ModelThread(script.thread, record.reverse(), script.stopsAtWrites);
    let thrown: unknown;
    try {
      script.round(thread);
    } catch (error) {
      thrown = error;
    }
    this.pending = thread.pending;
    this.isPlain = thread.isPlain;
    this.error = thread.pending !== undefined || thrown === undefined
      ? undefined
      : thrown instanceof Error
      ? thrown.message
      : String(thrown);
  }

  /** The moment after the pending access has answered. */
  after(answer: Result): Moment {
    let after = this.#after.get(answer);
    if (after === undefined) this.#after.set(answer, after = new Moment(this.#script, this, answer));
    return after;
  }
}

/** One round of one thread. */
export interface RoundScript {
  readonly round: Round;
  /** The thread's index. */
  readonly thread: number;
  /** Whether the thread is to stop before plain writes too. */
  readonly stopsAtWrites: boolean;
  /** How many moments are known. */
  count: number;
}
