/**
 * One subscriber and its queue.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";
import { type AbortListener, ignoreAbort, listenToAbort } from "../abort_listeners.ts";
import type { PrimitiveOptions } from "../primitive.ts";
import type { WaitOptions } from "../waiter.ts";
import { MessageBuffer, type MessageBufferSnapshot, MessagesClosedError } from "./message_buffer.ts";
import { foundValue } from "../found_value.ts";
import { requireOptions } from "../require_options.ts";

/** What happens to a message for which a subscriber has no room. */
export type OverflowPolicy = "wait" | "drop_oldest" | "drop_newest" | "error";

/** A message and where it was published. */
export interface TopicMessage<Message> {
  /** The topic. */
  readonly topic: string;
  /** What was published. */
  readonly message: Message;
}

/** How somebody subscribes; every field is optional. */
export interface SubscribeOptions<Message> {
  /** How many messages are kept for a subscriber that is behind; an integer, at least 1. Default 1,000. */
  readonly capacity?: number;
  /**
   * What happens to one more: the publisher waits for this subscriber, or the oldest or this newest is dropped, or
   * the publisher gets an
   * error. Default `"wait"`.
   */
  readonly overflow?: OverflowPolicy;
  /** Called with each message, one after another; without it the subscription is read with `for await` or `receive`. */
  readonly handler?: (message: TopicMessage<Message>) => unknown;
  /** Called with what the handler throws, and waited for before the next message. By default it is counted only. */
  readonly onError?: (error: unknown, message: TopicMessage<Message>) => unknown;
  /** Ends the subscription when it is aborted. */
  readonly signal?: AbortSignal;
}

/** How a subscription stands. Publishers that wait for its room want `"write"`, its readers `"read"`. */
export interface SubscriptionSnapshot extends MessageBufferSnapshot {
  /** What was subscribed to. */
  readonly pattern: string;
  /** What happens to a message for which it has no room. */
  readonly overflow: OverflowPolicy;
  /** How many messages it has lost because it was behind. */
  readonly dropped: number;
  /** How often its handler, or `onError`, has thrown. */
  readonly failures: number;
}

/** What a publisher gets whose message found no room with a subscriber that asked for `overflow: "error"`. */
export class SubscriberFullError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "subscriber_full";

  /** Words the message. */
  constructor(readonly pattern: string, readonly capacity: number) {
    super(
      `Cannot deliver to the subscriber of "${pattern}": it is ${capacity} messages behind; publish slower, or let it drop some`,
    );
  }
}

/**
 * Messages for one subscriber, in the order in which they were published. Disposing of it ends it, and so does leaving a
 * `for await`.
 */
export class Subscription<Message> implements AsyncIterable<TopicMessage<Message>>, Disposable {
  /** What it was subscribed to. */
  readonly pattern: string;
  #dropped = 0;
  #failures = 0;
  readonly #buffer: MessageBuffer<TopicMessage<Message>>;
  readonly #overflow: OverflowPolicy;
  readonly #options: SubscribeOptions<Message>;
  readonly #leave: (subscription: Subscription<Message>) => void;
  readonly #onAbort: AbortListener = { handleEvent: () => this[Symbol.dispose]() };

  /** Made by `Topics.subscribe`; `leave` is called once, when it ends. */
  constructor(
    pattern: string,
    options: SubscribeOptions<Message>,
    leave: (subscription: Subscription<Message>) => void,
    timing: PrimitiveOptions | undefined,
  ) {
    const { capacity = 1_000, overflow = "wait", handler, signal } = requireOptions("subscribe", options);
    if (!POLICIES.includes(overflow)) {
      throw new TypeError(
        `Cannot subscribe with overflow ${foundValue(overflow)}: expected one of ${POLICIES.join(", ")}`,
      );
    }
    this.pattern = pattern;
    this.#buffer = new MessageBuffer(`the subscription to "${pattern}"`, capacity, timing);
    this.#overflow = overflow;
    this.#options = options;
    this.#leave = leave;
    if (signal !== undefined && !signal.aborted) listenToAbort(signal, this.#onAbort);
    if (handler !== undefined) this.#handle(handler);
  }

  /** How many messages wait for it. */
  get size(): number {
    return this.#buffer.size;
  }

  /** How many messages it has lost because it was behind. */
  get dropped(): number {
    return this.#dropped;
  }

  /** How often its handler, or `onError`, has thrown. */
  get failures(): number {
    return this.#failures;
  }

  /** Whether it has ended. */
  get closed(): boolean {
    return this.#buffer.closed;
  }

  /** The next message, if there is one. */
  tryReceive(): TopicMessage<Message> | undefined {
    return this.#buffer.tryTake();
  }

  /**
   * The next message, as soon as there is one.
   *
   * @throws {WaitTimeoutError} If none came within `timeoutMs`.
   * @throws {MessagesClosedError} If it has ended.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted.
   */
  receive(options?: WaitOptions): Promise<TopicMessage<Message>> {
    return this.#buffer.take(options);
  }

  /** Offers a message, under the subscriber's policy: whether it was taken, or a promise that is fulfilled when it is. */
  offer(message: TopicMessage<Message>, options: WaitOptions): boolean | Promise<boolean> {
    if (this.#buffer.tryPut(message)) return true;
    if (this.#overflow === "wait") return this.#waitForRoom(message, options);
    if (this.#overflow === "error") return Promise.reject(new SubscriberFullError(this.pattern, this.#buffer.capacity));
    this.#dropped++;
    if (this.#overflow === "drop_newest") return false;
    this.#buffer.dropOldest();
    return this.#buffer.tryPut(message);
  }

  /**
   * Each message until it ends; leaving the loop ends it. The options are those of each {@linkcode receive}, and what that
   * throws ends loop and subscription. Its `return` ends a `next` that waits.
   */
  values(options?: WaitOptions): AsyncIterableIterator<TopicMessage<Message>, undefined> {
    return this.#buffer.messages(options, () => this[Symbol.dispose]());
  }

  /** As {@linkcode values}: `for await (const message of subscription)`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<TopicMessage<Message>, undefined> {
    return this.values();
  }

  /** How it stands; walks along those who wait. */
  snapshot(): SubscriptionSnapshot {
    const { pattern, dropped, failures } = this;
    return { pattern, overflow: this.#overflow, dropped, failures, ...this.#buffer.snapshot() };
  }

  /** Ends it; what waits for it is dropped, and no publisher waits for it any more. */
  [Symbol.dispose](): void {
    if (this.#buffer.closed) return;
    this.#buffer.close("drop");
    if (this.#options.signal !== undefined) ignoreAbort(this.#options.signal, this.#onAbort);
    this.#leave(this);
  }

  async #waitForRoom(message: TopicMessage<Message>, options: WaitOptions): Promise<boolean> {
    try {
      await this.#buffer.put(message, options);
      return true;
    } catch (error) {
      if (error instanceof MessagesClosedError) return false; // it has ended meanwhile, and wants nothing more
      throw error;
    }
  }

  async #handle(handler: (message: TopicMessage<Message>) => unknown): Promise<void> {
    for await (const message of this) {
      try {
        await handler(message);
      } catch (error) {
        this.#failures++;
        try {
          await this.#options.onError?.(error, message);
        } catch {
          this.#failures++;
        }
      }
    }
  }
}

const POLICIES: readonly string[] = ["wait", "drop_oldest", "drop_newest", "error"];
