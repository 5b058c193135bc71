/**
 * Messages between threads, in order and with a bound.
 *
 * @module
 */

import { nameOf } from "../primitive.ts";
import { requireCount } from "../require_count.ts";
import { requireWaitOptions, type WaitOptions, WaitTimeoutError } from "../waiter.ts";
import { SharedWords } from "./atomic_memory.ts";
import {
  type ChannelFormat,
  type ChannelMessage,
  codecOf,
  FORMATS,
  type MessageCodec,
  requireFormat,
} from "./channel_codec.ts";
import { ChannelIterator } from "./channel_iterator.ts";
import {
  ChannelRing,
  frameBytes,
  RECEIVERS,
  RECEIVING_LOCK_AT,
  ringByteLength,
  type RingEnd,
  SENDERS,
} from "./channel_ring.ts";
import { ChannelQueue, type Errand, waitBlocking } from "./channel_wait.ts";
import { SharedChannelClosedError } from "./errors.ts";
import {
  createBuffer,
  handleOf,
  LOCK_AT,
  openHandle,
  PARAMETERS_AT,
  requireName,
  type SharedHandle,
  type SharedPart,
  type SharedPrimitiveOptions,
} from "./handle.ts";
import { LockAttempt, LockWord, takeBlocking } from "./lock_word.ts";
import { homeMembership } from "./membership.ts";

/** How a shared channel is made. */
export interface SharedChannelOptions<Format extends ChannelFormat> extends SharedPrimitiveOptions {
  /** What it carries: `"bytes"`, each message a `Uint8Array`; or `"json"`, whatever `JSON.stringify` keeps. Default `"bytes"`. */
  readonly format?: Format;
  /**
   * Room for messages that nobody has received yet, in bytes: an integer in [64, 2^30], which is rounded up to a power of 2. A message
   * takes its length, rounded up to 4, and 4 more; a longer one than all of the room cannot be sent. Default 65,536.
   */
  readonly capacityBytes?: number;
}

/**
 * A bounded channel from any number of senders to any number of receivers, in any threads.
 *
 * - **Order.** Messages are received in the order in which they were sent; each by one receiver. Waiting senders and receivers of one
 *   thread are served in order of arrival; between threads, whoever comes first when there is room, or a message.
 * - **Copied.** A message is copied into the shared memory and out of it, once each: the sender may change its bytes, the receiver owns
 *   its own. For values, JSON, because what it carries can be told in a word: what arrives is what `JSON.parse` makes of what
 *   `JSON.stringify` writes, so that dates, maps, NaN and undefined in arrays arrive altered. That text is not what travels, though:
 *   arrays of up to 32 elements and plain objects of up to 32 properties, four deep, have a binary form that costs a third of it.
 * - **Closing.** After `close` nothing can be sent; what was sent can be received, then receivers are told.
 * - **Death.** A message is there as a whole or not at all, whoever dies while sending. What a Worker had received dies with it.
 *
 * Some ten times as many small values a second as `postMessage`, and four times as many small messages of bytes: most of what one of
 * these costs is the array that its receiver gets.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { SharedChannel } from "./channel.ts";
 *
 * const jobs = SharedChannel.create({ format: "json", capacityBytes: 1_024 });
 * const elsewhere = SharedChannel.attach(jobs.handle, "json"); // in a Worker: attach(event.data, "json")
 * await jobs.send({ page: 1 });
 * await jobs.send({ page: 2 });
 * jobs.close();
 * const received = [];
 * for await (const job of elsewhere) received.push(job);
 * assertEquals(received, [{ page: 1 }, { page: 2 }]);
 * ```
 */
export class SharedChannel<Format extends ChannelFormat = "bytes"> implements AsyncIterable<ChannelMessage<Format>> {
  readonly #part: SharedPart<"channel">;
  readonly #memory: SharedWords;
  readonly #sending: LockWord;
  readonly #receiving: LockWord;
  readonly #ring: ChannelRing;
  readonly #codec: MessageCodec<ChannelMessage<Format>>;
  readonly #receivers: ChannelQueue<ChannelMessage<Format>>;
  readonly #senders: ChannelQueue<true>;
  readonly #receives: Errand<ChannelMessage<Format>> = {
    mayTry: () => !this.#ring.isEmpty,
    attempt: () => this.#receiveOrThrow(),
    announce: () => this.#ring.announce(RECEIVERS, () => this.closed || !this.#ring.isEmpty),
  };
  /** Room for messages that nobody has received yet, in bytes. */
  readonly capacityBytes: number;

  private constructor(part: SharedPart<"channel">, format: Format) {
    const memory = new SharedWords(part.buffer), { member } = part;
    this.#part = part;
    this.#memory = memory;
    this.#sending = new LockWord(memory, { at: LOCK_AT, me: member.lockName, watch: member });
    this.#receiving = new LockWord(memory, { at: RECEIVING_LOCK_AT, me: member.lockName, watch: member });
    this.capacityBytes = memory.read(PARAMETERS_AT);
    this.#ring = new ChannelRing(memory, part.buffer, this.capacityBytes);
    this.#codec = codecOf(format);
    this.#receivers = new ChannelQueue(memory, RECEIVERS, (timeoutMs) => this.#timeoutError(RECEIVERS, timeoutMs));
    this.#senders = new ChannelQueue(memory, SENDERS, (timeoutMs) => this.#timeoutError(SENDERS, timeoutMs));
  }

  /**
   * Makes an empty channel.
   *
   * @throws {RangeError} If `capacityBytes` is out of range.
   * @throws {TypeError} If the name or the format is none.
   */
  static create(options?: SharedChannelOptions<"bytes">): SharedChannel<"bytes">;
  /** Makes an empty channel for messages of a format. */
  static create<Format extends ChannelFormat>(options: SharedChannelOptions<Format>): SharedChannel<Format>;
  static create(
    { name, format = "bytes", capacityBytes = 65_536 }: SharedChannelOptions<ChannelFormat> = {},
  ): SharedChannel<ChannelFormat> {
    requireName("channel", name);
    requireFormat(format);
    requireCount("create a shared channel with capacityBytes", capacityBytes, { min: 64, max: 2 ** 30 });
    const capacity = 2 ** Math.ceil(Math.log2(capacityBytes));
    const buffer = createBuffer("channel", ringByteLength(capacity), [capacity, FORMATS.indexOf(format)]);
    return new SharedChannel({ type: "channel", name, buffer, member: homeMembership() }, format);
  }

  /**
   * Opens the channel of another thread in this one.
   *
   * @param handle What the other thread's {@linkcode handle} was; `postMessage` carries it.
   * @throws {TypeError} If it is no handle, of another primitive, or of another version of this library; or of another format.
   * @throws {SharedThreadsFullError} If 256 threads take part, and all live.
   */
  static attach(handle: SharedHandle<"channel">): SharedChannel<"bytes">;
  /** Opens a channel of another format than bytes. */
  static attach<Format extends ChannelFormat>(handle: SharedHandle<"channel">, format: Format): SharedChannel<Format>;
  static attach(handle: SharedHandle<"channel">, format: ChannelFormat = "bytes"): SharedChannel<ChannelFormat> {
    requireFormat(format);
    const part = openHandle(handle, "channel"), found = FORMATS[new Int32Array(part.buffer)[PARAMETERS_AT + 1] ?? -1];
    if (found === format) return new SharedChannel(part, format);
    throw new TypeError(
      `Cannot attach to ${
        nameOf("shared channel", part.name)
      } for ${format}: it carries ${found}; attach it with that format`,
    );
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"channel"> {
    return handleOf(this.#part);
  }

  /** Whether nothing may be sent any more. */
  get closed(): boolean {
    return this.#ring.isClosed;
  }

  /** Whether it is closed and everything was received. */
  get drained(): boolean {
    return this.#ring.isClosed && this.#ring.isEmpty;
  }

  /** How much of its room is taken, in bytes. */
  get usedBytes(): number {
    return this.#ring.usedBytes;
  }

  /**
   * Sends a message if there is room and no `send` of this thread waits; false means "not now".
   *
   * @throws {SharedChannelClosedError} If the channel is closed.
   * @throws {RangeError} If the message is longer than the channel's room.
   * @throws {TypeError} If the message has no form in the channel's format.
   */
  trySend(message: ChannelMessage<Format>): boolean {
    const length = this.#encode(message);
    if (this.#senders.size > 0 && !this.#ring.isClosed) return false;
    return this.#push(this.#codec.bytes, length);
  }

  /**
   * Sends a message when there is room; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @throws {WaitTimeoutError} If there was no room within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once the signal is aborted; then nothing was sent.
   * @throws What {@linkcode trySend} throws.
   */
  send(message: ChannelMessage<Format>, options?: WaitOptions): Promise<void> {
    try {
      requireOptions(options);
      const length = this.#encode(message);
      if (this.#senders.size === 0 && this.#push(this.#codec.bytes, length)) return SENT;
      return this.#senders.wait(this.#sends(this.#codec.bytes.slice(0, length), length), options).then(() => {});
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Sends a message when there is room; the thread sleeps meanwhile, its timers and promises too. So it does not wait behind a `send` of
   * this thread, which could not go on meanwhile.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode send} rejects with.
   */
  sendBlocking(message: ChannelMessage<Format>, options?: Pick<WaitOptions, "timeoutMs">): void {
    if (options !== undefined) requireWaitOptions(options);
    const length = this.#encode(message);
    if (!this.#push(this.#codec.bytes, length)) this.#block(SENDERS, this.#sends(this.#codec.bytes, length), options);
  }

  /**
   * Receives a message if there is one; `undefined` means that there is none now, or, if the channel is {@linkcode drained}, for ever.
   */
  tryReceive(): ChannelMessage<Format> | undefined {
    return this.#ring.mayHaveMessage && this.#shift() ? this.#codec.decode() : undefined;
  }

  /**
   * Receives a message when there is one; the thread goes on meanwhile. Keeps the program alive while it waits.
   *
   * @throws {SharedChannelClosedError} If the channel is closed and everything was received.
   * @throws {WaitTimeoutError} If there was none within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once the signal is aborted; then nothing was received.
   */
  receive(options?: WaitOptions): Promise<ChannelMessage<Format>> {
    try {
      requireOptions(options);
      const message = this.#receivers.size === 0 ? this.#receiveOrThrow() : undefined;
      if (message !== undefined) return Promise.resolve(message);
      return this.#receivers.wait(this.#receives, options);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Receives a message when there is one; the thread sleeps meanwhile, its timers and promises too.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode receive} rejects with.
   */
  receiveBlocking(options?: Pick<WaitOptions, "timeoutMs">): ChannelMessage<Format> {
    if (options !== undefined) requireWaitOptions(options);
    const message = this.#receiveOrThrow(); // which may be null
    return message !== undefined ? message : this.#block(RECEIVERS, this.#receives, options);
  }

  /** Ends the sending, in all threads: senders that wait are turned down, receivers get what is left. */
  close(): void {
    enter(this.#sending);
    this.#ring.close();
    this.#sending.release();
    this.#ring.wake(SENDERS);
    this.#ring.wake(RECEIVERS);
  }

  /** Receives until the channel is closed and drained. */
  [Symbol.asyncIterator](): AsyncIterator<ChannelMessage<Format>, undefined> {
    return new ChannelIterator({
      tryReceive: () => this.#receivers.size === 0 ? this.tryReceive() : undefined,
      receive: () => this.receive(),
    });
  }

  get #name(): string {
    return nameOf("shared channel", this.#part.name);
  }

  #encode(message: ChannelMessage<Format>): number {
    const length = this.#codec.encode(message);
    if (length <= this.capacityBytes - frameBytes(0)) return length; // of a length beyond 2^31 there is no frame
    throw new RangeError(
      `Cannot send a message of ${length} bytes into ${this.#name}: expected at most ${this.capacityBytes - 4}; ` +
        "create it with a larger capacityBytes, or send the message in parts",
    );
  }

  #push(bytes: Uint8Array, length: number): boolean {
    const ring = this.#ring;
    enter(this.#sending);
    let hasRoom = false;
    try {
      if (ring.isClosed) throw new SharedChannelClosedError("send into", this.#name);
      hasRoom = ring.findRoom(length);
      if (hasRoom) ring.push(bytes, length);
    } finally {
      this.#sending.release();
    }
    if (hasRoom) ring.wake(RECEIVERS);
    return hasRoom;
  }

  #shift(): boolean {
    const ring = this.#ring;
    enter(this.#receiving);
    let hasShifted = false;
    try { // there may be no memory for a long message, which stays then
      if (ring.findMessage()) {
        const length = ring.nextLength;
        ring.shift(this.#codec.room(length), length);
        hasShifted = true;
      }
    } finally {
      this.#receiving.release();
    }
    if (hasShifted) ring.wake(SENDERS);
    return hasShifted;
  }

  #receiveOrThrow(): ChannelMessage<Format> | undefined {
    const message = this.tryReceive();
    if (message !== undefined || !this.#ring.isClosed) return message;
    const last = this.tryReceive(); // sent before it was closed, after the first look
    if (last === undefined) throw new SharedChannelClosedError("receive from", this.#name);
    return last;
  }

  /** What there is to do for whoever sends a message, which nothing else may change meanwhile. */
  #sends(bytes: Uint8Array, length: number): Errand<true> {
    return {
      mayTry: () => this.usedBytes <= this.capacityBytes / 2, // to go on with one message at a time makes both sides slower
      attempt: () => this.#push(bytes, length) || undefined,
      announce: () => this.#ring.announce(SENDERS, () => this.closed || this.#ring.hasRoom(length)),
    };
  }

  #block<Result>(
    end: RingEnd,
    errand: Errand<Result>,
    { timeoutMs = Infinity }: Pick<WaitOptions, "timeoutMs"> = {},
  ): Result {
    return waitBlocking(this.#memory, errand, {
      at: end.sequenceAt,
      timeoutMs,
      what: this.#name,
      timeoutError: () => this.#timeoutError(end, timeoutMs),
    });
  }

  #timeoutError(end: RingEnd, timeoutMs: number): WaitTimeoutError {
    const what = end === SENDERS ? `room in ${this.#name}` : `a message from ${this.#name}`;
    return new WaitTimeoutError(what, timeoutMs, `${this.usedBytes} of ${this.capacityBytes} bytes are taken`);
  }
}

const SENT: Promise<void> = Promise.resolve();
const FOREVER = { timeoutMs: Infinity, clock: () => 0 };

/** Takes a lock; whoever died with it has left nothing to mend. */
function enter(lock: LockWord): void {
  if (!lock.tryTake()) takeBlocking(lock, new LockAttempt(lock), FOREVER);
}

function requireOptions(options: WaitOptions | undefined): void {
  if (options === undefined) return;
  requireWaitOptions(options);
  options.signal?.throwIfAborted();
}
