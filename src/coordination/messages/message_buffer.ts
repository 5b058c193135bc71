/**
 * A bounded line of messages between those who post and those who receive.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { Accounts, type PrimitiveOptions, type PrimitiveSnapshot, type PrimitiveTotals } from "../primitive.ts";
import { ReceiveLoop } from "../receive_loop.ts";
import { Ring } from "../ring.ts";
import { hostOf, TurnLine } from "../turn_line.ts";
import { ownWaitOptions, requireNotAborted, type WaitOptions } from "../waiter.ts";

/** Thrown by what is closed: to whoever posts, and, once it is empty, to whoever receives. */
export class MessagesClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "messages_closed";

  /** Words the message; `doing` is what was tried. */
  constructor(doing: "post to" | "receive from" | "get a reply from", where: string) {
    super(`Cannot ${doing} ${where}: it is closed; look at closed first, or let this end the exchange`);
  }
}

/** How a line of messages stands, without its type and name. */
export interface MessageBufferSnapshot extends Omit<PrimitiveSnapshot, "type" | "name"> {
  /** How many messages it holds at most. */
  readonly capacity: number;
  /** How many it holds now. */
  readonly size: number;
  /** Whether nothing can be posted any more. */
  readonly closed: boolean;
  /** What those who post have done; {@linkcode PrimitiveSnapshot.totals} is about those who receive. */
  readonly posted: PrimitiveTotals;
}

/**
 * First in, first out, those who wait for room included: order is part of the promise, so nobody is more urgent.
 * Every method is O(1), `put` and `take` amortised; `snapshot` walks along those who wait.
 */
export class MessageBuffer<Message extends object> {
  /** How it is called in errors. */
  readonly called: string;
  /** How many messages it holds at most. */
  readonly capacity: number;
  readonly #kept = new Ring<Message>();
  readonly #posters: TurnLine<void, Message>;
  readonly #receivers: TurnLine<Message, void>;
  #isClosed = false;

  /**
   * Makes an empty one.
   *
   * @throws {RangeError} If the capacity is out of range.
   */
  constructor(called: string, capacity: number, options: PrimitiveOptions | undefined) {
    if (!(Number.isSafeInteger(capacity) && capacity >= 1)) {
      throw new RangeError(`Cannot make ${called} with capacity ${capacity}: expected an integer, at least 1`);
    }
    this.called = called;
    this.capacity = capacity;
    const state = () => `it holds ${this.#kept.size} of at most ${capacity} messages`;
    this.#posters = new TurnLine(new Accounts(options), hostOf(`room in ${called}`, state));
    this.#receivers = new TurnLine(new Accounts(options), hostOf(`a message of ${called}`, state));
  }

  /** How many messages it holds. */
  get size(): number {
    return this.#kept.size;
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /** How many wait to post. */
  get posters(): number {
    return this.#posters.size;
  }

  /** How many wait to receive. */
  get receivers(): number {
    return this.#receivers.size;
  }

  /** How it stands; those who wait to post want `"write"`, those who wait to receive `"read"`. */
  snapshot(): MessageBufferSnapshot {
    return {
      holders: [],
      waiters: [...this.#posters.snapshots(() => "write"), ...this.#receivers.snapshots(() => "read")],
      totals: this.#receivers.accounts.totals(),
      posted: this.#posters.accounts.totals(),
      capacity: this.capacity,
      size: this.#kept.size,
      closed: this.#isClosed,
    };
  }

  /** Adds a message if there is room; whoever waits gets it at once. Throws if it is closed. */
  tryPut(message: Message): boolean {
    if (this.#isClosed) throw new MessagesClosedError("post to", this.called);
    const receiver = this.#receivers.firstToServe;
    if (receiver !== undefined) this.#receivers.serve(receiver, message);
    else if (this.#kept.size === this.capacity) return false;
    else this.#kept.push(message);
    this.#posters.accounts.grants++;
    return true;
  }

  /** Adds a message as soon as there is room; `owner` is who posts, for people. */
  put(message: Message, options: WaitOptions = {}, owner?: string): Promise<void> {
    try {
      const own = ownWaitOptions(options);
      requireNotAborted(own.signal);
      if (this.tryPut(message)) return PUT;
      return this.#posters.joinLast(message, { ...own, owner });
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The oldest message, if there is one. */
  tryTake(): Message | undefined {
    const message = this.#kept.shift();
    if (message === undefined) return undefined;
    this.#receivers.accounts.grants++;
    const poster = this.#posters.firstToServe;
    if (poster !== undefined) {
      this.#kept.push(poster.want);
      this.#posters.serve(poster, undefined);
    }
    return message;
  }

  /** Forgets the oldest message; there must be one, and nobody may wait to post. */
  dropOldest(): void {
    this.#kept.shift();
  }

  /** The oldest message, as soon as there is one. */
  take(options: WaitOptions = {}): Promise<Message> {
    try {
      const own = ownWaitOptions(options);
      requireNotAborted(own.signal);
      const taken = this.tryTake();
      if (taken !== undefined) return Promise.resolve(taken);
      if (this.#isClosed) throw new MessagesClosedError("receive from", this.called);
      return this.#receivers.joinLast(undefined, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes no more messages; those who wait are turned away, what is in it can still be taken, unless it is dropped. */
  close(kept?: "drop"): void {
    this.#isClosed = true;
    const posters = this.#posters, receivers = this.#receivers; // most often nobody waits, and an error is dear
    if (posters.firstToServe !== undefined) posters.refuseAll(new MessagesClosedError("post to", this.called));
    if (receivers.firstToServe !== undefined) receivers.refuseAll(new MessagesClosedError("receive from", this.called));
    if (kept === "drop") { while (this.#kept.size > 0) this.#kept.shift(); }
  }

  /**
   * Each message until it is closed and empty; the options are those of each wait, and whatever else ends one ends the loop. `left` is
   * called when it is over.
   */
  messages(options?: WaitOptions, left?: () => void): AsyncIterableIterator<Message, undefined> {
    return new ReceiveLoop({
      tryReceive: () => this.tryTake(),
      wait: (options) => this.#isClosed ? undefined : this.#receivers.standLast(undefined, options),
      isEnd: (error) => error instanceof MessagesClosedError,
      left,
    }, options);
  }
}

const PUT: Promise<void> = Promise.resolve();
