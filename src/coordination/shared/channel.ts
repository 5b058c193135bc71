/**
 * Messages between threads, in order and with a bound.
 *
 * @module
 */

import { viewOf } from "./intrinsic_bytes.ts";
import { refuseLocalOptions, requireBlockingWait, requireWait } from "./shared_options.ts";
import { type ItemSource, ReceiveLoop } from "../receive_loop.ts";
import type { WaitOptions } from "../waiter.ts";
import { type ChannelFormat, type ChannelMessage, codecOf, type MessageCodec } from "./channel_codec.ts";
import { channelHostOf, createChannelPart, openChannelPart, type SharedChannelOptions } from "./channel_part.ts";
import { ChannelPort, NONE } from "./channel_port.ts";
import { type SharedChannelSnapshot, snapshotOfChannel } from "./channel_snapshot.ts";
import type { Errand } from "./channel_wait.ts";
import { SharedChannelClosedError } from "./errors.ts";
import { handleOf, type SharedHandle, type SharedPart } from "./handle.ts";
import { requireOptions } from "../require_options.ts";

/**
 * A bounded channel from any number of senders to any number of receivers, in any threads.
 *
 * - **Order.** Messages are received in the order in which they were sent; each by one receiver. Waiting senders and receivers of one
 *   thread are served in order of arrival; between threads, whoever comes first when there is room, or a message.
 * - **Copied.** A message is copied into the shared memory and out of it, once each: the sender may change its bytes, the receiver owns
 *   its own, in a buffer of their own that it may keep or transfer. For values, JSON, because what it carries can be told in a word:
 *   what arrives is what `JSON.parse` makes of what `JSON.stringify` writes, so that dates, maps, NaN and undefined in arrays arrive
 *   altered. That text is not what travels, though: arrays of up to 32 elements and plain objects of up to 32 properties, four deep,
 *   have a binary form that costs a third of it.
 * - **Closing.** After `close` nothing can be sent; what was sent can be received, then receivers are told.
 * - **Death.** A message is there as a whole or not at all, whoever dies while sending. What a Worker had received dies with it.
 *
 * Some ten times as many small values a second as `postMessage`, and five times as many small messages of bytes; of 64 KiB each, as
 * many MB. Most of what bytes cost is the array that their receiver gets: with {@linkcode receiveInto}, which does without, it is
 * fifteen times as many small messages, and twice as many MB.
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
  readonly #format: Format;
  readonly #codec: MessageCodec<ChannelMessage<Format>>;
  readonly #host: ReturnType<typeof channelHostOf>;
  readonly #port: ChannelPort;
  readonly #receives: Errand<ChannelMessage<Format>>;

  private constructor(part: SharedPart<"channel">, format: Format) {
    this.#part = part;
    this.#format = format;
    this.#codec = codecOf(format);
    this.#host = channelHostOf(part);
    this.#port = new ChannelPort(this.#host, this.#codec);
    this.#receives = this.#port.receives((record) => this.#receiveOrThrow(record));
  }

  /**
   * Makes an empty channel.
   *
   * @throws {RangeError} If `capacityBytes` is out of range.
   * @throws {TypeError} If the name, `timing` or the format is none.
   */
  static create(options?: SharedChannelOptions<"bytes">): SharedChannel<"bytes">;
  /** Makes an empty channel for messages of a format. */
  static create<Format extends ChannelFormat>(options: SharedChannelOptions<Format>): SharedChannel<Format>;
  static create(options: SharedChannelOptions<ChannelFormat> = {}): SharedChannel<ChannelFormat> {
    const { format = "bytes" } = requireOptions("open a shared channel", options);
    return new SharedChannel(createChannelPart(format, options), format);
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
    return new SharedChannel(openChannelPart(handle, format), format);
  }

  /** What another thread needs for {@linkcode attach}: plain data for `postMessage`. */
  get handle(): SharedHandle<"channel"> {
    return handleOf(this.#part);
  }

  /** Room for messages that nobody has received yet, in bytes. */
  get capacityBytes(): number {
    return this.#host.capacityBytes;
  }

  /** Whether nothing may be sent any more. */
  get closed(): boolean {
    return this.#port.ring.isClosed;
  }

  /** Whether it is closed and everything was received. */
  get drained(): boolean {
    const { ring } = this.#port;
    return ring.isClosed && ring.isEmpty;
  }

  /** How much of its room is taken, in bytes. */
  get usedBytes(): number {
    return this.#port.ring.usedBytes;
  }

  /**
   * Sends a message if there is room and no `send` of this thread waits; false means "not now".
   *
   * Another thread may be changing the words that it looks at; that takes some instructions, for which it waits, a Worker asleep and a
   * main thread in a loop. "Not now" is never said for that.
   *
   * @throws {SharedChannelClosedError} If the channel is closed.
   * @throws {RangeError} If the message is longer than the channel's room.
   * @throws {TypeError} If the message has no form in the channel's format.
   */
  trySend(message: ChannelMessage<Format>): boolean {
    const port = this.#port, length = this.#encode(message);
    if (port.senders.size > 0 && !port.ring.isClosed) return false;
    return port.push(this.#codec.bytes, length);
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
      requireWait(options);
      const port = this.#port, length = this.#encode(message), { bytes } = this.#codec;
      if (port.senders.size === 0 && port.push(bytes, length)) return SENT;
      return port.senders.stand(port.sends(new Uint8Array(viewOf(bytes, 0, length)), length), options).promise.then(
        () => {},
      );
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
    requireBlockingWait(options);
    const port = this.#port, length = this.#encode(message), { bytes } = this.#codec;
    if (!port.push(bytes, length)) port.senders.block(port.sends(bytes, length), options);
  }

  /**
   * Receives a message if there is one and no `receive` of this thread waits, which gets it in a later turn of the event loop.
   * `undefined` means that there is none now, or, if the channel is {@linkcode drained}, for ever.
   */
  tryReceive(): ChannelMessage<Format> | undefined {
    const port = this.#port;
    return port.receivers.size === 0 && port.shift() !== NONE ? this.#codec.decode() : undefined;
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
      requireWait(options);
      const { receivers } = this.#port, message = receivers.size === 0 ? this.#receiveOrThrow() : undefined;
      return message !== undefined // it may be null
        ? Promise.resolve(message)
        : receivers.stand(this.#receives, options).promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * Receives a message when there is one; the thread sleeps meanwhile, its timers and promises too. So it does not wait behind a
   * `receive` of this thread, which could not go on meanwhile.
   *
   * @throws {TypeError} If this thread may not sleep, as in the main thread of a browser.
   * @throws What {@linkcode receive} rejects with.
   */
  receiveBlocking(options?: Pick<WaitOptions, "timeoutMs">): ChannelMessage<Format> {
    requireBlockingWait(options);
    const message = this.#receiveOrThrow();
    return message !== undefined ? message : this.#port.receivers.block(this.#receives, options);
  }

  /**
   * As {@linkcode tryReceive}, into an array of the caller's, whose first bytes become the message: for those to whom an array for
   * each message is too much. Only of a channel of bytes.
   *
   * @returns How many bytes the message has; the rest of `target` stays as it is. `undefined` if there is no message.
   * @throws {RangeError} If the message is longer than `target`; then it stays, for the next to receive it.
   * @throws {TypeError} If `target` is no `Uint8Array`, or the channel is of another format.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { SharedChannel } from "./channel.ts";
   *
   * const channel = SharedChannel.create(), buffer = new Uint8Array(1_024), sums: number[] = [];
   * channel.trySend(Uint8Array.of(1, 2));
   * channel.trySend(Uint8Array.of(3));
   * channel.close();
   * for (let length = channel.tryReceiveInto(buffer); length !== undefined; length = channel.tryReceiveInto(buffer)) {
   *   let sum = 0;
   *   for (let i = 0; i < length; i++) sum += buffer[i]!;
   *   sums.push(sum);
   * }
   * assertEquals(sums, [3, 3]);
   * ```
   */
  tryReceiveInto(this: SharedChannel<"bytes">, target: Uint8Array): number | undefined {
    this.#requireTarget(target);
    const port = this.#port, length = port.receivers.size === 0 ? port.shift(target) : NONE;
    return length === NONE ? undefined : length;
  }

  /**
   * As {@linkcode receive}, into an array of the caller's, as {@linkcode tryReceiveInto} does; until then nothing is written there.
   *
   * @throws What these two throw.
   */
  receiveInto(this: SharedChannel<"bytes">, target: Uint8Array, options?: WaitOptions): Promise<number> {
    try {
      this.#requireTarget(target);
      requireWait(options);
      const { receivers } = this.#port, length = receivers.size === 0 ? this.#port.shiftOrThrow(target) : NONE;
      return length !== NONE ? Promise.resolve(length) : receivers.stand(this.#receivesInto(target), options).promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /**
   * As {@linkcode receiveBlocking}, into an array of the caller's, as {@linkcode tryReceiveInto} does.
   *
   * @throws What these two throw.
   */
  receiveIntoBlocking(
    this: SharedChannel<"bytes">,
    target: Uint8Array,
    options?: Pick<WaitOptions, "timeoutMs">,
  ): number {
    this.#requireTarget(target);
    requireBlockingWait(options);
    const length = this.#port.shiftOrThrow(target);
    return length !== NONE ? length : this.#port.receivers.block(this.#receivesInto(target), options);
  }

  /** Ends the sending, in all threads: senders that wait are turned down, receivers get what is left. */
  close(): void {
    this.#port.close();
  }

  /**
   * Messages as they come, until the channel is closed and drained. The options are those of each {@linkcode receive}, and what that
   * throws ends the loop. Its `return` ends a `next` that waits.
   */
  values(options?: WaitOptions): AsyncIterableIterator<ChannelMessage<Format>, undefined> {
    const source: ItemSource<ChannelMessage<Format>> = {
      tryReceive: () => this.tryReceive(),
      wait: (options) => this.#port.receivers.stand(this.#receives, options),
      isEnd: (error) => error instanceof SharedChannelClosedError,
    };
    const loop = new ReceiveLoop(source, options);
    if (options !== undefined) refuseLocalOptions(options);
    return loop;
  }

  /** As {@linkcode values}: `for await (const message of channel)`. Leaving the loop takes nothing more, and leaves the channel open. */
  [Symbol.asyncIterator](): AsyncIterableIterator<ChannelMessage<Format>, undefined> {
    return this.values();
  }

  /** How the channel stands: see {@linkcode SharedChannelSnapshot} for what that is worth. Costs a look at each who may wait. */
  snapshot(): SharedChannelSnapshot {
    return snapshotOfChannel(this.#part, this.#host, this.#port);
  }

  #encode(message: ChannelMessage<Format>): number {
    const length = this.#codec.encode(message);
    this.#port.requireRoom(length);
    return length;
  }

  #receiveOrThrow(record?: number): ChannelMessage<Format> | undefined {
    return this.#port.shiftOrThrow(undefined, record) === NONE ? undefined : this.#codec.decode();
  }

  #receivesInto(target: Uint8Array): Errand<number> {
    const port = this.#port;
    return port.receives((record) => {
      const length = port.shiftOrThrow(target, record);
      return length === NONE ? undefined : length;
    });
  }

  #requireTarget(target: Uint8Array): void {
    const format: ChannelFormat = this.#format;
    if (target instanceof Uint8Array && format === "bytes") return;
    throw new TypeError(
      `Cannot receive from ${this.#host.called} into a ${typeof target}: ` +
        (format === "bytes"
          ? "expected a Uint8Array; pass one, or let receive() make it"
          : `it is of format ${format}, whose messages are no bytes; use receive()`),
    );
  }
}

const SENT: Promise<void> = Promise.resolve();
