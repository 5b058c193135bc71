/**
 * The orderings said with lists: nothing is remembered that can be counted anew, nothing is forgotten, every step looks at all.
 *
 * @module
 */

import type { Demand } from "../../placement/placement.ts";
import type { Candidate } from "../ordering.ts";

/** What an oracle needs to know of a waiter. */
type Waiting = Pick<Candidate, "owner" | "level" | "arrivedMs" | "ticket" | "demand">;

/** An ordering's rule. */
export abstract class PlainQueue<W extends Waiting> {
  /** Who waits, in the order of arrival. */
  protected waiting: W[] = [];

  join(waiter: W): void {
    this.waiting.push(waiter);
  }

  leave(waiter: W): void {
    this.waiting = this.waiting.filter((other) => other !== waiter);
  }

  granted(_owner: string | undefined, _demand: Demand): void {}

  released(_owner: string | undefined, _demand: Demand): void {}

  /** All who wait, in the order of service. */
  abstract order(): W[];

  /** The owners who wait, each once, with their requests in the order of arrival. */
  protected byOwner(): Map<string | undefined, W[]> {
    return Map.groupBy(this.waiting, ({ owner }) => owner);
  }
}

export class PlainFifo<W extends Waiting> extends PlainQueue<W> {
  override order(): W[] {
    return this.waiting.toSorted((a, b) => a.ticket - b.ticket);
  }
}

export class PlainPriority<W extends Waiting> extends PlainQueue<W> {
  readonly #agingMs: number;
  /** Every arrival there has been. */
  readonly #arrivals: W[] = [];

  constructor(agingMs: number) {
    super();
    this.#agingMs = agingMs;
  }

  override join(waiter: W): void {
    super.join(waiter);
    this.#arrivals.push(waiter);
  }

  override order(): W[] {
    return this.waiting.toSorted((a, b) => this.#rankMs(a) - this.#rankMs(b) || a.ticket - b.ticket);
  }

  /** When it came, in time that only goes forward, less its head start. */
  #rankMs(waiter: W): number {
    let forwardMs = 0;
    for (let at = 1; at < this.#arrivals.length; at++) {
      const last = this.#arrivals[at - 1], arrival = this.#arrivals[at];
      if (last === undefined || arrival === undefined || arrival.ticket > waiter.ticket) break;
      forwardMs += Math.max(0, arrival.arrivedMs - last.arrivedMs);
    }
    return forwardMs - waiter.level * this.#agingMs;
  }
}

/** Serves the owner with the least key, ties to the older request, again and again; a key changes only by what its owner is charged. */
function serveInTurn<W extends Waiting>(
  lines: Map<string | undefined, W[]>,
  keyOf: (owner: string | undefined) => number,
  charge: (waiter: W) => void,
): W[] {
  const order: W[] = [];
  const keyed = [...lines.values()].map((line) => ({ line, key: keyOf(line[0]?.owner) }));
  for (;;) {
    let next: W | undefined, turn: { line: W[]; key: number } | undefined;
    for (const candidate of keyed) {
      const [first] = candidate.line;
      if (first === undefined) continue;
      if (next && turn && (compare(candidate.key, turn.key) || first.ticket - next.ticket) > 0) continue;
      next = first;
      turn = candidate;
    }
    if (next === undefined || turn === undefined) return order;
    turn.line.shift();
    order.push(next);
    charge(next);
    turn.key = keyOf(next.owner);
  }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0; // a difference of infinities would be none
}

function costOf(demand: Demand, capacity: Float64Array): number {
  const shares = Array.from(demand.places, (place, at) => (demand.units[at] ?? 0) / (capacity[place] ?? 0));
  return Math.min(1, Math.max(0, ...shares));
}

export class PlainFairShare<W extends Waiting> extends PlainQueue<W> {
  readonly #capacity: Float64Array;
  readonly #weightOf: (owner: string | undefined) => number;
  #tags = new Map<string | undefined, number>();
  #virtualTime = 0;

  constructor(capacity: Float64Array, weightOf: (owner: string | undefined) => number = () => 1) {
    super();
    this.#capacity = capacity;
    this.#weightOf = weightOf;
  }

  /** How many owners wait, or have had more than the virtual time says. */
  get remembered(): number {
    return this.#tags.size;
  }

  override join(waiter: W): void {
    this.#forget();
    super.join(waiter);
    if (!this.#tags.has(waiter.owner)) this.#tags.set(waiter.owner, this.#virtualTime);
  }

  override leave(waiter: W): void {
    super.leave(waiter);
    if (this.waiting.length > 0) return;
    this.#tags.clear();
    this.#virtualTime = 0;
  }

  override granted(owner: string | undefined, demand: Demand): void {
    const tag = this.#tags.get(owner);
    if (tag === undefined) return;
    const tags = [...this.byOwner().keys(), owner].map((other) => this.#tags.get(other) ?? NaN);
    this.#virtualTime = Math.max(this.#virtualTime, Math.min(...tags));
    this.#tags.set(owner, tag + costOf(demand, this.#capacity) / this.#weightOf(owner));
    this.#forget();
  }

  override order(): W[] {
    const tags = new Map(this.#tags);
    return serveInTurn(this.byOwner(), (owner) => tags.get(owner) ?? NaN, ({ owner, demand }) => {
      tags.set(owner, (tags.get(owner) ?? NaN) + costOf(demand, this.#capacity) / this.#weightOf(owner));
    });
  }

  #forget(): void {
    const waiting = this.byOwner();
    for (const [owner, tag] of this.#tags) {
      if (!waiting.has(owner) && tag <= this.#virtualTime) this.#tags.delete(owner);
    }
  }
}

export class PlainRoundRobin<W extends Waiting> extends PlainQueue<W> {
  /** The owners who wait: the first has the next turn. */
  #ring: (string | undefined)[] = [];

  override join(waiter: W): void {
    super.join(waiter);
    if (!this.#ring.includes(waiter.owner)) this.#ring.push(waiter.owner);
  }

  override leave(waiter: W): void {
    super.leave(waiter);
    this.#ring = this.#ring.filter((owner) => this.byOwner().has(owner));
  }

  override granted(owner: string | undefined): void {
    if (!this.#ring.includes(owner)) return;
    this.#ring = [...this.#ring.filter((other) => other !== owner), owner];
  }

  override order(): W[] {
    const order: W[] = [], lines = this.byOwner();
    for (let round = 0; order.length < this.waiting.length; round++) {
      for (const owner of this.#ring) order.push(...(lines.get(owner) ?? []).slice(round, round + 1));
    }
    return order;
  }
}

export class PlainDominantShares<W extends Waiting> extends PlainQueue<W> {
  readonly #capacity: Float64Array;
  readonly #weightOf: (owner: string | undefined) => number;
  /** All that has been granted and all that has been given back. */
  readonly #books: { owner: string | undefined; demand: Demand; sign: 1 | -1 }[] = [];

  constructor(capacity: Float64Array, weightOf: (owner: string | undefined) => number = () => 1) {
    super();
    this.#capacity = capacity;
    this.#weightOf = weightOf;
  }

  /** How many owners wait or hold something. */
  get remembered(): number {
    const owners = new Set(this.byOwner().keys());
    for (const { owner } of this.#books) {
      if (this.#held(owner).some((units) => units > 0)) owners.add(owner);
    }
    return owners.size;
  }

  override granted(owner: string | undefined, demand: Demand): void {
    this.#books.push({ owner, demand, sign: 1 });
  }

  override released(owner: string | undefined, demand: Demand): void {
    this.#books.push({ owner, demand, sign: -1 });
  }

  override order(): W[] {
    const pages = this.#books.length;
    const order = serveInTurn(this.byOwner(), (owner) => this.#share(owner), ({ owner, demand }) => {
      this.granted(owner, demand);
    });
    this.#books.length = pages;
    return order;
  }

  #share(owner: string | undefined): number {
    const shares = this.#held(owner).map((units, place) => units === 0 ? 0 : units / (this.#capacity[place] ?? 0));
    return Math.max(...shares) / this.#weightOf(owner);
  }

  #held(owner: string | undefined): number[] {
    const held = Array.from(this.#capacity, () => 0);
    for (const page of this.#books) {
      if (page.owner !== owner) continue;
      for (let at = 0; at < page.demand.length; at++) {
        const place = page.demand.places[at] ?? 0;
        held[place] = (held[place] ?? 0) + page.sign * (page.demand.units[at] ?? 0);
      }
    }
    return held;
  }
}

/** Lets whoever has waited longest go first after so many grants to others. */
export class PlainTurnGuard<W extends Waiting> extends PlainQueue<W> {
  readonly #strategy: PlainQueue<W>;
  readonly #maxPassed: number;
  #passed = 0;

  constructor(strategy: PlainQueue<W>, maxPassed: number) {
    super();
    this.#strategy = strategy;
    this.#maxPassed = maxPassed;
  }

  override join(waiter: W): void {
    if (this.waiting.length === 0) this.#passed = 0;
    super.join(waiter);
    this.#strategy.join(waiter);
  }

  override leave(waiter: W): void {
    if (waiter === this.waiting[0]) this.#passed = 0;
    super.leave(waiter);
    this.#strategy.leave(waiter);
  }

  override granted(owner: string | undefined, demand: Demand): void {
    this.#passed++;
    this.#strategy.granted(owner, demand);
  }

  override released(owner: string | undefined, demand: Demand): void {
    this.#strategy.released(owner, demand);
  }

  override order(): W[] {
    const overdue = this.#passed >= this.#maxPassed ? this.waiting.slice(0, 1) : [];
    return [...overdue, ...this.#strategy.order().filter((waiter) => !overdue.includes(waiter))];
  }
}
