/**
 * A kind that some rule counts.
 *
 * @module
 */

import { toUnits } from "../units.ts";
import type { Book } from "./book.ts";

/** A kind, how it is counted, and the books in which it is. */
export class CountedKind {
  /** What it is called. */
  readonly name: string;
  /** Units in one whole. */
  readonly perWhole: number;
  /** One for each level that has rules, from the widest to the narrowest. */
  readonly books: Book[] = [];
  /** Whether a rule has a bucket, so that the time matters. */
  isTimed = false;

  /** Has no books yet. */
  constructor(name: string, perWhole: number) {
    this.name = name;
    this.perWhole = perWhole;
  }

  /**
   * An amount in units; at least one for whatever is above 0, and more than any limit for more than can be counted. `name` is for the
   * message: all kinds that no rule counts are one.
   *
   * @throws {TypeError} If it is no number.
   * @throws {RangeError} If it is negative or not finite.
   */
  read(name: string, amount: unknown): number {
    const units = this.readReturned(name, amount);
    return units === 0 && amount !== 0 ? 1 : units;
  }

  /** The same for what is given back, of which less than one counts as nothing. */
  readReturned(name: string, amount: unknown): number {
    if (typeof amount !== "number" || !(amount >= 0 && amount < Infinity)) throw badAmount(name, amount);
    return toUnits(amount, this.perWhole);
  }
}

function badAmount(name: string, amount: unknown): Error {
  const message = `Cannot count ${String(amount)} of ${name}: expected a finite number, at least 0`;
  if (typeof amount !== "number") return new TypeError(`${message}, got ${typeof amount}; pass a number`);
  return new RangeError(`${message}; leave the kind out if none of it is needed`);
}
