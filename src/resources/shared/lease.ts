/**
 * What a holder has out of a shared pool, until it gives it back.
 *
 * @module
 */

import type { ResourceAmounts } from "../request.ts";
import type { SharedDemand } from "./books.ts";
import type { Seat } from "./seat.ts";

/**
 * What was granted out of a shared pool, whole. The object belongs to one thread: `postMessage` would leave its methods behind. Post its
 * `id` to a thread that is to give it back, and call `pool.release(id)` there.
 */
export interface SharedLease<Kinds extends string> extends Disposable {
  /**
   * Names the lease in all threads, for `pool.release(id)`: a safe integer that names another lease after 2^31 others at the
   * earliest. To be read while the lease is held: -1, which names none, if nobody did before it was given back.
   */
  readonly id: number;
  /** What was granted, less what {@linkcode shrink} gave back, by kind, to a millionth; a kind of which it has none is not mentioned. */
  readonly amounts: ResourceAmounts<Kinds>;
  /** Whether it has been given back, by whatever thread, or was taken back. */
  readonly released: boolean;
  /** Gives everything back at once, and serves whoever waits for it; a second call changes nothing. */
  release(): void;
  /**
   * Gives a part back; the whole if nothing would be left. Changes nothing once the lease has been given back.
   *
   * @param part How much of each kind to give back.
   * @throws {TypeError} If it names a kind that the pool does not have, or nothing.
   * @throws {RangeError} If it is more than the lease has, negative, not finite, or too small to count.
   */
  shrink(part: ResourceAmounts<Kinds>): void;
}

/** The id of a lease that has none. */
export const NO_ID = -1;

/** Names a lease: its record, and what tells it from other leases of that record. */
export interface LeaseRecord {
  /** Number of the record. */
  readonly place: number;
  /** Odd. */
  readonly generation: number;
}

/** The lease of a thread. */
export class HeldLease<Kinds extends string> implements SharedLease<Kinds>, LeaseRecord {
  readonly place: number;
  readonly generation: number;
  /** Whether its id was read, so that any thread may give it back at any time. */
  published = false;
  readonly #seat: Seat<Kinds>;
  #held = true;
  /** The first kind, and how much of it. */
  readonly #kind: number;
  #units: number;
  /** Places and units of the other kinds in turn; shared with later leases, and so never changed. */
  #others: readonly number[] | undefined;

  /** Describes a lease that was granted; see {@linkcode describeLease}. */
  constructor(
    seat: Seat<Kinds>,
    record: LeaseRecord,
    kind: number,
    units: number,
    others: readonly number[] | undefined,
  ) {
    this.place = record.place;
    this.generation = record.generation;
    this.#seat = seat;
    this.#kind = kind;
    this.#units = units;
    this.#others = others;
  }

  get id(): number {
    if (!this.#held && !this.published) return NO_ID;
    this.published = true;
    return this.#seat.leaseId(this);
  }

  get amounts(): ResourceAmounts<Kinds> {
    const { kinds } = this.#seat, held = this.#demand(), amounts: { [Kind in Kinds]?: number } = {};
    for (let i = 0; i < held.length; i++) {
      const place = held.places[i]!, units = held.units[i]!;
      if (units > 0) amounts[kinds.names[place]!] = kinds.amount(place, units);
    }
    return Object.freeze(amounts);
  }

  get released(): boolean {
    return !this.#held || !this.#seat.holds(this);
  }

  release(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#seat.giveBack(this);
  }

  shrink(part: ResourceAmounts<Kinds>): void {
    const held = this.#demand(), given = this.#seat.kinds.readPart(part, held);
    const keepsSome = held.places.some((place, i) => {
      const at = given.places.indexOf(place);
      return at < 0 ? held.units[i]! > 0 : given.units[at]! < held.units[i]!;
    });
    if (!keepsSome) return this.release();
    if (!this.#held || !this.#seat.giveBackPart(this, given)) return;
    for (let i = 0; i < given.length; i++) this.#reduce(given.places[i]!, given.units[i]!);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  /** Whether it has exactly what is asked for, with the kinds in the same order. Hot path. */
  isOf({ length, places, units }: SharedDemand): boolean {
    const others = this.#others;
    if (places[0] !== this.#kind || units[0] !== this.#units) return false;
    if (others === undefined) return length === 1;
    if (others.length !== 2 * (length - 1)) return false;
    for (let i = 1; i < length; i++) {
      if (places[i] !== others[2 * i - 2] || units[i] !== others[2 * i - 1]) return false;
    }
    return true;
  }

  /** A lease of the same record and amounts, once this one was given back: its holder has taken it again. Hot path. */
  again(): HeldLease<Kinds> {
    return new HeldLease(this.#seat, this, this.#kind, this.#units, this.#others);
  }

  #demand(): SharedDemand {
    const others = this.#others, demand: SharedDemand = { length: 1, places: [this.#kind], units: [this.#units] };
    for (let i = 0; others !== undefined && i < others.length; i += 2) {
      demand.places.push(others[i]!);
      demand.units.push(others[i + 1]!);
      demand.length++;
    }
    return demand;
  }

  #reduce(place: number, units: number): void {
    if (place === this.#kind) this.#units -= units;
    this.#others = this.#others?.map((value, i, others) =>
      i % 2 === 1 && others[i - 1] === place ? value - units : value
    );
  }
}

/** The object for a lease that was granted. */
export function describeLease<Kinds extends string>(
  seat: Seat<Kinds>,
  record: LeaseRecord,
  { length, places, units }: SharedDemand,
): HeldLease<Kinds> {
  let others: number[] | undefined;
  if (length > 1) {
    others = [];
    for (let i = 1; i < length; i++) others.push(places[i]!, units[i]!);
  }
  return new HeldLease(seat, record, places[0]!, units[0]!, others);
}
