/**
 * One thread's access to a shared channel.
 *
 * @module
 */

import type { TimerWheel } from "../../reliability/timer_wheel.ts";
import { WaitTimeoutError } from "../waiter.ts";
import type { SharedAccounts } from "./accounts.ts";
import type { AtomicMemory } from "./atomic_memory.ts";
import { mayBlock } from "./blocking.ts";
import { ChannelRing, frameBytes, RECEIVERS, RECEIVING_LOCK_AT, type RingEnd, SENDERS } from "./channel_ring.ts";
import { ChannelQueue, type Errand } from "./channel_wait.ts";
import { SharedChannelClosedError } from "./errors.ts";
import { LOCK_AT } from "./handle.ts";
import { lengthOf } from "./intrinsic_bytes.ts";
import { LockWord, takeBriefly } from "./lock_word.ts";
import type { Membership } from "./membership.ts";
import type { WaitBoard } from "./wait_board.ts";

/** Where messages go if the caller brings no array. */
export interface MessageRoom {
  /** Where to put a message of so many bytes. */
  room(length: number): Uint8Array;
}

/** Where a channel is: what its threads share, and what this thread has. Tests put a model in the place of it. */
export interface PortHost {
  readonly memory: AtomicMemory;
  /** The same memory, for the bytes of messages. */
  readonly buffer: SharedArrayBuffer;
  readonly capacityBytes: number;
  readonly member: Pick<Membership, "lockName" | "isDead">;
  readonly timers: Pick<TimerWheel, "schedule" | "cancel">;
  /** Tells milliseconds. */
  readonly clock: () => number;
  readonly board: Pick<WaitBoard, "enter" | "leave" | "sinceAt">;
  /** What is counted of what was sent, and of what was received; each lies beside the lock of its end. */
  readonly sent: Pick<SharedAccounts, "granted" | "served" | "gaveUp">;
  readonly received: Pick<SharedAccounts, "granted" | "served" | "gaveUp">;
  /** What it is called in errors. */
  readonly called: string;
  /** Looks of any kind before a thread sleeps; none on a model. */
  readonly spins?: number;
}

/** What {@linkcode ChannelPort.shift} answers if there is no message. */
export const NONE = -1;

/** What the board says of those who wait. */
const WANTS_MESSAGE = 1;
export const WANTS_ROOM = 2;

/** Sends and receives messages as bytes, for the tasks of this thread: at once, in line, or asleep. */
export class ChannelPort {
  readonly host: PortHost;
  readonly ring: ChannelRing;
  /** Who waits for a message. */
  readonly receivers: ChannelQueue;
  /** Who waits for room. */
  readonly senders: ChannelQueue;
  /** The locks of the ends. */
  readonly sending: LockWord;
  readonly receiving: LockWord;
  readonly #rooms: MessageRoom;

  /** Opens it. */
  constructor(host: PortHost, rooms: MessageRoom) {
    const { memory, buffer, capacityBytes, member: { lockName: me }, member: watch, spins } = host;
    const spinning = spins === undefined ? {} : { spins };
    this.host = host;
    this.ring = new ChannelRing(memory, buffer, capacityBytes);
    this.receivers = this.#queueAt(RECEIVERS);
    this.senders = this.#queueAt(SENDERS);
    this.sending = new LockWord(memory, { at: LOCK_AT, me, watch, ...spinning });
    this.receiving = new LockWord(memory, { at: RECEIVING_LOCK_AT, me, watch, ...spinning });
    this.#rooms = rooms;
  }

  /** @throws {RangeError} If a message of so many bytes can never be sent. */
  requireRoom(length: number): void {
    const { capacityBytes, called } = this.host;
    if (length <= capacityBytes - frameBytes(0)) return; // of a length beyond 2^31 there is no frame
    throw new RangeError(
      `Cannot send a message of ${length} bytes into ${called}: expected at most ${capacityBytes - 4}; ` +
        "create it with a larger capacityBytes, or send the message in parts",
    );
  }

  /** Sends the first `length` bytes, if there is room; `record` as of an {@linkcode Errand}. */
  push(bytes: Uint8Array, length: number, record?: number): boolean {
    const { ring, sending, host: { called, sent, board } } = this;
    takeBriefly(sending); // whoever died with it has left nothing to mend
    let hasRoom = false;
    try {
      if (ring.isClosed) throw new SharedChannelClosedError("send into", called);
      hasRoom = ring.findRoom(length);
      if (hasRoom) {
        ring.push(bytes, length);
        sent.granted();
        if (record !== undefined) sent.served(board.sinceAt(record));
      }
    } finally {
      sending.release();
    }
    if (hasRoom) ring.wake(RECEIVERS);
    return hasRoom;
  }

  /**
   * Receives the oldest message, into `target` or else into the {@linkcode MessageRoom}; answers its length, or {@linkcode NONE};
   * `record` as of an {@linkcode Errand}.
   *
   * @throws {RangeError} If it is longer than `target`; then it stays.
   */
  shift(target?: Uint8Array, record?: number): number {
    const { ring, receiving, host: { received, board } } = this;
    if (!ring.mayHaveMessage) return NONE;
    const most = target === undefined ? Infinity : lengthOf(target); // before the lock is held, as it may be code of the caller's that tells
    takeBriefly(receiving);
    let length = NONE;
    try { // there may be no memory for a long message, which stays then
      if (ring.findMessage()) {
        const next = ring.nextLength;
        if (next > most) throw this.#tooLong(next, most);
        ring.shift(target ?? this.#rooms.room(next), next);
        length = next;
        received.granted();
        if (record !== undefined) received.served(board.sinceAt(record));
      }
    } finally {
      receiving.release();
    }
    if (length !== NONE) ring.wake(SENDERS);
    return length;
  }

  /** As {@linkcode shift}, but throws if there will be no message any more. */
  shiftOrThrow(target?: Uint8Array, record?: number): number {
    const length = this.shift(target, record);
    if (length !== NONE || !this.ring.isClosed) return length;
    const last = this.shift(target, record); // sent before it was closed, after the first look
    if (last === NONE) throw new SharedChannelClosedError("receive from", this.host.called);
    return last;
  }

  /** What there is to do for whoever sends a message, which nothing else may change meanwhile. */
  sends(bytes: Uint8Array, length: number): Errand<true> {
    return {
      mayTry: () => this.ring.usedBytes <= this.host.capacityBytes / 2, // to go on with one message at a time makes both sides slower
      attempt: (record) => this.push(bytes, length, record) || undefined,
      announce: () => this.ring.announce(SENDERS, () => this.ring.isClosed || this.ring.hasRoom(length)),
    };
  }

  /** What there is to do for whoever receives a message, as `attempt` does if there is one. */
  receives<Result>(attempt: Errand<Result>["attempt"]): Errand<Result> {
    return {
      mayTry: () => !this.ring.isEmpty,
      attempt,
      announce: () => this.ring.announce(RECEIVERS, () => this.ring.isClosed || !this.ring.isEmpty),
    };
  }

  /** Ends the sending, in all threads. */
  close(): void {
    takeBriefly(this.sending); // whoever died with it has left nothing to mend
    this.ring.close();
    this.sending.release();
    this.ring.wake(SENDERS);
    this.ring.wake(RECEIVERS);
  }

  #tooLong(length: number, most: number): RangeError {
    return new RangeError(
      `Cannot receive a message of ${length} bytes from ${this.host.called} into ${most}: it stays; ` +
        "pass an array that is long enough, or let receive() make one",
    );
  }

  #queueAt(end: RingEnd): ChannelQueue {
    const { host } = this, { called, spins, sent, received } = host, isReceiving = end === RECEIVERS;
    return new ChannelQueue({
      ...host,
      end,
      want: isReceiving ? WANTS_MESSAGE : WANTS_ROOM,
      gaveUp: (cause) => (isReceiving ? received : sent).gaveUp(cause),
      parks: () => mayBlock(called),
      timeoutError: (timeoutMs) => this.#timeoutError(end, timeoutMs),
      ...(spins === undefined ? {} : { looks: spins }),
    });
  }

  #timeoutError(end: RingEnd, timeoutMs: number): WaitTimeoutError {
    const { called, capacityBytes } = this.host;
    const what = end === SENDERS ? `room in ${called}` : `a message from ${called}`;
    return new WaitTimeoutError(what, timeoutMs, `${this.ring.usedBytes} of ${capacityBytes} bytes are taken`);
  }
}
