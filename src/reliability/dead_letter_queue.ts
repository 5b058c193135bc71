/**
 * Where work that failed for good waits for somebody to look into it.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import { requireNumber } from "./require_number.ts";
import type { DeadLetter } from "./dead_letter.ts";
import { formatLetters, parseLetters } from "./dead_letter_lines.ts";
import { type SerializedError, serializeError } from "./serialized_error.ts";
import { timeout } from "./timeout.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** What failed for good. */
export interface FailedWork<Payload> {
  /** Where it comes from, as in `agent/state`; a filter for later. */
  readonly source: string;
  /** What is needed to do it again; what JSON can say, if it is to be exported. */
  readonly payload: Payload;
  /** What it failed with last: anything. */
  readonly error: unknown;
  /** How often it was tried, at least 1. Default 1. */
  readonly attempts?: number;
}

/** A letter in the queue: plain data. */
export interface QueuedLetter<Payload> {
  /** Unique in its queue; never given twice. */
  readonly id: number;
  /** Where it comes from. */
  readonly source: string;
  /** What is needed to do it again: the same object that was added. */
  readonly payload: Payload;
  /** What it failed with last, also when it was tried again from here. */
  readonly error: SerializedError;
  /** How often it was tried, those from here included. */
  readonly attempts: number;
  /** When it was added, in milliseconds since 1970. */
  readonly addedAtMs: number;
}

/** How many letters are kept, and what happens to more. */
export interface DeadLetterQueueOptions {
  /** How many letters are kept; an integer of at least 1. Default 1,000. */
  readonly maxLetters?: number;
  /** When it is full: the oldest letter gives way, or a new one is refused. Default `"drop-oldest"`. */
  readonly overflow?: "drop-oldest" | "refuse";
  /** Tells milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** Which letters are meant; all that is given must hold. */
export interface LetterFilter<Payload> {
  /** Their source. */
  readonly source?: string;
  /** Their error's name or code. */
  readonly error?: string | number;
  /** Anything else. */
  readonly matches?: (letter: QueuedLetter<Payload>) => boolean;
}

/** Does a letter's work again; what it throws goes back into the letter. */
export type LetterHandler<Payload> = (
  letter: QueuedLetter<Payload>,
  context: { readonly signal: AbortSignal | undefined },
) => unknown;

/** How a letter is tried again. */
export interface RetryLetterOptions {
  /** Goes to the handler; no letter is begun once it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * How long a letter may take, in milliseconds; above 0. Then the handler's signal is aborted, and the letter stays with a
   * `CallTimeoutError` when the handler has failed. By default as long as it takes.
   */
  readonly timeoutMs?: number;
}

/** How letters are tried again. */
export interface RetryLettersOptions<Payload> extends LetterFilter<Payload>, RetryLetterOptions {
  /** How many at once; an integer of at least 1. Default 1. */
  readonly concurrency?: number;
}

/** What became of letters that were tried again. */
export interface RetryLettersResult {
  /** Those that succeeded; they have left the queue. */
  readonly succeeded: readonly number[];
  /** Those that failed once more, or were called off when they had begun; they are still there. */
  readonly failed: readonly number[];
  /** Those that were not tried: the signal was aborted, or somebody else is trying them or took them out. */
  readonly skipped: readonly number[];
}

/** Thrown when a letter is not there, or is being tried by somebody else. */
export class DeadLetterError extends PuffinError {
  /** Words the message. */
  constructor(readonly code: "dead_letter_unknown" | "dead_letter_busy", readonly id: number) {
    super(
      code === "dead_letter_busy"
        ? `Cannot retry dead letter ${id}: it is being retried already; wait for that to end`
        : `Cannot retry dead letter ${id}: the queue has none of this id; it may have been retried, removed or dropped`,
    );
  }
}

/**
 * Keeps dead letters, oldest first: to be listed, looked into, tried again, and carried elsewhere as lines of JSON.
 *
 * It keeps `maxLetters` at most. When it is full, by its `overflow` the oldest makes room (one that is being tried again last),
 * or the new one is refused; either way `dropped` counts what was lost. A letter is tried by one at a time; it leaves when its
 * handler has succeeded and not before, so a process that dies in between leaves it to be tried again: at least once. Errors
 * are kept as plain data, so that no letter holds on to what it was thrown from. Adding, finding and removing are O(1).
 *
 * @typeParam Payload What is needed to do the work again.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { DeadLetterQueue } from "./mod.ts";
 *
 * const letters = new DeadLetterQueue<{ order: number }>();
 * letters.add({ source: "billing", payload: { order: 7 }, error: new TypeError("no address"), attempts: 3 });
 * assertEquals(letters.list({ error: "TypeError" }).map(({ payload }) => payload.order), [7]);
 *
 * const copy = new DeadLetterQueue<unknown>();
 * copy.importLines(letters.exportLines());
 * const { succeeded } = await copy.retryAll(() => "sent by hand");
 * assertEquals([succeeded.length, copy.size, letters.size], [1, 0, 1]);
 * ```
 */
export class DeadLetterQueue<Payload> {
  /** How many letters were lost for want of room. */
  dropped = 0;
  readonly #maxLetters: number;
  readonly #overflow: "drop-oldest" | "refuse";
  readonly #now: () => number;
  /** In order of arrival. */
  readonly #letters = new Map<number, QueuedLetter<Payload>>();
  readonly #busy = new Set<number>();
  #lastId = 0;

  /**
   * Makes an empty one.
   *
   * @throws {RangeError} If an option is out of range.
   */
  constructor(options: DeadLetterQueueOptions = {}) {
    requireOptions("make a dead letter queue", options);
    const { maxLetters = 1000, overflow = "drop-oldest", now = Date.now } = options;
    this.#maxLetters = requireNumber("deadLetters.maxLetters", maxLetters, "count");
    if (overflow !== "drop-oldest" && overflow !== "refuse") {
      throw new RangeError(
        `Cannot use deadLetters.overflow: wanted drop-oldest or refuse, found ${JSON.stringify(overflow)}`,
      );
    }
    this.#overflow = overflow;
    this.#now = now;
  }

  /** How many letters there are. */
  get size(): number {
    return this.#letters.size;
  }

  /**
   * Adds a letter; answers its id, or `undefined` if it is full and refuses.
   *
   * @throws {RangeError} If `attempts` is no integer of at least 1.
   */
  add(work: FailedWork<Payload>): number | undefined {
    const { source, payload, error, attempts = 1 } = requireOptions(
      "add a dead letter",
      work,
      "pass { source, payload, error }",
    );
    requireNumber("attempts of a dead letter", attempts, "count");
    return this.#put({ source, payload, error: serializeError(error), attempts, addedAtMs: this.#now() });
  }

  /** The letters, oldest first. */
  list(filter: LetterFilter<Payload> = {}): QueuedLetter<Payload>[] {
    return [...this.#letters.values()].filter((letter) => fits(letter, filter));
  }

  /** A letter, as long as it is there. */
  get(id: number): QueuedLetter<Payload> | undefined {
    return this.#letters.get(id);
  }

  /** Takes a letter out; `false` if it is not there. One that is being tried again will not come back. */
  remove(id: number): boolean {
    return this.#letters.delete(id);
  }

  /**
   * Tries a letter again: it leaves if `handler` succeeds, and stays with the new error if not. If the signal is aborted
   * meanwhile and the handler fails, it stays as it was: that says nothing about the work.
   *
   * @returns What `handler` returns.
   * @throws {DeadLetterError} If it is not there, or is being tried already.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, if it is aborted before.
   * @throws What `handler` throws.
   */
  async retry<Result>(
    id: number,
    handler: (letter: QueuedLetter<Payload>, context: { readonly signal: AbortSignal | undefined }) => Result,
    options: RetryLetterOptions = {},
  ): Promise<Awaited<Result>> {
    const { signal, timeoutMs } = options, limit = timeoutMs === undefined ? undefined : timeout(timeoutMs);
    signal?.throwIfAborted();
    const letter = this.#letters.get(id);
    if (letter === undefined) throw new DeadLetterError("dead_letter_unknown", id);
    if (this.#busy.has(id)) throw new DeadLetterError("dead_letter_busy", id);
    this.#busy.add(id);
    try {
      const result = await (limit === undefined
        ? handler(letter, { signal })
        : limit.execute(async (context) =>
          await handler(letter, context), options));
      this.#letters.delete(id);
      return result;
    } catch (error) {
      if (this.#letters.has(id) && !signal?.aborted) {
        this.#letters.set(id, { ...letter, error: serializeError(error), attempts: letter.attempts + 1 });
      }
      throw error;
    } finally {
      this.#busy.delete(id);
    }
  }

  /**
   * Tries again all letters that fit, each once, oldest first; one that fails stops no other. Letters that come meanwhile are
   * left.
   *
   * @throws {RangeError} If `concurrency` or `timeoutMs` is out of range.
   */
  async retryAll(
    handler: LetterHandler<Payload>,
    options: RetryLettersOptions<Payload> = {},
  ): Promise<RetryLettersResult> {
    const { concurrency = 1, signal, timeoutMs } = requireOptions("retry dead letters", options);
    requireNumber("concurrency of retryAll", concurrency, "count");
    if (timeoutMs !== undefined) requireNumber("timeoutMs of retryAll", timeoutMs, "duration");
    const ids = this.list(options).map(({ id }) => id);
    const succeeded: number[] = [], failed: number[] = [], skipped: number[] = [];
    const work = ids.values();
    const retryNext = async () => {
      for (const id of work) {
        if (signal?.aborted || this.#busy.has(id) || !this.#letters.has(id)) skipped.push(id);
        else await this.retry(id, handler, options).then(() => succeeded.push(id), () => failed.push(id));
      }
    };
    await Promise.all(Array.from({ length: Math.min(concurrency, ids.length) }, retryNext));
    return { succeeded, failed, skipped };
  }

  /**
   * The letters as lines of JSON, oldest first, each with an end of line.
   *
   * @throws {TypeError} If JSON cannot say a payload, or would say less than it holds, as of a `Map` or `NaN`; the message names
   * its letter and field. What is `undefined` in an object is left out.
   */
  exportLines(filter: LetterFilter<Payload> = {}): string {
    return formatLetters(this.list(filter));
  }

  /**
   * Adds letters that {@linkcode exportLines} has written, under new ids; answers these. Nothing is added if a line is broken.
   *
   * @param parsePayload Checks and converts each payload, and throws if it is none. By default it is taken as it is.
   * @throws {SyntaxError} If a line is no letter; the message says which and why.
   * @throws What `parsePayload` throws.
   */
  importLines(this: DeadLetterQueue<unknown>, text: string): number[];
  /** As above; `parsePayload` says what a payload is. */
  importLines(text: string, parsePayload: (payload: unknown) => Payload): number[];
  importLines(text: string, parsePayload?: (payload: unknown) => Payload): number[] {
    const letters = parseLetters(text).map((letter) => ({
      ...letter,
      // By the first signature a queue that is given no parser takes anything.
      payload: parsePayload === undefined ? letter.payload as Payload : parsePayload(letter.payload),
    }));
    return letters.map((letter) => this.#put(letter)).filter((id) => id !== undefined);
  }

  #put(letter: Omit<QueuedLetter<Payload>, "id">): number | undefined {
    if (this.#letters.size >= this.#maxLetters) {
      this.dropped++;
      if (this.#overflow === "refuse") return undefined;
      this.#letters.delete(this.#oldest());
    }
    const id = ++this.#lastId;
    this.#letters.set(id, { id, ...letter });
    return id;
  }

  /** The one to give way; that one is being tried says that somebody is interested in it. */
  #oldest(): number {
    for (const id of this.#letters.keys()) if (!this.#busy.has(id)) return id;
    const [first] = this.#letters.keys();
    return first!;
  }
}

/** What a queue of letters from agents keeps of each: add it in the observer's `onDeadLetter`. */
export function workOf<Vars extends object>(
  letter: DeadLetter<Vars>,
): FailedWork<{ readonly payload: unknown; readonly variables: Readonly<Partial<Vars>> }> {
  const { agent, state, error, attempts, payload, variables } = requireOptions(
    "keep a dead letter",
    letter,
    "pass what onDeadLetter was given",
  );
  return { source: `${agent}/${state}`, payload: { payload, variables }, error, attempts };
}

function fits<Payload>(letter: QueuedLetter<Payload>, { source, error, matches }: LetterFilter<Payload>): boolean {
  return (source === undefined || letter.source === source) &&
    (error === undefined || letter.error.name === error || letter.error.code === error) &&
    (matches === undefined || matches(letter));
}
