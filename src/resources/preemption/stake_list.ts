/**
 * The leases of one node that may be preempted, from the most precious to the cheapest.
 *
 * @module
 */

import type { Search } from "./search.ts";
import type { Stake } from "./stake.ts";

/** A page with more is divided. */
const MOST = 128;
/** A page with fewer joins a neighbour if the two are no more than {@linkcode COMFORTABLE}. */
const FEWEST = 32;
const COMFORTABLE = 96;

/** Some of a node's leases, neighbours in the order, and what they hold together. */
export class StakePage<Kinds extends string> {
  /** From the most precious to the cheapest. */
  readonly stakes: Stake<Kinds>[] = [];
  /** What they hold, in units by kind's place. */
  readonly sums: Float64Array;
  /** The level of the most precious; kept here to spare a search the way to it. */
  level = -Infinity;

  /** Makes an empty page for so many kinds. */
  constructor(kinds: number) {
    this.sums = new Float64Array(kinds);
  }

  /** Puts a stake at a place. */
  insert(at: number, stake: Stake<Kinds>): void {
    if (at === this.stakes.length) this.stakes.push(stake);
    else this.stakes.splice(at, 0, stake);
    stake.page = this;
    if (at === 0) this.level = stake.level;
    this.#count(stake.units, 1);
  }

  /** Takes out the stake at a place. */
  remove(at: number): void {
    const [stake] = at === this.stakes.length - 1 ? [this.stakes.pop()] : this.stakes.splice(at, 1);
    if (stake === undefined) return;
    stake.page = undefined;
    if (at === 0) this.level = this.stakes[0]?.level ?? -Infinity;
    this.#count(stake.units, -1);
  }

  /** Moves the stakes from a place on to the end of another page. */
  moveTo(other: StakePage<Kinds>, from: number): void {
    for (const stake of this.stakes.splice(from)) {
      this.#count(stake.units, -1);
      other.insert(other.stakes.length, stake);
    }
  }

  /** A stake of this page holds other amounts. */
  change(stake: Stake<Kinds>, units: Float64Array): void {
    this.#count(stake.units, -1);
    this.#count(units, 1);
    stake.units = units;
  }

  #count(units: Float64Array, sign: 1 | -1): void {
    for (let place = 0; place < units.length; place++) this.sums[place]! += units[place]! * sign;
  }
}

/**
 * Pages of up to 128 leases with their sums: whoever looks for the shortest sufficient run of the cheapest skips all pages
 * that are not enough, and looks at single leases in one. To add and to remove one costs O(log n) comparisons and O(1) page of
 * moves; the new lease of the lowest level, being the cheapest, is just pushed.
 */
export class StakeList<Kinds extends string> {
  readonly #pages: StakePage<Kinds>[] = [];
  readonly #kinds: number;
  // Where the last search ended:
  #page = 0;
  #at = 0;

  /** Makes an empty list for so many kinds. */
  constructor(kinds: number) {
    this.#kinds = kinds;
  }

  /** The one that is taken first. */
  get cheapest(): Stake<Kinds> | undefined {
    return this.#pages.at(-1)?.stakes.at(-1);
  }

  /** Takes a stake in. */
  add(stake: Stake<Kinds>): void {
    const pages = this.#pages;
    if (pages.length === 0) pages.push(new StakePage(this.#kinds));
    const number = this.#pageOf(stake), page = pages[number]!, at = placeOf(page.stakes, stake);
    page.insert(at, stake);
    if (page.stakes.length <= MOST) return;
    const right = new StakePage<Kinds>(this.#kinds), isLast = number === pages.length - 1 && at === MOST;
    page.moveTo(right, isLast ? MOST : MOST >> 1); // where leases only come at the end, pages stay full
    pages.splice(number + 1, 0, right);
  }

  /** Takes out a stake, which is in. */
  remove(stake: Stake<Kinds>): void {
    const pages = this.#pages, number = this.#pageOf(stake), page = pages[number]!;
    page.remove(placeOf(page.stakes, stake));
    if (page.stakes.length >= FEWEST) return;
    if (page.stakes.length === 0 && pages.length > 1) pages.splice(number, 1); // the last page stays, for whoever comes next
    else if (!this.#join(number)) this.#join(number - 1);
  }

  /** A stake, which is in, holds other amounts. */
  change(stake: Stake<Kinds>, units: Float64Array): void {
    stake.page?.change(stake, units);
  }

  /**
   * The last stake of the shortest run of the cheapest that frees all that is missing; `undefined` if even all of them below the
   * level do not. It is the most precious of the {@linkcode takeReached cheapest set}, and part of any other set that is enough
   * and has none more precious.
   */
  reach(search: Search): Stake<Kinds> | undefined {
    for (let number = this.#pages.length - 1; number >= 0; number--) {
      const page = this.#pages[number]!;
      if (page.level < search.level && !search.wouldBeMetBy(page.sums)) {
        search.add(page.sums);
        continue;
      }
      const { stakes } = page;
      for (let at = stakes.length - 1; at >= 0; at--) {
        const stake = stakes[at]!;
        if (stake.level >= search.level) return undefined;
        if (!search.add(stake.units)) continue;
        this.#page = number;
        this.#at = at;
        return stake;
      }
    }
    return undefined;
  }

  /**
   * The cheapest set that frees all that was missing in the search that has just {@linkcode reach}ed its end, the most precious
   * first. Each of the run is spared, from the most precious on, if the rest is enough without it: a set that is cheaper would
   * have to spare one of those that could not be.
   */
  takeReached(search: Search): Stake<Kinds>[] {
    const chosen: Stake<Kinds>[] = [];
    spare(this.#pages[this.#page]!.stakes, this.#at, { search, chosen });
    for (let number = this.#page + 1; number < this.#pages.length; number++) {
      const page = this.#pages[number]!;
      if (!search.spare(page.sums)) spare(page.stakes, 0, { search, chosen });
    }
    return chosen;
  }

  /** The last page whose first stake is not cheaper than this one. */
  #pageOf(stake: Stake<Kinds>): number {
    let low = 0, high = this.#pages.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (stake.isCheaperThan(this.#pages[middle]!.stakes[0]!) || stake === this.#pages[middle]!.stakes[0]) {
        low = middle;
      } else high = middle - 1;
    }
    return low;
  }

  /** Joins a page and the next, if there is one, and together they are not too many. */
  #join(number: number): boolean {
    const left = this.#pages[number], right = this.#pages[number + 1];
    if (left === undefined || right === undefined) return false;
    if (left.stakes.length + right.stakes.length > COMFORTABLE) return false;
    right.moveTo(left, 0);
    this.#pages.splice(number + 1, 1);
    return true;
  }
}

/** How many of some stakes, the most precious first, are not cheaper than one: its place, if it is among them. */
function placeOf<Kinds extends string>(stakes: readonly Stake<Kinds>[], stake: Stake<Kinds>): number {
  let low = 0, high = stakes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stake.isCheaperThan(stakes[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds those, from a place on, that cannot be spared. */
function spare<Kinds extends string>(
  stakes: readonly Stake<Kinds>[],
  from: number,
  { search, chosen }: { readonly search: Search; readonly chosen: Stake<Kinds>[] },
): void {
  for (let at = from; at < stakes.length; at++) {
    const stake = stakes[at]!;
    if (!search.spare(stake.units)) chosen.push(stake);
  }
}
