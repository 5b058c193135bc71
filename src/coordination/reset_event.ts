/**
 * Something that has happened, told to whoever waits for it.
 *
 * @module
 */

import { Accounts, nameOf, type PrimitiveOptions, type PrimitiveSnapshot } from "./primitive.ts";
import { TurnLine } from "./turn_line.ts";
import { ownTurnOptions, type TurnOptions } from "./turn_options.ts";
import { WaitTimeoutError } from "./waiter.ts";

/** Whom a {@linkcode ResetEvent.set} lets go on: everybody until it is reset, or one, upon which it resets itself. */
export type ResetMode = "manual" | "auto";

/** What an event can be made with. */
export interface ResetEventOptions extends PrimitiveOptions {
  /** Who resets it. Default `"manual"`. */
  readonly mode?: ResetMode;
  /** Whether it is set at first. Default false. */
  readonly isSet?: boolean;
}

/** How an event stands. */
export interface ResetEventSnapshot extends PrimitiveSnapshot {
  /** What it is. */
  readonly type: "event";
  /** Who resets it. */
  readonly mode: ResetMode;
  /** Whether it lets through whoever comes. */
  readonly isSet: boolean;
}

const PASSED: Promise<void> = Promise.resolve();

/**
 * An event that is set and reset: by hand, or by whoever goes on because of it.
 *
 * With mode `"manual"` a `set` lets all go on who wait, and whoever comes before `reset`. With mode `"auto"` each
 * `set` lets exactly one go on: the most urgent of those who wait, in order of arrival, else the next who comes; it
 * is not counted, so that two `set` with nobody waiting let one go on. A waiter that gives up takes no `set` with it.
 * Every method is O(1), but for `set` by hand: O(waiters).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ResetEvent } from "./reset_event.ts";
 *
 * const work = new ResetEvent({ mode: "auto", name: "work" });
 * const served: string[] = [];
 * const workers = ["a", "b"].map((name) => work.wait().then(() => served.push(name)));
 * work.set();
 * await workers[0];
 * assertEquals([served, work.isSet], [["a"], false]);
 * work.set();
 * await workers[1];
 * assertEquals(served, ["a", "b"]);
 * ```
 */
export class ResetEvent {
  /** Who resets it. */
  readonly mode: ResetMode;
  readonly #isManual: boolean;
  readonly #name: string | undefined;
  readonly #accounts: Accounts;
  readonly #line: TurnLine<void, void>;
  #isSet: boolean;

  /**
   * Makes an event.
   *
   * @throws {TypeError} If `mode` is neither `"manual"` nor `"auto"`, or `isSet` is not a boolean.
   */
  constructor(options?: ResetEventOptions) {
    const { mode = "manual", isSet = false, name } = options ?? {};
    if (mode !== "manual" && mode !== "auto") {
      throw new TypeError(
        `Cannot make an event with mode ${
          JSON.stringify(mode)
        }: expected "manual" or "auto"; leave it out for "manual"`,
      );
    }
    if (typeof isSet !== "boolean") {
      throw new TypeError(
        `Cannot make an event with isSet ${JSON.stringify(isSet)}: expected a boolean; leave it out for false`,
      );
    }
    this.mode = mode;
    this.#isManual = mode === "manual";
    this.#isSet = isSet;
    this.#name = name;
    this.#accounts = new Accounts(options);
    this.#line = new TurnLine(this.#accounts, {
      timeoutError: (_, timeoutMs) =>
        new WaitTimeoutError(nameOf("event", this.#name), timeoutMs, "it is not set", {
          action: "pass",
          remedy: "find out who does not set it",
        }),
    });
  }

  /** What people call it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** Whether it lets through whoever comes. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Lets go on all who wait and come, or one of them; see {@linkcode ResetMode}. */
  set(): void {
    const first = this.#line.firstToServe;
    if (first !== undefined) {
      if (!this.#isManual) return this.#line.serve(first, undefined);
      this.#line.serveAll();
    }
    this.#isSet = true;
  }

  /** Lets nobody through until it is set again. */
  reset(): void {
    this.#isSet = false;
  }

  /** Goes on if it is set; with mode `"auto"` that resets it. */
  tryWait(): boolean {
    if (!this.#isSet) return false;
    if (!this.#isManual) this.#isSet = false;
    this.#accounts.grants++;
    return true;
  }

  /**
   * Goes on when it is set; with mode `"auto"` that resets it.
   *
   * @throws {WaitTimeoutError} If it is not set within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never goes on.
   */
  wait(options?: TurnOptions): Promise<void> {
    try {
      const own = ownTurnOptions(options);
      return this.tryWait() ? PASSED : this.#line.join(undefined, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Waits, then calls `fn`, and answers what it does. */
  async withWait<Result>(fn: () => Result | PromiseLike<Result>, options?: TurnOptions): Promise<Result> {
    await this.wait(options);
    return await fn();
  }

  /** How it stands; nobody ever holds it. */
  snapshot(): ResetEventSnapshot {
    return {
      type: "event",
      name: this.#name,
      holders: [],
      waiters: this.#line.snapshots(() => 1),
      totals: this.#accounts.totals(),
      mode: this.mode,
      isSet: this.#isSet,
    };
  }
}
