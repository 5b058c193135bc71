/**
 * One thread's access to a shared channel.
 *
 * @module
 */

import { nameOf } from "../primitive.ts";
import { type WaitOptions, WaitTimeoutError } from "../waiter.ts";
import { SharedWords } from "./atomic_memory.ts";
import { ChannelRing, frameBytes, RECEIVERS, RECEIVING_LOCK_AT, type RingEnd, SENDERS } from "./channel_ring.ts";
import { ChannelQueue, type Errand, waitBlocking } from "./channel_wait.ts";
import { SharedChannelClosedError } from "./errors.ts";
import { LOCK_AT, PARAMETERS_AT, type SharedPart } from "./handle.ts";
import { lengthOf } from "./intrinsic_length.ts";
import { LockWord, takeBriefly } from "./lock_word.ts";

/** Where messages go if the caller brings no array. */
export interface MessageRoom {
  /** Where to put a message of so many bytes. */
  room(length: number): Uint8Array;
}

/** What {@linkcode ChannelPort.shift} answers if there is no message. */
export const NONE = -1;

/** Sends and receives messages as bytes, for the tasks of this thread: at once, in line, or asleep. */
export class ChannelPort {
  /** Room for messages that nobody has received yet, in bytes. */
  readonly capacityBytes: number;
  /** What it is called in errors. */
  readonly called: string;
  readonly ring: ChannelRing;
  /** Who waits for a message. */
  readonly receivers: ChannelQueue;
  /** Who waits for room. */
  readonly senders: ChannelQueue;
  readonly #memory: SharedWords;
  readonly #sending: LockWord;
  readonly #receiving: LockWord;
  readonly #rooms: MessageRoom;

  /** Opens it. */
  constructor({ buffer, name, member }: SharedPart<"channel">, rooms: MessageRoom) {
    const memory = new SharedWords(buffer);
    this.called = nameOf("shared channel", name);
    this.capacityBytes = memory.read(PARAMETERS_AT);
    this.ring = new ChannelRing(memory, buffer, this.capacityBytes);
    this.receivers = new ChannelQueue(memory, RECEIVERS, (timeoutMs) => this.#timeoutError(RECEIVERS, timeoutMs));
    this.senders = new ChannelQueue(memory, SENDERS, (timeoutMs) => this.#timeoutError(SENDERS, timeoutMs));
    this.#memory = memory;
    this.#sending = new LockWord(memory, { at: LOCK_AT, me: member.lockName, watch: member });
    this.#receiving = new LockWord(memory, { at: RECEIVING_LOCK_AT, me: member.lockName, watch: member });
    this.#rooms = rooms;
  }

  /** @throws {RangeError} If a message of so many bytes can never be sent. */
  requireRoom(length: number): void {
    if (length <= this.capacityBytes - frameBytes(0)) return; // of a length beyond 2^31 there is no frame
    throw new RangeError(
      `Cannot send a message of ${length} bytes into ${this.called}: expected at most ${this.capacityBytes - 4}; ` +
        "create it with a larger capacityBytes, or send the message in parts",
    );
  }

  /** Sends the first `length` bytes, if there is room. */
  push(bytes: Uint8Array, length: number): boolean {
    const ring = this.ring;
    takeBriefly(this.#sending); // whoever died with it has left nothing to mend
    let hasRoom = false;
    try {
      if (ring.isClosed) throw new SharedChannelClosedError("send into", this.called);
      hasRoom = ring.findRoom(length);
      if (hasRoom) ring.push(bytes, length);
    } finally {
      this.#sending.release();
    }
    if (hasRoom) ring.wake(RECEIVERS);
    return hasRoom;
  }

  /**
   * Receives the oldest message, into `target` or else into the {@linkcode MessageRoom}; answers its length, or {@linkcode NONE}.
   *
   * @throws {RangeError} If it is longer than `target`; then it stays.
   */
  shift(target?: Uint8Array): number {
    const ring = this.ring;
    if (!ring.mayHaveMessage) return NONE;
    takeBriefly(this.#receiving);
    let length = NONE;
    try { // there may be no memory for a long message, which stays then
      if (ring.findMessage()) {
        const next = ring.nextLength;
        ring.shift(target === undefined ? this.#rooms.room(next) : this.#fitting(target, next), next);
        length = next;
      }
    } finally {
      this.#receiving.release();
    }
    if (length !== NONE) ring.wake(SENDERS);
    return length;
  }

  /** As {@linkcode shift}, but throws if there will be no message any more. */
  shiftOrThrow(target?: Uint8Array): number {
    const length = this.shift(target);
    if (length !== NONE || !this.ring.isClosed) return length;
    const last = this.shift(target); // sent before it was closed, after the first look
    if (last === NONE) throw new SharedChannelClosedError("receive from", this.called);
    return last;
  }

  /** What there is to do for whoever sends a message, which nothing else may change meanwhile. */
  sends(bytes: Uint8Array, length: number): Errand<true> {
    return {
      mayTry: () => this.ring.usedBytes <= this.capacityBytes / 2, // to go on with one message at a time makes both sides slower
      attempt: () => this.push(bytes, length) || undefined,
      announce: () => this.ring.announce(SENDERS, () => this.ring.isClosed || this.ring.hasRoom(length)),
    };
  }

  /** What there is to do for whoever receives a message, as `attempt` does if there is one. */
  receives<Result>(attempt: () => Result | undefined): Errand<Result> {
    return {
      mayTry: () => !this.ring.isEmpty,
      attempt,
      announce: () => this.ring.announce(RECEIVERS, () => this.ring.isClosed || !this.ring.isEmpty),
    };
  }

  /** Does an errand at an end while the thread sleeps. */
  block<Result>(
    end: RingEnd,
    errand: Errand<Result>,
    { timeoutMs = Infinity }: Pick<WaitOptions, "timeoutMs"> = {},
  ): Result {
    return waitBlocking(this.#memory, errand, {
      at: end.sequenceAt,
      timeoutMs,
      what: this.called,
      timeoutError: () => this.#timeoutError(end, timeoutMs),
    });
  }

  /** Ends the sending, in all threads. */
  close(): void {
    takeBriefly(this.#sending); // whoever died with it has left nothing to mend
    this.ring.close();
    this.#sending.release();
    this.ring.wake(SENDERS);
    this.ring.wake(RECEIVERS);
  }

  #fitting(target: Uint8Array, length: number): Uint8Array {
    if (length <= lengthOf(target)) return target;
    throw new RangeError(
      `Cannot receive a message of ${length} bytes from ${this.called} into ${lengthOf(target)}: it stays; ` +
        "pass an array that is long enough, or let receive() make one",
    );
  }

  #timeoutError(end: RingEnd, timeoutMs: number): WaitTimeoutError {
    const what = end === SENDERS ? `room in ${this.called}` : `a message from ${this.called}`;
    return new WaitTimeoutError(what, timeoutMs, `${this.ring.usedBytes} of ${this.capacityBytes} bytes are taken`);
  }
}
