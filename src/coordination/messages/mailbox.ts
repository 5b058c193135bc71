/**
 * Letters for one receiver, who may reply.
 *
 * @module
 */

import { Accounts, nameOf, type PrimitiveOptions } from "../primitive.ts";
import { hostOf, TurnLine } from "../turn_line.ts";
import { ownWaitOptions, requireNotAborted, type WaitOptions } from "../waiter.ts";
import { MessageBuffer, type MessageBufferSnapshot, MessagesClosedError } from "./message_buffer.ts";
import { requireOptions } from "../require_options.ts";

/** How a mailbox is made; every field is optional. */
export interface MailboxOptions extends PrimitiveOptions {
  /** How many letters it holds at most; an integer, at least 1. Default 1,000. */
  readonly capacity?: number;
}

/** How a letter is posted. */
export interface PostOptions extends WaitOptions {
  /** Who sends it. */
  readonly from?: string;
}

/** How a mailbox stands; nobody ever holds it. Senders want `"write"`, receivers `"read"`. */
export interface MailboxSnapshot extends MessageBufferSnapshot {
  /** What it is. */
  readonly type: "mailbox";
  /** What people call it. */
  readonly name: string | undefined;
  /** How many wait for a reply, whether their letter was received or not. */
  readonly requests: number;
}

/** A message with its envelope. */
export class Letter<Message, Reply> {
  /** What was posted. */
  readonly message: Message;
  /** Who sent it, if that was told. */
  readonly from: string | undefined;
  #desk: TurnLine<Reply, void> | undefined;

  /** Made by a mailbox; somebody waits at `desk` if a reply is wanted. */
  constructor(message: Message, from: string | undefined, desk: TurnLine<Reply, void> | undefined) {
    this.message = message;
    this.from = from;
    this.#desk = desk;
  }

  /** Whether somebody waits for a reply. */
  get wantsReply(): boolean {
    return this.#desk?.firstToServe !== undefined;
  }

  /** Answers; `false` if nobody waits for it, or no longer. */
  reply(reply: Reply): boolean {
    const desk = this.#take();
    desk?.serveAll(reply);
    return desk !== undefined;
  }

  /** Answers that it went wrong: the request rejects with `reason`. `false` if nobody waits for it, or no longer. */
  refuse(reason: unknown): boolean {
    const desk = this.#take();
    desk?.refuseAll(reason);
    return desk !== undefined;
  }

  #take(): TurnLine<Reply, void> | undefined {
    const desk = this.wantsReply ? this.#desk : undefined;
    this.#desk = undefined;
    return desk;
  }
}

/**
 * A bounded box of letters.
 *
 * - **Order.** Letters are received in the order in which they were posted, from each sender and over all; those
 *   that wait for room keep their place. Several
 *   receivers are served in turn, one letter each.
 * - **Bound.** A full box makes `post` wait and `tryPost` refuse, so that a slow receiver slows its senders and
 *   fills no memory.
 * - **At most once.** A letter that was received is gone, whatever the receiver does with it.
 *
 * All methods are O(1).
 *
 * @typeParam Message What is posted.
 * @typeParam Reply What requests are answered with.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Mailbox } from "./mailbox.ts";
 *
 * const box = new Mailbox<number, string>({ capacity: 10 });
 * const asked = box.request(4, { from: "a", timeoutMs: 1_000 });
 * const letter = await box.receive();
 * letter.reply(`${letter.from} sent ${letter.message}`);
 * assertEquals(await asked, "a sent 4");
 * ```
 */
export class Mailbox<Message, Reply = unknown> implements AsyncIterable<Letter<Message, Reply>>, Disposable {
  /** What people call it. */
  readonly name: string | undefined;
  readonly #buffer: MessageBuffer<Letter<Message, Reply>>;
  readonly #asking = new Set<TurnLine<Reply, void>>();

  /**
   * Makes an empty one.
   *
   * @throws {RangeError} If `capacity` is out of range.
   */
  constructor(options: MailboxOptions = {}) {
    const { name, capacity = 1_000 } = requireOptions("make a mailbox", options);
    this.name = name;
    this.#buffer = new MessageBuffer(nameOf("mailbox", name), capacity, options);
  }

  /** How many letters it holds. */
  get size(): number {
    return this.#buffer.size;
  }

  /** How many letters it holds at most. */
  get capacity(): number {
    return this.#buffer.capacity;
  }

  /** Whether it has been closed. */
  get closed(): boolean {
    return this.#buffer.closed;
  }

  /** How many wait to post. */
  get posters(): number {
    return this.#buffer.posters;
  }

  /** How many wait to receive. */
  get receivers(): number {
    return this.#buffer.receivers;
  }

  /**
   * Posts a letter if there is room; whether it has.
   *
   * @throws {MessagesClosedError} If the box is closed.
   */
  tryPost(message: Message, options: { readonly from?: string } = {}): boolean {
    const { from } = requireOptions("post a letter", options);
    return this.#buffer.tryPut(new Letter(message, from, undefined));
  }

  /**
   * Posts a letter as soon as there is room.
   *
   * @throws {WaitTimeoutError} If there was none within `timeoutMs`.
   * @throws {MessagesClosedError} If the box is closed, even while the caller waits.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted; then nothing was posted.
   */
  post(message: Message, options: PostOptions = {}): Promise<void> {
    try {
      const own = ownWaitOptions(options), { from } = options;
      return this.#buffer.put(new Letter(message, from, undefined), own, from);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Posts a letter and waits for the reply. Once the requester has given up, the letter may still be received, but no
   * longer wants a reply.
   *
   * @throws {WaitTimeoutError} If the reply did not come within `timeoutMs`, the wait for room included.
   * @throws {MessagesClosedError} If the box is closed before the letter was answered.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted; or what the receiver refused it with.
   */
  async request(message: Message, options: PostOptions = {}): Promise<Reply> {
    const own = ownWaitOptions(options), { from } = options;
    requireNotAborted(own.signal);
    const host = hostOf<Reply, void>(`a reply of ${this.#buffer.called}`, () => "it has not come");
    const desk = new TurnLine(new Accounts(undefined), host);
    const reply = desk.joinLast(undefined, own);
    reply.catch(() => {}); // it is awaited below, perhaps too late for the runtime's taste
    this.#asking.add(desk);
    const noRoom = new AbortController();
    try {
      const letter = new Letter(message, from, desk);
      if (!this.#buffer.tryPut(letter)) {
        // Whoever stops waiting for the reply stops waiting for room.
        reply.catch((reason) => noRoom.abort(reason));
        await this.#buffer.put(letter, { signal: noRoom.signal }, from);
      }
      return await reply;
    } catch (error) {
      desk.refuseAll(error);
      throw error;
    } finally {
      this.#asking.delete(desk);
    }
  }

  /** The oldest letter, if there is one. */
  tryReceive(): Letter<Message, Reply> | undefined {
    return this.#buffer.tryTake();
  }

  /**
   * The oldest letter, as soon as there is one.
   *
   * @throws {WaitTimeoutError} If none came within `timeoutMs`.
   * @throws {MessagesClosedError} If the box is closed and empty.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted; then nothing was received.
   */
  receive(options?: WaitOptions): Promise<Letter<Message, Reply>> {
    return this.#buffer.take(options);
  }

  /** Takes no more letters in; what is in it can still be received, but requests are told at once that no reply will come. */
  close(): void {
    this.#buffer.close();
    const error = new MessagesClosedError("get a reply from", this.#buffer.called);
    for (const desk of this.#asking) desk.refuseAll(error);
  }

  /**
   * Each letter until the box is closed and empty. The options are those of each {@linkcode receive}, and what that throws
   * ends the loop. Its `return` ends a `next` that waits.
   */
  values(options?: WaitOptions): AsyncIterableIterator<Letter<Message, Reply>, undefined> {
    return this.#buffer.messages(options);
  }

  /** As {@linkcode values}: `for await (const letter of box)`. */
  [Symbol.asyncIterator](): AsyncIterableIterator<Letter<Message, Reply>, undefined> {
    return this.values();
  }

  /** How it stands; walks along those who wait. */
  snapshot(): MailboxSnapshot {
    return { type: "mailbox", name: this.name, ...this.#buffer.snapshot(), requests: this.#asking.size };
  }

  /** As {@linkcode close}. */
  [Symbol.dispose](): void {
    this.close();
  }
}
