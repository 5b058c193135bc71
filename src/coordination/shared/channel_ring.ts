/**
 * Messages in a ring of bytes that threads share.
 *
 * @module
 */

import type { AtomicMemory } from "./atomic_memory.ts";
import { ACCOUNTS_AT, LOCK_AT, STATE_AT } from "./handle.ts";
import { setBytes, viewOf } from "./intrinsic_bytes.ts";

/** The receivers' lock; that of the senders is where every primitive has its lock. So they are not in each other's way. */
export const RECEIVING_LOCK_AT = STATE_AT;
/** What is counted of the receiving, in that lock's line of the cache, as what is counted of the sending is in the other's. */
export const RECEIVED_ACCOUNTS_AT = RECEIVING_LOCK_AT + (ACCOUNTS_AT - LOCK_AT);
/**
 * Where the next message is read and written: bytes that count on for ever, so that what lies between is their difference. Each in a
 * line of the cache that the other side reads as seldom as it can: behind its own mark a side keeps where it last saw the other's.
 */
export const HEAD_AT = STATE_AT + 16;
const SEEN_TAIL_AT = HEAD_AT + 1;
export const TAIL_AT = STATE_AT + 32;
const SEEN_HEAD_AT = TAIL_AT + 1;
/** Whether nothing may be sent any more. */
const CLOSED_AT = STATE_AT + 48;
/** Whether somebody sleeps until there is a message, or room for one; and how often these were woken, on which they sleep. */
const RECEIVERS_AT = STATE_AT + 49;
const RECEIVED_AT = STATE_AT + 50;
const SENDERS_AT = STATE_AT + 51;
const SENT_AT = STATE_AT + 52;
/** The ring begins here, in words. */
const RING_AT = STATE_AT + 64;

/** A message's length stands ahead of it; messages begin at words. */
const PREFIX_BYTES = 4;

/** How large a buffer is, for a ring of so many bytes. */
export function ringByteLength(capacityBytes: number): number {
  return RING_AT * 4 + capacityBytes;
}

/** What a message of so many bytes takes in the ring. */
export function frameBytes(length: number): number {
  return PREFIX_BYTES + ((length + 3) & ~3);
}

/** One end of the ring, at which tasks may wait: on which word, and where it says that they do. */
export interface RingEnd {
  /** The word on which they sleep; it changes when they are woken. */
  readonly sequenceAt: number;
  /** Set by who goes to sleep, cleared by who wakes all. */
  readonly flagAt: number;
}

/** Where receivers wait for a message. */
export const RECEIVERS: RingEnd = { sequenceAt: RECEIVED_AT, flagAt: RECEIVERS_AT };
/** Where senders wait for room. */
export const SENDERS: RingEnd = { sequenceAt: SENT_AT, flagAt: SENDERS_AT };

/**
 * The ring. Only a holder of the senders' lock may call `findRoom`, `push` and `close`, one of the receivers' lock `findMessage` and
 * `shift`; everything else anybody.
 *
 * What a sender finds free stays free, and what a receiver finds there stays there: only the other side changes it, for the better.
 * So a side may go by where it saw the other's mark until that does not suffice; with a backlog, the two do not touch one word of the
 * cache that the other writes. But whoever is about to sleep looks afresh: else it would sleep through what it has not seen.
 *
 * A message is there from the moment its end is: one write, after the whole of it. So a thread that dies while it sends leaves nothing
 * behind, and one that dies while it receives has received the message or has not.
 */
export class ChannelRing {
  readonly #memory: AtomicMemory;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;
  readonly #mask: number;

  /** Opens it; `capacityBytes` is a power of 2. */
  constructor(memory: AtomicMemory, buffer: SharedArrayBuffer, capacityBytes: number) {
    this.#memory = memory;
    this.#bytes = new Uint8Array(buffer, RING_AT * 4, capacityBytes);
    this.#mask = capacityBytes - 1;
  }

  /** Whether there is no message. */
  get isEmpty(): boolean {
    return this.#memory.load(HEAD_AT) === this.#memory.load(TAIL_AT);
  }

  /** Whether it is worth while to take the receivers' lock; looks at the senders' mark only if nothing is known to be there. */
  get mayHaveMessage(): boolean {
    const memory = this.#memory;
    return memory.read(HEAD_AT) !== memory.read(SEEN_TAIL_AT) || !this.isEmpty;
  }

  /** How many bytes of the ring are taken; more than there were at any moment, if both sides are busy. */
  get usedBytes(): number {
    const head = this.#memory.load(HEAD_AT); // first: so it is not ahead of the other
    return Math.min((this.#memory.load(TAIL_AT) - head) >>> 0, this.#mask + 1);
  }

  /** Whether there is room for a message of so many bytes. */
  hasRoom(length: number): boolean {
    return this.usedBytes + frameBytes(length) <= this.#mask + 1;
  }

  /** Whether nothing may be sent any more. */
  get isClosed(): boolean {
    return this.#memory.load(CLOSED_AT) === 1;
  }

  /** Ends the sending. */
  close(): void {
    this.#memory.store(CLOSED_AT, 1);
  }

  /** Whether there is room for a message of so many bytes, as far as need be looked. */
  findRoom(length: number): boolean {
    const memory = this.#memory, tail = memory.read(TAIL_AT), most = this.#mask + 1 - frameBytes(length);
    if (((tail - memory.read(SEEN_HEAD_AT)) >>> 0) <= most) return true;
    const head = memory.load(HEAD_AT);
    memory.write(SEEN_HEAD_AT, head);
    return ((tail - head) >>> 0) <= most;
  }

  /** Writes a message, for which there must be room. */
  push(message: Uint8Array, length: number): void {
    const memory = this.#memory, mask = this.#mask, tail = memory.read(TAIL_AT);
    memory.write(RING_AT + ((tail & mask) >> 2), length);
    const from = (tail + PREFIX_BYTES) & mask, bytes = this.#bytes;
    if (length <= FEW_BYTES) {
      for (let i = 0; i < length; i++) bytes[(from + i) & mask] = message[i]!;
    } else {
      const first = Math.min(length, mask + 1 - from);
      bytes.set(viewOf(message, 0, first), from);
      if (first < length) bytes.set(viewOf(message, first, length), 0);
    }
    memory.store(TAIL_AT, (tail + frameBytes(length)) | 0);
  }

  /** Whether there is a message, as far as need be looked. */
  findMessage(): boolean {
    const memory = this.#memory, head = memory.read(HEAD_AT);
    if (memory.read(SEEN_TAIL_AT) !== head) return true;
    const tail = memory.load(TAIL_AT);
    memory.write(SEEN_TAIL_AT, tail);
    return tail !== head;
  }

  /** How many bytes the oldest message has, which there must be; for a holder of the receivers' lock. */
  get nextLength(): number {
    return this.#memory.read(RING_AT + ((this.#memory.read(HEAD_AT) & this.#mask) >> 2));
  }

  /** Takes out the oldest message, which has so many bytes; `message` has room for them. */
  shift(message: Uint8Array, length: number): void {
    const memory = this.#memory, mask = this.#mask, head = memory.read(HEAD_AT);
    const from = (head + PREFIX_BYTES) & mask, bytes = this.#bytes;
    if (length <= FEW_BYTES) {
      for (let i = 0; i < length; i++) message[i] = bytes[(from + i) & mask]!;
    } else {
      const first = Math.min(length, mask + 1 - from);
      setBytes.call(message, bytes.subarray(from, from + first));
      if (first < length) setBytes.call(message, bytes.subarray(0, length - first), first);
    }
    memory.store(HEAD_AT, (head + frameBytes(length)) | 0);
  }

  /**
   * Says that the caller will sleep at an end; answers the value of the word to sleep on, or `undefined` if it can go on after all.
   *
   * The flag is set before that is asked, and looked at after a change: so either side sees the other.
   */
  announce({ flagAt, sequenceAt }: RingEnd, canGoOn: () => boolean): number | undefined {
    const sequence = this.#memory.load(sequenceAt);
    this.#memory.store(flagAt, 1);
    return canGoOn() ? undefined : sequence;
  }

  /** Wakes all who sleep at an end, after a change that they may wait for; costs one read if nobody does. */
  wake({ flagAt, sequenceAt }: RingEnd): void {
    const memory = this.#memory;
    if (memory.load(flagAt) === 0 || memory.exchange(flagAt, 0) === 0) return;
    memory.add(sequenceAt, 1);
    memory.notify(sequenceAt, Infinity);
  }
}

/** Up to here a loop is faster than views of parts. */
const FEW_BYTES = 48;
