/**
 * A meeting point: nobody goes on before all have come.
 *
 * @module
 */

import { type BarrierBreak, BrokenBarrierError } from "./broken_barrier_error.ts";
import { Accounts, nameOf, type PrimitiveOptions, type PrimitiveSnapshot } from "./primitive.ts";
import { requireCount } from "./require_count.ts";
import { TurnLine } from "./turn_line.ts";
import { readTurnOptions, type TurnOptions } from "./turn_options.ts";
import { WaitTimeoutError } from "./waiter.ts";
import { foundValue } from "./found_value.ts";
import { requireFunction } from "./require_function.ts";

/** What a barrier can be made with. */
export interface BarrierOptions extends PrimitiveOptions {
  /**
   * Called once a generation, when all have come and before any goes on. May be asynchronous: all wait for what it returns. If it
   * throws or rejects the barrier breaks, and what it threw is the cause.
   */
  readonly action?: (generation: number) => unknown;
}

/** What a party learns when it goes on. */
export interface BarrierPass {
  /** Which meeting it was, from 0. */
  readonly generation: number;
  /** In which place it arrived, from 0 to one less than there are parties. */
  readonly index: number;
}

/** How a barrier stands. */
export interface BarrierSnapshot extends PrimitiveSnapshot {
  /** What it is. */
  readonly type: "barrier";
  /** How many must come. */
  readonly parties: number;
  /** How many have, and wait. */
  readonly arrived: number;
  /** Which meeting is next, or under way. */
  readonly generation: number;
  /** Whether nobody can pass before a reset. */
  readonly broken: boolean;
}

/** The most parties a barrier may have. */
export const MAX_PARTIES = 1_000_000;

/** An action that has been called, for the meeting of the first `waiting` in line. */
interface Acting {
  readonly waiting: number;
  /** Why nobody goes on when it ends. */
  error: BrokenBarrierError | undefined;
}

/**
 * Lets a fixed number of parties go on together, again and again.
 *
 * Either all parties of a generation pass or none does: whoever times out, is aborted or leaves breaks the barrier
 * for all who wait, and it stays broken until `reset()`, for the meeting cannot take place any more. An aborted
 * signal breaks it also on arrival. They go on in the order in which they arrived; `priority` has no say, and one
 * owner may come as several parties. An arrival costs O(1), the last one O(parties).
 *
 * If the action throws or rejects nobody passes: all of the generation, the last to arrive included, get a
 * {@linkcode BrokenBarrierError} with its error as the cause. While an asynchronous one goes on, a party of its generation
 * that gives up still breaks it for all. Newcomers wait for the next generation, and two actions never overlap; a
 * newcomer that gives up, or a party that leaves, then breaks the barrier from the next generation on, for the one that
 * has met goes on as its action says. (Java's and Python's barriers run it under a lock: nobody can come or give up meanwhile.)
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Barrier } from "./barrier.ts";
 *
 * const sums: number[] = [], parts = [0, 0];
 * const barrier = new Barrier(2, { action: () => sums.push(parts[0]! + parts[1]!) });
 * const work = async (place: number) => {
 *   for (const round of [1, 2]) {
 *     parts[place] = round;
 *     await barrier.arrive({ timeoutMs: 60_000 });
 *   }
 * };
 * await Promise.all([work(0), work(1)]);
 * assertEquals(sums, [2, 4]);
 * ```
 */
export class Barrier {
  /** How many must come. */
  readonly parties: number;
  readonly #name: string | undefined;
  readonly #accounts: Accounts;
  /** Who has arrived; they want to pass in a generation. */
  readonly #line: TurnLine<BarrierPass, number>;
  readonly #action: ((generation: number) => unknown) | undefined;
  #generation = 0;
  #broken: BrokenBarrierError | undefined = undefined;
  #acting: Acting | undefined = undefined;

  /**
   * Makes a barrier.
   *
   * @param parties How many must come: an integer from 1 to {@linkcode MAX_PARTIES}.
   * @throws {RangeError} If it is none.
   * @throws {TypeError} If the action is not a function.
   */
  constructor(parties: number, options?: BarrierOptions) {
    requireCount("make a barrier with parties", parties, {
      min: 1,
      max: MAX_PARTIES,
      advice: "give it the number of those who meet",
    });
    const action = options?.action;
    if (action !== undefined && typeof action !== "function") {
      throw new TypeError(
        `Cannot make a barrier with action ${foundValue(action)}: expected a function; leave it out for none`,
      );
    }
    this.parties = parties;
    this.#action = action;
    this.#name = options?.name;
    this.#accounts = new Accounts(options);
    this.#line = new TurnLine(this.#accounts, {
      timeoutError: (_, timeoutMs) =>
        new WaitTimeoutError(this.#what(), timeoutMs, this.#state(), {
          action: "pass",
          remedy: "find out who does not arrive",
        }),
      left: ({ want }, { why, reason }) => this.#break(why, reason, want),
    });
  }

  /** What people call it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How many have arrived, and wait. */
  get arrived(): number {
    return this.#line.size;
  }

  /** Which meeting is next, or under way; from 0, one more after each meeting and each reset. */
  get generation(): number {
    return this.#generation;
  }

  /** Whether nobody can pass before a reset. */
  get broken(): boolean {
    return this.#broken !== undefined;
  }

  /**
   * Passes if all others have arrived; `undefined` means "not now", and that the caller has not arrived.
   *
   * If the action is asynchronous the caller goes on while the others wait for it.
   *
   * @throws {BrokenBarrierError} If the barrier is broken, or the action throws.
   */
  tryArrive(): BarrierPass | undefined {
    if (this.#broken !== undefined) throw this.#broken;
    const waiting = this.parties - 1;
    if (this.#acting !== undefined || this.#line.size < waiting) return undefined;
    this.#dismissAborted(waiting);
    if (this.#broken !== undefined) throw this.#broken;
    const pass = { generation: this.#generation, index: waiting };
    if (this.#action === undefined) {
      this.#pass(waiting);
    } else {
      const { error } = this.#act(this.#action, waiting);
      this.#actIfFull(); // of those who arrived meanwhile
      if (error !== undefined) throw error;
    }
    this.#accounts.grants++;
    return pass;
  }

  /**
   * Waits until all have arrived.
   *
   * @throws {BrokenBarrierError} If the barrier is broken, or breaks meanwhile.
   * @throws {WaitTimeoutError} If not all arrive within `timeoutMs`; that breaks the barrier for the others.
   * @throws {RangeError} If `timeoutMs` is out of range; then the caller has not arrived.
   * @throws {TypeError} If `priority` or `owner` is none; then the caller has not arrived.
   * @throws The signal's reason, once the signal is aborted; that breaks the barrier for the others.
   */
  arrive(options?: TurnOptions): Promise<BarrierPass> {
    try {
      return this.#arrive(options === undefined ? undefined : readTurnOptions(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Calls `fn`, then arrives; if `fn` fails the caller leaves, so that nobody waits for it.
   *
   * @returns What `fn` returns, once all have arrived.
   * @throws What `fn` or {@linkcode arrive} throws.
   */
  async withBarrier<Result>(fn: () => Result | PromiseLike<Result>, options?: TurnOptions): Promise<Result> {
    requireFunction("call", fn);
    let result: Result;
    try {
      result = await fn();
    } catch (error) {
      this.leave(error);
      throw error;
    }
    await this.arrive(options);
    return result;
  }

  /** Says that a party will not come: breaks the barrier, for those who wait and those who come; `cause` tells them why. */
  leave(cause?: unknown): void {
    this.#break("leave", cause, this.#nextMeeting);
  }

  /** Sends away whoever waits, with a {@linkcode BrokenBarrierError}, and begins a new generation: also of a broken barrier. */
  reset(): void {
    this.#broken = undefined;
    if (this.#line.size > 0 || this.#acting !== undefined) this.#break("reset", undefined, this.#generation);
    this.#broken = undefined;
    this.#generation++;
  }

  /** How it stands; nobody ever holds it. */
  snapshot(): BarrierSnapshot {
    return {
      type: "barrier",
      name: this.#name,
      holders: [],
      waiters: this.#line.snapshots(() => 1),
      totals: this.#accounts.totals(),
      parties: this.parties,
      arrived: this.#line.size,
      generation: this.#generation,
      broken: this.broken,
    };
  }

  /** The action under way, if what it was called for has not broken since. */
  get #live(): Acting | undefined {
    return this.#acting?.error === undefined ? this.#acting : undefined;
  }

  /** The generation of whoever comes now. */
  get #nextMeeting(): number {
    const { size } = this.#line, acting = this.#live;
    const next = acting === undefined ? size / this.parties : 1 + (size - acting.waiting) / this.parties;
    return this.#generation + Math.floor(next);
  }

  #what(): string {
    return nameOf("barrier", this.#name);
  }

  #state(): string {
    return this.#acting === undefined
      ? `${this.#line.size} of ${this.parties} have arrived`
      : "its action has not ended";
  }

  /** The options have been read, and checked but for whether the signal is aborted. */
  #arrive(own: TurnOptions | undefined): Promise<BarrierPass> {
    const signal = own?.signal;
    if (signal !== undefined && signal.aborted) {
      this.#break("abort", signal.reason, this.#nextMeeting);
      throw signal.reason;
    }
    const waiting = this.parties - 1, isLast = this.#action === undefined && this.#line.size === waiting;
    if (isLast) this.#dismissAborted(waiting);
    if (this.#broken !== undefined) throw this.#broken;
    if (isLast) {
      const pass = { generation: this.#generation, index: waiting };
      this.#pass(waiting);
      this.#accounts.grants++;
      return Promise.resolve(pass);
    }
    const promise = this.#line.joinLast(this.#nextMeeting, own);
    this.#actIfFull();
    return promise;
  }

  #pass(waiting: number): void {
    const generation = this.#generation++;
    for (let index = 0; index < waiting; index++) {
      const { first } = this.#line;
      if (first !== undefined) this.#line.serve(first, { generation, index });
    }
  }

  /** Lets a party give up whose signal is aborted and has not told it yet, so that nobody passes with it. */
  #dismissAborted(waiting: number): void {
    let waiter = this.#line.first;
    for (let place = 0; place < waiting && waiter !== undefined; place++, waiter = waiter.next) {
      if (waiter.isAborted) return waiter.handleEvent();
    }
  }

  /** Only more than one generation's newcomers, who came during an action, make it loop. */
  #actIfFull(): void {
    while (this.#action !== undefined && this.#acting === undefined && this.#line.size >= this.parties) {
      this.#dismissAborted(this.parties);
      if (this.#broken !== undefined) return;
      this.#act(this.#action, this.parties);
    }
  }

  #act(action: (generation: number) => unknown, waiting: number): Acting {
    const acting: Acting = { waiting, error: undefined };
    this.#acting = acting; // before the call, for the action may arrive, leave or reset itself
    try {
      const outcome = action(this.#generation);
      if (isPromiseLike(outcome)) {
        outcome.then(() => {
          this.#acted(acting);
          this.#actIfFull();
        }, (error) => {
          this.#failed(acting, error);
          this.#actIfFull();
        });
      } else this.#acted(acting);
    } catch (error) {
      this.#failed(acting, error);
    }
    return acting;
  }

  #acted(acting: Acting): void {
    this.#acting = undefined;
    if (acting.error === undefined) this.#pass(acting.waiting);
  }

  #failed(acting: Acting, error: unknown): void {
    if (acting.error === undefined) this.#break("action", error, this.#generation);
    this.#acting = undefined;
  }

  /** Somebody of a generation will not pass: then nobody does of it and those after it, but whoever has met before. */
  #break(why: BarrierBreak, cause: unknown, whose: number): void {
    const acting = this.#live;
    const generation = acting !== undefined && whose > this.#generation ? this.#generation + 1 : this.#generation;
    if (this.#broken !== undefined && this.#broken.generation <= generation) return;
    const error = new BrokenBarrierError(this.#what(), { generation, why, cause });
    this.#broken = error;
    if (acting !== undefined && generation === this.#generation) acting.error = error;
    for (let waiter = this.#line.first; waiter !== undefined;) {
      const { next, want } = waiter;
      if (want >= generation) {
        if (waiter.isAborted) this.#line.dismiss(waiter);
        else this.#line.refuse(waiter, error);
      }
      waiter = next;
    }
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    typeof Reflect.get(value, "then") === "function";
}
