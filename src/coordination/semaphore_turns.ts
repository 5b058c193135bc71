/**
 * What a semaphore and its guards share.
 *
 * @module
 */

import type { Share } from "./deadlocks/contested.ts";
import { tellGrant } from "./deadlocks/watch.ts";
import { HolderList, type HolderNode } from "./holder_list.ts";
import { keepShape } from "./kept_shapes.ts";
import type { LockGuard, LockOptions } from "./lock_options.ts";
import { OwnerCounts } from "./owner_counts.ts";
import { ReentryError } from "./reentry_error.ts";
import { type Holding, Turns } from "./turns.ts";
import { foundValue } from "./found_value.ts";

const KIND = { type: "semaphore", noun: "semaphore" };

/** Permits that are free, and who has the others. Invariant: both sum up to the capacity. */
export class SemaphoreTurns extends Turns<number, SemaphoreHold> {
  readonly capacity: number;
  available: number;
  readonly #holds: HolderList<SemaphoreHold> = new HolderList();
  readonly #owners: OwnerCounts = new OwnerCounts();

  /** All free. */
  constructor(capacity: number, options: LockOptions | undefined) {
    super(KIND, options);
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new RangeError(
        `Cannot make ${this.what} of ${
          foundValue(capacity)
        } permits: expected an integer from 1 to ${Number.MAX_SAFE_INTEGER}; ` +
          "give the number of tasks that may run at once",
      );
    }
    this.capacity = this.available = capacity;
  }

  /** Checks a number of permits; throws a `RangeError`. */
  requirePermits(permits: number): void {
    if (Number.isInteger(permits) && permits >= 1 && permits <= this.capacity) return;
    throw new RangeError(
      `Cannot acquire ${
        foundValue(permits)
      } permits of ${this.what}: expected an integer from 1 to ${this.capacity}, ` +
        "which is all it has; ask for fewer, or make a larger semaphore",
    );
  }

  protected override get capacityWeight(): number {
    return this.capacity;
  }

  protected override weigh(permits: Share): number {
    return Number(permits);
  }

  override fits(permits: number): boolean {
    return permits <= this.available;
  }

  override hold(permits: number, owner: string | undefined): SemaphoreHold {
    const guard = new SemaphoreHold(this, permits, owner, this.accounts.stamp());
    this.available -= permits;
    this.#holds.add(guard);
    if (owner !== undefined) this.#owners.add(owner);
    tellGrant(owner);
    return guard;
  }

  /** Hot path: takes permits for nobody in particular, if nobody waits; none for a number that makes no sense. */
  tryOpen(permits: number): SemaphoreHold | undefined {
    if (this.line.first !== undefined || !(permits <= this.available && permits >= 1 && Number.isInteger(permits))) {
      return undefined;
    }
    this.accounts.grants++;
    return this.hold(permits, undefined);
  }

  override reenters(_permits: number, owner: string): boolean {
    if (!this.#owners.has(owner)) return false;
    if (this.reentrant) return true;
    throw new ReentryError(this.what, owner, {
      why: "it already holds permits of it",
      advice: 'ask for all at once, or make the semaphore with reentry: "allow"',
    });
  }

  override *holders(): Iterable<Holding> {
    for (const { owner, permits, sinceMs } of this.#holds.inOrder()) {
      yield { owner, holds: permits, sinceMs };
    }
  }

  override shareOf(permits: number): number {
    return permits;
  }

  /** Hot path: as for every lock, in code that no other kind runs. */
  override serve(): void {
    const { line } = this;
    for (
      let first = line.firstToServe;
      first !== undefined && first.want <= this.available;
      first = line.firstToServe
    ) {
      line.serve(first, this.hold(first.want, first.owner));
    }
  }

  /** A guard has been given back. */
  released(hold: SemaphoreHold): void {
    this.available += hold.permits;
    this.#holds.remove(hold);
    if (hold.owner !== undefined) this.#owners.remove(hold.owner);
    if (this.line.first === undefined) return;
    if (this.barging) this.freed();
    else this.serve();
  }

  protected override fitsAgain(permits: number): boolean {
    return this.fits(permits);
  }

  protected override excuse(permits: number): string {
    return `it wants ${permits} of ${this.capacity} permits, ${this.available} are free`;
  }
}

/** Who holds permits. */
export class SemaphoreHold implements LockGuard, HolderNode<SemaphoreHold> {
  previous: SemaphoreHold | undefined = undefined;
  next: SemaphoreHold | undefined = undefined;
  readonly #owner: string | undefined;
  readonly #sinceMs: number;
  readonly #permits: number; // not to be written by whoever holds it: so much is given back
  #turns: SemaphoreTurns | undefined;

  /** Somebody to whom they were granted. */
  constructor(turns: SemaphoreTurns, permits: number, owner: string | undefined, sinceMs: number) {
    this.#permits = permits;
    this.#owner = owner;
    this.#sinceMs = sinceMs;
    this.#turns = turns;
  }

  get owner(): string | undefined {
    return this.#owner;
  }

  /** The stamp of the accounts. */
  get sinceMs(): number {
    return this.#sinceMs;
  }

  get permits(): number {
    return this.#permits;
  }

  get ageMs(): number | undefined {
    return this.#turns?.accounts.since(this.#sinceMs);
  }

  release(): void {
    const turns = this.#turns;
    if (turns === undefined) return;
    this.#turns = undefined;
    turns.released(this);
  }

  [Symbol.dispose](): void {
    this.release();
  }
}

keepShape(new SemaphoreTurns(1, undefined).hold(1, undefined));
