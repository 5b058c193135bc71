/**
 * The accounts of a shared pool: what is free, and who holds what.
 *
 * @module
 */

import { toUnits, unitsPerWhole } from "../units.ts";
import {
  FREE_LEASE_AT,
  GENERATION,
  GRANTS_AT,
  HOLDER,
  type Layout,
  LEASE_WORDS,
  NEXT_FREE,
  NO_RETURNS,
  NOTHING_RETURNED,
  RETAKES,
  RETURNED,
  THREADS_END_AT,
} from "./layout.ts";
import type { PoolMemory } from "./memory.ts";

/** What is asked for, or held: `length` pairs of a kind's place and units above 0. */
export interface SharedDemand {
  length: number;
  readonly places: number[];
  readonly units: number[];
}

/**
 * Leases and stocks in shared memory. Every method is to be called with the lock held, but for those that end in `Unlocked`.
 *
 * A lease is named by its record and its generation: no later lease has both.
 *
 * The table of leases is the truth. The free units and the list of free records follow from it: whatever a thread leaves half done
 * when it dies in here is mended by counting anew; see {@linkcode rebuild}.
 *
 * `Atomics` are calls of some 8 ns each, whichever they are: the hot paths use as few as can be.
 */
export class Books {
  readonly #layout: Layout;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #ints: Int32Array<SharedArrayBuffer>;
  readonly #doubles: Float64Array<SharedArrayBuffer>;
  readonly #kinds: number;
  readonly #freeAt: number;
  readonly #setAsideAt: number;
  readonly #leaseAt: number;
  readonly #unitsAt: number;

  /** Opens the accounts. */
  constructor({ layout, words, ints, doubles }: PoolMemory) {
    this.#layout = layout;
    this.#words = words;
    this.#ints = ints;
    this.#doubles = doubles;
    this.#kinds = layout.kinds;
    this.#freeAt = layout.freeAt;
    this.#setAsideAt = layout.setAsideAt;
    this.#leaseAt = layout.leaseAt;
    this.#unitsAt = layout.unitsAt;
  }

  /** Whether a demand fits beside what is set aside for those who wait. */
  fits(demand: SharedDemand): boolean {
    const doubles = this.#doubles, { length, places, units } = demand;
    for (let i = 0; i < length; i++) {
      const place = places[i]!;
      if (doubles[this.#freeAt + place]! - doubles[this.#setAsideAt + place]! < units[i]!) return false;
    }
    return true;
  }

  /** The units of a kind that no lease holds. */
  free(place: number): number {
    return this.#doubles[this.#freeAt + place]!;
  }

  /** The units of a kind that there are in all. */
  total(place: number): number {
    const capacity = this.#doubles[this.#layout.capacityAt + place]!;
    return toUnits(capacity, unitsPerWhole(capacity));
  }

  /** The record that the next grant will have, or -1 if all are taken. */
  get vacantLease(): number {
    return this.#ints[FREE_LEASE_AT]!;
  }

  /** The generation of a record; odd while it is held. */
  generation(lease: number): number {
    return this.#ints[this.#leaseAt + lease * LEASE_WORDS + GENERATION]!;
  }

  /** Grants a demand that fits to a thread, as {@linkcode vacantLease}, which there must be; answers the lease's generation. */
  grant(demand: SharedDemand, thread: number): number {
    const ints = this.#ints, doubles = this.#doubles, { length, places, units } = demand;
    const lease = ints[FREE_LEASE_AT]!, at = this.#leaseAt + lease * LEASE_WORDS;
    const unitsAt = this.#unitsAt + lease * this.#kinds;
    for (let i = 0; i < length; i++) doubles[unitsAt + places[i]!] = units[i]!;
    ints[FREE_LEASE_AT] = ints[at + NEXT_FREE]!;
    ints[at + HOLDER] = thread;
    const generation = (ints[at + GENERATION]! + 1) | 0;
    ints[at + GENERATION] = generation; // from here on it is held
    for (let i = 0; i < length; i++) doubles[this.#freeAt + places[i]!]! -= units[i]!;
    doubles[GRANTS_AT]!++;
    return generation;
  }

  /** Takes back a lease; false if it is not held any more. */
  takeBack(lease: number, generation: number): boolean {
    const ints = this.#ints, doubles = this.#doubles;
    const at = this.#leaseAt + lease * LEASE_WORDS, unitsAt = this.#unitsAt + lease * this.#kinds;
    if (ints[at + GENERATION] !== generation || (generation & 1) === 0) return false;
    ints[at + GENERATION] = (generation + 1) | 0; // from here on it is not held
    for (let place = 0; place < this.#kinds; place++) {
      const units = doubles[unitsAt + place]!;
      if (units === 0) continue;
      doubles[unitsAt + place] = 0;
      doubles[this.#freeAt + place]! += units;
    }
    ints[at + NEXT_FREE] = ints[FREE_LEASE_AT]!;
    ints[FREE_LEASE_AT] = lease;
    return true;
  }

  /** Takes back a part of a lease, which has more than that of some kind; false if it is not held any more. */
  takePart(lease: number, generation: number, part: SharedDemand): boolean {
    const doubles = this.#doubles, unitsAt = this.#unitsAt + lease * this.#kinds;
    if (this.generation(lease) !== generation || (generation & 1) === 0) return false;
    for (let i = 0; i < part.length; i++) {
      const place = part.places[i]!, units = part.units[i]!;
      doubles[unitsAt + place]! -= units;
      doubles[this.#freeAt + place]! += units;
    }
    return true;
  }

  /** Takes back all that a thread holds, and keeps it from giving back without the lock; answers how many leases it held. */
  takeBackFrom(thread: number): number {
    const returned = Atomics.exchange(this.#words, this.#layout.thread(thread) + RETURNED, NO_RETURNS);
    let count = 0;
    for (let lease = 0; lease < this.#layout.maxLeases; lease++) {
      if (this.#ints[this.#leaseAt + lease * LEASE_WORDS + HOLDER] === thread) {
        if (this.takeBack(lease, this.generation(lease)) && returned !== lease + 1) count++;
      }
    }
    return count;
  }

  /**
   * Gives back a lease of the calling thread: it remains in the table, and whoever has the lock may enter it. False if that is not
   * allowed: somebody waits, or the thread has given back another. Nobody else may have been told of the lease.
   */
  returnUnlocked(threadAt: number, lease: number): boolean {
    return Atomics.compareExchange(this.#words, threadAt + RETURNED, NOTHING_RETURNED, lease + 1) === NOTHING_RETURNED;
  }

  /** Takes again what {@linkcode returnUnlocked} gave back; false if that was entered. */
  retakeUnlocked(threadAt: number, lease: number): boolean {
    if (Atomics.compareExchange(this.#words, threadAt + RETURNED, lease + 1, NOTHING_RETURNED) !== lease + 1) {
      return false;
    }
    this.#doubles[(threadAt + RETAKES) >> 1]!++;
    return true;
  }

  /** Enters what the calling thread itself has given back. Needs no `Atomics`: nobody else without the lock touches its record. */
  enterOwnReturn(threadAt: number): void {
    const ints = this.#ints, at = threadAt + RETURNED, lease = ints[at]! - 1;
    if (lease < 0) return;
    ints[at] = NO_RETURNS - 1 - lease;
    this.takeBack(lease, this.generation(lease));
    ints[at] = NOTHING_RETURNED;
  }

  /** Enters what threads have given back without the lock; answers whether there was anything. */
  enterReturns(): boolean {
    let entered = false;
    for (let thread = Atomics.load(this.#words, THREADS_END_AT) - 1; thread >= 0; thread--) {
      const at = this.#layout.thread(thread) + RETURNED, returned = Atomics.load(this.#words, at);
      if (returned <= NOTHING_RETURNED) continue;
      if (Atomics.compareExchange(this.#words, at, returned, NO_RETURNS - returned) !== returned) continue; // had again by its thread
      this.#enterReturn(at);
      entered = true;
    }
    return entered;
  }

  /** Enters what threads have given back, and makes them take the lock for that from now on; answers whether there was anything. */
  forbidReturns(): boolean {
    const entered = this.enterReturns(), words = this.#words;
    let more = false;
    for (let thread = Atomics.load(words, THREADS_END_AT) - 1; thread >= 0; thread--) {
      const at = this.#layout.thread(thread) + RETURNED;
      if (Atomics.load(words, at) === NO_RETURNS) continue;
      // Anything but nothing means that the thread has just given something back.
      if (Atomics.compareExchange(words, at, NOTHING_RETURNED, NO_RETURNS) !== NOTHING_RETURNED) more = true;
    }
    return more ? this.forbidReturns() || entered : entered;
  }

  /** Allows the calling thread to give back without the lock. */
  allowReturns(threadAt: number): void {
    if (this.#ints[threadAt + RETURNED] === NO_RETURNS) this.#ints[threadAt + RETURNED] = NOTHING_RETURNED;
  }

  /** Counts anew what is free, from the leases that are held. */
  rebuild(): void {
    const ints = this.#ints, doubles = this.#doubles, kinds = this.#kinds;
    for (let place = 0; place < kinds; place++) doubles[this.#freeAt + place] = this.total(place);
    ints[FREE_LEASE_AT] = -1;
    for (let lease = this.#layout.maxLeases - 1; lease >= 0; lease--) {
      const unitsAt = this.#unitsAt + lease * kinds;
      if ((this.generation(lease) & 1) === 1) {
        for (let place = 0; place < kinds; place++) doubles[this.#freeAt + place]! -= doubles[unitsAt + place]!;
      } else {
        doubles.fill(0, unitsAt, unitsAt + kinds);
        ints[this.#leaseAt + lease * LEASE_WORDS + NEXT_FREE] = ints[FREE_LEASE_AT]!;
        ints[FREE_LEASE_AT] = lease;
      }
    }
    for (let thread = Atomics.load(this.#words, THREADS_END_AT) - 1; thread >= 0; thread--) {
      const at = this.#layout.thread(thread) + RETURNED;
      if (Atomics.load(this.#words, at) < NO_RETURNS) this.#enterReturn(at);
    }
  }

  /** How many leases are held; costs the size of their table. */
  countLeases(): number {
    let count = 0;
    for (let lease = 0; lease < this.#layout.maxLeases; lease++) {
      count += this.generation(lease) & 1;
    }
    return count;
  }

  /** How many leases were granted in all. */
  countGrants(): number {
    let count = this.#doubles[GRANTS_AT]!;
    for (let thread = 0; thread < this.#layout.maxThreads; thread++) {
      count += this.#doubles[(this.#layout.thread(thread) + RETAKES) >> 1]!;
    }
    return count;
  }

  /** Takes back the lease that a thread's record says is being entered; it may be back already. */
  #enterReturn(at: number): void {
    const lease = NO_RETURNS - Atomics.load(this.#words, at) - 1;
    this.takeBack(lease, this.generation(lease));
    Atomics.store(this.#words, at, NO_RETURNS); // its thread takes the lock once, and may then return without it again
  }
}
