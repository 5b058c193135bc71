/**
 * A pipe between tasks, with a bound.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";
import { Accounts, nameOf, type PrimitiveOptions, type PrimitiveSnapshot, type PrimitiveTotals } from "./primitive.ts";
import { ReceiveLoop } from "./receive_loop.ts";
import { requireCount } from "./require_count.ts";
import { Ring } from "./ring.ts";
import { TurnLine } from "./turn_line.ts";
import { ownTurnOptions, type TurnOptions } from "./turn_options.ts";
import { WaitTimeoutError } from "./waiter.ts";

/** How a channel stands. */
export interface ChannelSnapshot extends PrimitiveSnapshot {
  /** What it is. */
  readonly type: "channel";
  /** How many items it keeps at most. */
  readonly capacity: number;
  /** How many it keeps now. */
  readonly buffered: number;
  /** Whether nothing can be sent any more. */
  readonly closed: boolean;
  /** What senders have done; {@linkcode PrimitiveSnapshot.totals} is about receivers. */
  readonly sent: PrimitiveTotals;
}

/** Thrown to whoever sends into a channel that is closed; its cause is what it was closed with. */
export class ChannelClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "channel_closed";

  /** Words the message; `what` is the channel. */
  constructor(what: string, cause: unknown) {
    super(`Cannot send into ${what}: it is closed; stop sending, or close it after the last sender is done`, { cause });
  }
}

/** The most items a channel may keep. */
export const MAX_CHANNEL_CAPACITY = 2 ** 24;

const SENT: Promise<void> = Promise.resolve();

/**
 * Items in the order in which they were sent, each received once; many may send, and many receive.
 *
 * It keeps `capacity` items; whoever sends one more waits. With a capacity of 0 nothing is kept: a sender waits until
 * somebody receives. Waiting senders and receivers are served by urgency, in order of arrival. A `send` that rejects
 * has not been, and will never be, received; a `receive` that rejects has taken nothing; an abort in the turn of a
 * hand-over comes too late for either. `undefined` cannot be sent: it is the answer when there is nothing. Nor can a
 * promise, or what else has a method `then`: who awaits it gets what it resolves to, so that `receive` could not hand it
 * on; send what it resolves to, or an object that holds it. Every method is O(1), but for `close` and the end of a `drain`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Channel } from "./channel.ts";
 *
 * const lines = new Channel<string>(2);
 * const produce = async () => {
 *   using _ = lines; // closes it
 *   for (const line of ["a", "b", "c"]) await lines.send(line, { timeoutMs: 60_000 });
 * };
 * const seen: string[] = [];
 * const consume = async () => {
 *   for await (const line of lines) seen.push(line);
 * };
 * await Promise.all([produce(), consume()]);
 * assertEquals(seen, ["a", "b", "c"]);
 * ```
 */
export class Channel<Item> implements AsyncIterable<Item, undefined>, Disposable {
  /** How many items it keeps at most. */
  readonly capacity: number;
  readonly #name: string | undefined;
  readonly #kept = new Ring<Item>();
  readonly #received: Accounts;
  readonly #sent: Accounts;
  /** Nobody is in it unless the channel is full. */
  readonly #senders: TurnLine<void, Item>;
  /** Nobody is in it unless the channel is empty, without senders, and open. */
  readonly #receivers: TurnLine<Item | undefined, void>;
  readonly #drains: TurnLine<void, void>;
  #closed: ChannelClosedError | undefined = undefined;

  /**
   * Makes a channel.
   *
   * @param capacity How many items it keeps: an integer from 0 to {@linkcode MAX_CHANNEL_CAPACITY}. Memory is taken as it fills.
   * @throws {RangeError} If it is none.
   */
  constructor(capacity: number, options?: PrimitiveOptions) {
    requireCount("make a channel with capacity", capacity, {
      min: 0,
      max: MAX_CHANNEL_CAPACITY,
      advice: "a small one is enough to even out bursts",
    });
    this.capacity = capacity;
    this.#name = options?.name;
    this.#received = new Accounts(options);
    this.#sent = new Accounts(options);
    this.#senders = new TurnLine(this.#sent, {
      timeoutError: (_, timeoutMs) => this.#timeoutError("send into", timeoutMs, "receive faster"),
      left: () => this.#endDrains(),
    });
    this.#receivers = new TurnLine(this.#received, {
      timeoutError: (_, timeoutMs) => this.#timeoutError("receive from", timeoutMs, "find out who does not send"),
    });
    this.#drains = new TurnLine(new Accounts(undefined), {
      timeoutError: (_, timeoutMs) => this.#timeoutError("drain", timeoutMs, "receive faster"),
    });
  }

  /** What people call it. */
  get name(): string | undefined {
    return this.#name;
  }

  /** How many items it keeps now. */
  get buffered(): number {
    return this.#kept.size;
  }

  /** Whether nothing can be sent any more; what it keeps can still be received. */
  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /**
   * Sends if there is room, or somebody waits to receive; false means "not now".
   *
   * @throws {ChannelClosedError} If it is closed: it would never be.
   * @throws {TypeError} If the item is `undefined`, or a promise or the like.
   */
  trySend(item: Item): boolean {
    if (this.#closed !== undefined || isNoItem(item)) throw this.#refusal(item);
    return this.#offer(item);
  }

  /**
   * Sends, as soon as there is room: then the item will be received, if anybody receives at all.
   *
   * @throws {ChannelClosedError} If it is closed, before or meanwhile.
   * @throws {WaitTimeoutError} If there is no room within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If the item is `undefined`, or a promise or the like, or `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never sends.
   */
  send(item: Item, options?: TurnOptions): Promise<void> {
    if (this.#closed !== undefined || isNoItem(item)) return Promise.reject(this.#refusal(item));
    try {
      const own = ownTurnOptions(options);
      return this.#offer(item) ? SENT : this.#senders.join(item, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Receives what has been sent; `undefined` means "not now", or, if the channel is closed, that nothing is left. */
  tryReceive(): Item | undefined {
    let item = this.#kept.shift();
    const sender = this.#senders.firstToServe;
    if (sender !== undefined) {
      if (item === undefined) item = sender.want;
      else this.#kept.push(sender.want);
      this.#senders.serve(sender, undefined);
    }
    if (this.#drains.first !== undefined) this.#endDrains();
    if (item !== undefined) this.#received.grants++;
    return item;
  }

  /**
   * Receives what has been sent, or will be.
   *
   * @returns The item; `undefined` once the channel is closed and nothing is left.
   * @throws {WaitTimeoutError} If nothing comes within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never receives.
   */
  receive(options?: TurnOptions): Promise<Item | undefined> {
    try {
      const own = ownTurnOptions(options), item = this.tryReceive();
      return item !== undefined || this.#closed !== undefined
        ? Promise.resolve(item)
        : this.#receivers.join(undefined, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Items as they come, until the channel is closed and nothing is left. The options are those of each {@linkcode receive}, and what
   * that throws ends the loop. Its `return` ends a `next` that waits.
   */
  values(options?: TurnOptions): AsyncIterableIterator<Item, undefined> {
    return new ReceiveLoop({
      tryReceive: () => this.tryReceive(),
      wait: (options) => this.#closed === undefined ? this.#receivers.stand(undefined, options) : undefined,
      isEnd: () => false,
    }, options);
  }

  /** As {@linkcode values}: `for await (const item of channel)`. Leaving the loop takes nothing more, and leaves the channel open. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Item, undefined> {
    return this.values();
  }

  /**
   * Waits until everything sent has been received, by whomever: nothing is kept and no sender waits. Does not keep
   * others from sending more, for which it then waits too; so usually it comes after {@linkcode close}.
   *
   * @throws What {@linkcode receive} throws.
   */
  drain(options?: TurnOptions): Promise<void> {
    try {
      const own = ownTurnOptions(options);
      return this.#isDrained() ? SENT : this.#drains.join(undefined, own);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Refuses all further items, and those of senders that still wait; what the channel keeps can be received, then
   * receivers get `undefined`. A second call changes nothing.
   *
   * @param reason What senders are told as the error's cause.
   */
  close(reason?: unknown): void {
    if (this.#closed !== undefined) return;
    this.#closed = new ChannelClosedError(nameOf("channel", this.#name), reason);
    this.#senders.refuseAll(this.#closed);
    const receivers = this.#receivers;
    for (let first = receivers.firstToServe; first !== undefined; first = receivers.firstToServe) {
      receivers.remove(first);
      first.grant(undefined);
    }
    this.#endDrains();
  }

  /** As {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** How it stands; nobody ever holds it. Among the waiters senders want `"write"`, receivers `"read"`. */
  snapshot(): ChannelSnapshot {
    return {
      type: "channel",
      name: this.#name,
      holders: [],
      waiters: [...this.#senders.snapshots(() => "write"), ...this.#receivers.snapshots(() => "read")],
      totals: this.#received.totals(),
      sent: this.#sent.totals(),
      capacity: this.capacity,
      buffered: this.#kept.size,
      closed: this.closed,
    };
  }

  #offer(item: Item): boolean {
    const receiver = this.#receivers.firstToServe;
    if (receiver !== undefined) this.#receivers.serve(receiver, item);
    else if (this.#kept.size < this.capacity) this.#kept.push(item);
    else return false;
    this.#sent.grants++;
    return true;
  }

  #refusal(item: Item): Error {
    const into = nameOf("channel", this.#name);
    return this.#closed ?? new TypeError(
      item === undefined
        ? `Cannot send undefined into ${into}: expected anything else, for it tells receivers that there is nothing; send null`
        : `Cannot send what has a method "then" into ${into}: expected anything else, for who receives it would get what it ` +
          "resolves to; await it first, or send an object that holds it",
    );
  }

  #isDrained(): boolean {
    return this.#kept.size === 0 && this.#senders.size === 0;
  }

  #endDrains(): void {
    if (this.#drains.size > 0 && this.#isDrained()) this.#drains.serveAll();
  }

  #timeoutError(action: string, timeoutMs: number, remedy: string): WaitTimeoutError {
    const state = `it keeps ${this.#kept.size} of at most ${this.capacity}, and ${this.#senders.size} wait to send`;
    return new WaitTimeoutError(nameOf("channel", this.#name), timeoutMs, state, { action, remedy });
  }
}

/** Whether something can be no item: `undefined`, or what a promise would not resolve with but wait for. */
function isNoItem(item: unknown): boolean {
  if (typeof item !== "object" && typeof item !== "function") return item === undefined;
  try {
    return item !== null && "then" in item && typeof item.then === "function";
  } catch {
    return true; // who awaits it would be told so
  }
}
