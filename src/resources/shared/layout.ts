/**
 * Where a shared pool's figures lie in its buffer.
 *
 * One `SharedArrayBuffer`, seen as 32-bit words and as doubles: a header, the stocks, then three tables of fixed size, for threads,
 * leases and waiters. A place of which the name ends in `AT` is an index into the words (or, where it says so, the doubles);
 * a field of a record is an offset from the record's first word.
 *
 * @module
 */

/** What the first word of a pool's buffer is. */
export const MAGIC = 0x70_75_66_66;
/** Changes whenever the layout or the protocol does: threads of two versions must not share a buffer. */
export const LAYOUT_VERSION = 2;

/** Header, in words. */
export const MAGIC_AT = 0;
export const VERSION_AT = 1;
export const KINDS_AT = 2;
export const MAX_THREADS_AT = 3;
export const MAX_LEASES_AT = 4;
export const MAX_WAITERS_AT = 5;
/** Who is in the critical section; alone on its cache line. */
export const LOCK_AT = 16;
/** How many wait. */
export const WAITERS_AT = 32;
/** No thread has, or had, a record at or above this one. */
export const THREADS_END_AT = 33;
/** The first lease record that is free, or -1. */
export const FREE_LEASE_AT = 34;
/** The first and the last in line, or -1. */
export const FIRST_AT = 35;
export const LAST_AT = 36;
/** Where to look first for a free waiter record. */
export const FREE_WAITER_HINT_AT = 37;

/** Header, in doubles. */
export const GRANTS_AT = 24;
export const TICKETS_AT = 25;
export const DEATHS_AT = 26;
export const REPAIRS_AT = 27;
export const NEXT_SWEEP_MS_AT = 28;
export const LEAKS_AT = 29;
const STOCKS_AT = 32;

/** A thread's record: 16 words, a cache line. */
const THREAD_WORDS = 16;
/** One of the states below. */
export const STATE = 0;
/** How many threads have had this record. */
export const INCARNATION = 1;
/** Its answers whether it lives: the three words of a roll call. */
export const ANSWERS = 2;
/**
 * What the thread gave back last, without the lock: 1 plus the lease's place. `NOTHING_RETURNED`, and only then it may give back
 * without the lock; or `NO_RETURNS`: it is to take the lock, as somebody waits; or `NO_RETURNS` less 1 plus the lease's place, while
 * that is entered in the books.
 */
export const RETURNED = 5;
export const NOTHING_RETURNED = 0;
export const NO_RETURNS = -1;
/** How many leases the thread was granted without the lock, as a double at this word; written by that thread alone. */
export const RETAKES = 8;

/** States of a thread's record. */
export const VACANT = 0;
export const JOINING = 1;
export const ATTACHED = 2;
/** Its leases were taken back because somebody said that it is dead; the record is free once it really is, or has noticed. */
export const FENCED = 3;

/** A lease's record: 3 words, and a double for each kind. */
export const LEASE_WORDS = 3;
/** Odd while the lease is held: the one word that decides whether it is. */
export const GENERATION = 0;
export const HOLDER = 1;
/** The next free record, or -1. */
export const NEXT_FREE = 2;

/** A waiter's record: 8 words, a double for its ticket, and one for each kind. */
const WAITER_WORDS = 8;
/** What the waiter waits on: its generation and, in the two lowest bits, one of the stages below. */
export const STAGE = 0;
export const WAITING_THREAD = 1;
/** Its neighbours in line, or -1. */
export const AHEAD = 2;
export const BEHIND = 3;
/** What it was, or is about to be, granted: a lease's place, or -1, and generation. */
export const GRANTED_LEASE = 4;
export const GRANTED_GENERATION = 5;

/** Stages of a waiter. */
export const NOBODY = 0;
export const WAITING = 1;
export const GRANTED = 2;
export const STAGE_MASK = 3;

/** How large the tables are. */
export interface TableSizes {
  /** How many kinds there are. */
  readonly kinds: number;
  /** How many threads may be attached at once. */
  readonly maxThreads: number;
  /** How many leases may be held at once. */
  readonly maxLeases: number;
  /** How many may wait at once. */
  readonly maxWaiters: number;
}

/** A buffer, and where its tables begin. */
export class Layout implements TableSizes {
  readonly kinds: number;
  readonly maxThreads: number;
  readonly maxLeases: number;
  readonly maxWaiters: number;
  /** First of the stocks' doubles, one for each kind. */
  readonly capacityAt: number;
  readonly freeAt: number;
  readonly setAsideAt: number;
  /** How many of those in line want some of the kind. */
  readonly wantedAt: number;
  /** First of the waiters' and of the leases' doubles. */
  readonly ticketAt: number;
  readonly demandAt: number;
  readonly unitsAt: number;
  /** First of the records' words. */
  readonly threadAt: number;
  readonly leaseAt: number;
  readonly waiterAt: number;
  /** Size of the whole, in bytes. */
  readonly byteLength: number;

  /** Lays out tables of these sizes. */
  constructor({ kinds, maxThreads, maxLeases, maxWaiters }: TableSizes) {
    this.kinds = kinds;
    this.maxThreads = maxThreads;
    this.maxLeases = maxLeases;
    this.maxWaiters = maxWaiters;
    this.capacityAt = STOCKS_AT;
    this.freeAt = this.capacityAt + kinds;
    this.setAsideAt = this.freeAt + kinds;
    this.wantedAt = this.setAsideAt + kinds;
    this.ticketAt = this.wantedAt + kinds;
    this.demandAt = this.ticketAt + maxWaiters;
    this.unitsAt = this.demandAt + maxWaiters * kinds;
    const doubles = this.unitsAt + maxLeases * kinds;
    this.threadAt = Math.ceil(doubles * 2 / THREAD_WORDS) * THREAD_WORDS; // a line of the cache for each
    this.leaseAt = this.threadAt + maxThreads * THREAD_WORDS;
    this.waiterAt = this.leaseAt + maxLeases * LEASE_WORDS;
    this.byteLength = (this.waiterAt + maxWaiters * WAITER_WORDS) * Int32Array.BYTES_PER_ELEMENT;
  }

  /** First word of a thread's record. */
  thread(place: number): number {
    return this.threadAt + place * THREAD_WORDS;
  }

  /** First word of a lease's record. */
  lease(place: number): number {
    return this.leaseAt + place * LEASE_WORDS;
  }

  /** First word of a waiter's record. */
  waiter(place: number): number {
    return this.waiterAt + place * WAITER_WORDS;
  }
}
