/**
 * A bounded line of messages between those who post and those who receive.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { Accounts, type PrimitiveTotals } from "../primitive.ts";
import { hostOf, TurnLine } from "../turn_line.ts";
import { requireWaitOptions, type WaitOptions } from "../waiter.ts";

/** Thrown by what is closed: to whoever posts, and, once it is empty, to whoever receives. */
export class MessagesClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "messages_closed";

  /** Words the message; `doing` is what was tried. */
  constructor(doing: "post to" | "receive from" | "get a reply from", where: string) {
    super(`Cannot ${doing} ${where}: it is closed; look at closed first, or let this end the exchange`);
  }
}

/**
 * First in, first out, those who wait for room included: order is part of the promise, so nobody is more urgent.
 * Every method is O(1), `put` and `take`
 * amortised.
 */
export class MessageBuffer<Message> {
  /** How it is called in errors. */
  readonly called: string;
  /** How many messages it holds at most. */
  readonly capacity: number;
  readonly #kept: (Message | undefined)[] = [];
  readonly #posters: TurnLine<void, Message>;
  readonly #receivers: TurnLine<Message, void>;
  #start = 0;
  #size = 0;
  #isClosed = false;

  /**
   * Makes an empty one.
   *
   * @throws {RangeError} If the capacity is out of range.
   */
  constructor(called: string, capacity: number) {
    if (!(Number.isSafeInteger(capacity) && capacity >= 1)) {
      throw new RangeError(`Cannot make ${called} with capacity ${capacity}: expected an integer, at least 1`);
    }
    this.called = called;
    this.capacity = capacity;
    const state = () => `it holds ${this.#size} of at most ${capacity} messages`;
    this.#posters = new TurnLine(new Accounts(undefined), hostOf(`room in ${called}`, state));
    this.#receivers = new TurnLine(new Accounts(undefined), hostOf(`a message of ${called}`, state));
  }

  /** How many messages it holds. */
  get size(): number {
    return this.#size;
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

  /** What has been counted of those who receive. */
  totals(): PrimitiveTotals {
    return this.#receivers.accounts.totals();
  }

  /** Adds a message if there is room; whoever waits gets it at once. Throws if it is closed. */
  tryPut(message: Message): boolean {
    if (this.#isClosed) throw new MessagesClosedError("post to", this.called);
    const receiver = this.#receivers.first;
    if (receiver !== undefined) {
      this.#receivers.serve(receiver, message);
      return true;
    }
    if (this.#size === this.capacity) return false;
    this.#push(message);
    return true;
  }

  /** Adds a message as soon as there is room. */
  put(message: Message, options: WaitOptions = {}): Promise<void> {
    try {
      requireWaitOptions(options);
      options.signal?.throwIfAborted();
      if (this.tryPut(message)) return PUT;
      return this.#posters.joinLast(message, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The oldest message, if there is one. */
  tryTake(): { readonly message: Message } | undefined {
    if (this.#size === 0) return undefined;
    const message = this.#shift();
    this.#receivers.accounts.grants++;
    const poster = this.#posters.first;
    if (poster !== undefined) {
      this.#push(poster.want);
      this.#posters.serve(poster, undefined);
    }
    return { message };
  }

  /** The oldest message, as soon as there is one. */
  take(options: WaitOptions = {}): Promise<Message> {
    try {
      requireWaitOptions(options);
      options.signal?.throwIfAborted();
      const taken = this.tryTake();
      if (taken !== undefined) return Promise.resolve(taken.message);
      if (this.#isClosed) throw new MessagesClosedError("receive from", this.called);
      return this.#receivers.joinLast(undefined, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Takes no more messages; those who wait are turned away, what is in it can still be taken. */
  close(): void {
    this.#isClosed = true;
    this.#posters.refuseAll(new MessagesClosedError("post to", this.called));
    this.#receivers.refuseAll(new MessagesClosedError("receive from", this.called));
  }

  /** Each message until it is closed and empty. */
  async *messages(): AsyncGenerator<Message, void, void> {
    for (;;) {
      const taken = this.tryTake();
      if (taken !== undefined) yield taken.message;
      else if (this.#isClosed) return;
      else {
        const waiting = this.take();
        let message: Message;
        try {
          message = await waiting;
        } catch (error) {
          if (error instanceof MessagesClosedError) return;
          throw error;
        }
        yield message;
      }
    }
  }

  #push(message: Message): void {
    this.#kept[(this.#start + this.#size) % this.capacity] = message;
    this.#size++;
  }

  #shift(): Message {
    const message = this.#kept[this.#start] as Message; // a slot that is counted was filled
    this.#kept[this.#start] = undefined;
    this.#start = (this.#start + 1) % this.capacity;
    this.#size--;
    return message;
  }
}

const PUT: Promise<void> = Promise.resolve();
