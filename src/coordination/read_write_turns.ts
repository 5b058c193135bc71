/**
 * What a read-write lock and its guards share.
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

/** More than there can be readers: whoever writes leaves no room for them. */
const WRITE_WEIGHT = 2 ** 40;

const KIND = { type: "read_write_lock", noun: "read-write lock" };

/** Readers or a writer; both at once, or several write guards, only if they are of one owner that may re-enter. */
export class ReadWriteTurns extends Turns<"read" | "write", ReadWriteHold> {
  readers = 0;
  writers = 0;
  readonly #holds: HolderList<ReadWriteHold> = new HolderList();
  readonly #reading: OwnerCounts = new OwnerCounts();
  readonly #writing: OwnerCounts = new OwnerCounts();

  /** A free one. */
  constructor(options: LockOptions | undefined) {
    super(KIND, options);
  }

  protected override get capacityWeight(): number {
    return WRITE_WEIGHT;
  }

  protected override weigh(share: Share): number {
    return share === "write" ? WRITE_WEIGHT : 1;
  }

  override fits(wants: "read" | "write"): boolean {
    return this.writers === 0 && (wants === "read" || this.readers === 0);
  }

  override hold(wants: "read" | "write", owner: string | undefined): ReadWriteHold {
    const guard = new ReadWriteHold(this, wants, owner, this.accounts.stamp());
    this.#enter(guard);
    tellGrant(owner);
    return guard;
  }

  override reenters(wants: "read" | "write", owner: string): boolean {
    const writes = this.#writing.has(owner);
    if (!writes && !this.#reading.has(owner)) return false;
    if (wants === "write" && !writes) {
      throw new ReentryError(this.what, owner, {
        why: "it reads, so it cannot write before it stops",
        advice: "release the read guard first, or write from the start and downgrade()",
      });
    }
    if (this.reentrant) return true;
    throw new ReentryError(this.what, owner, {
      why: `it already ${writes ? "writes" : "reads"}`,
      advice: 'release it first, or make the lock with reentry: "allow"',
    });
  }

  override holders(): Iterable<Holding> {
    return this.#holds.inOrder();
  }

  override shareOf(wants: "read" | "write"): "read" | "write" {
    return wants;
  }

  /** A guard has been given back. */
  released(hold: ReadWriteHold): void {
    this.#exit(hold);
    if (this.line.first !== undefined) this.freed();
  }

  /** A write guard becomes a read guard, and keeps its age. */
  downgraded(hold: ReadWriteHold): ReadWriteHold {
    this.#exit(hold);
    const reading = new ReadWriteHold(this, "read", hold.owner, hold.sinceMs);
    this.#enter(reading);
    if (this.line.first !== undefined) this.freed();
    return reading;
  }

  protected override excuse(wants: "read" | "write"): string {
    const reads = this.writers === 0 && `${this.readers} read`;
    return `it wants to ${wants}, ${reads || "somebody writes"}`;
  }

  #enter(hold: ReadWriteHold): void {
    const isRead = hold.holds === "read";
    if (isRead) this.readers++;
    else this.writers++;
    if (hold.owner !== undefined) (isRead ? this.#reading : this.#writing).add(hold.owner);
    this.#holds.add(hold);
  }

  #exit(hold: ReadWriteHold): void {
    const isRead = hold.holds === "read";
    if (isRead) this.readers--;
    else this.writers--;
    if (hold.owner !== undefined) (isRead ? this.#reading : this.#writing).remove(hold.owner);
    this.#holds.remove(hold);
  }
}

/** Who reads or writes. */
export class ReadWriteHold implements LockGuard, Holding, HolderNode<ReadWriteHold> {
  previous: ReadWriteHold | undefined = undefined;
  next: ReadWriteHold | undefined = undefined;
  readonly #holds: "read" | "write";
  readonly #owner: string | undefined;
  readonly #sinceMs: number;
  #turns: ReadWriteTurns | undefined;

  /** Somebody to whom it was granted. */
  constructor(turns: ReadWriteTurns, holds: "read" | "write", owner: string | undefined, sinceMs: number) {
    this.#holds = holds;
    this.#owner = owner;
    this.#sinceMs = sinceMs;
    this.#turns = turns;
  }

  get holds(): "read" | "write" {
    return this.#holds;
  }

  get owner(): string | undefined {
    return this.#owner;
  }

  get sinceMs(): number {
    return this.#sinceMs;
  }

  get ageMs(): number | undefined {
    return this.#turns?.accounts.since(this.#sinceMs);
  }

  /** Only of a write guard; on a read guard its type hides it. */
  downgrade(): ReadWriteHold {
    const turns = this.#turns;
    if (turns === undefined) {
      throw new TypeError(
        "Cannot downgrade a write guard: expected one that is held, found one that was released; downgrade it earlier, or read anew",
      );
    }
    this.#turns = undefined;
    return turns.downgraded(this);
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

keepShape(new ReadWriteTurns(undefined).hold("read", undefined));
