/**
 * A mutex for each key.
 *
 * @module
 */

import { type LockGuard, type LockOptions, requireLockOptions, type TryOptions, useGuard } from "./lock_options.ts";
import { type MutexHold, MutexTurns } from "./mutex_turns.ts";
import { Accounts, type HolderSnapshot, nameOf, type PrimitiveSnapshot, type WaiterSnapshot } from "./primitive.ts";
import type { Departure } from "./turn_line.ts";
import type { TurnOptions } from "./turn_options.ts";
import type { TurnWaiter } from "./turn_waiter.ts";

/** A key that is locked. */
export interface KeySnapshot<Key> {
  /** Which. */
  readonly key: Key;
  /** Who holds it, first come first. */
  readonly holders: readonly HolderSnapshot[];
  /** Who waits for it, in the order in which they will be served. */
  readonly waiters: readonly WaiterSnapshot[];
}

/** How a keyed mutex stands: `holders` and `waiters` are those of all keys, key by key. */
export interface KeyedMutexSnapshot<Key> extends PrimitiveSnapshot {
  /** The keys that are in use, longest in use first. */
  readonly keys: readonly KeySnapshot<Key>[];
}

const KIND = { type: "keyed_mutex", noun: "keyed mutex" };

/**
 * A {@linkcode Mutex} for each key, which exists while somebody holds or waits for it: keys that nobody uses cost nothing, however many
 * there have been. Keys are told apart as by a `Map`. An `owner` may hold several keys; re-entry is asking twice for one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { KeyedMutex } from "./keyed_mutex.ts";
 *
 * const accounts = new KeyedMutex<string>();
 * using _ada = await accounts.acquire("ada");
 * assertEquals(accounts.tryAcquire("ada"), undefined);
 * assertEquals(await accounts.withLock("bob", () => accounts.size), 2);
 * assertEquals(accounts.size, 1);
 * ```
 */
export class KeyedMutex<Key = string> {
  readonly #options: LockOptions | undefined;
  readonly #accounts: Accounts;
  readonly #keys = new Map<Key, KeyTurns<Key>>();

  /**
   * Makes one in which every key is free.
   *
   * @param options As for every lock; totals are of all keys together.
   * @throws {TypeError} If an option is not what it must be.
   */
  constructor(options?: LockOptions) {
    if (options !== undefined) requireLockOptions(options);
    this.#options = options;
    this.#accounts = new Accounts(options);
  }

  /** How many keys are in use. */
  get size(): number {
    return this.#keys.size;
  }

  /** Whether somebody holds a key. */
  isLocked(key: Key): boolean {
    return (this.#keys.get(key)?.depth ?? 0) > 0;
  }

  /**
   * Takes a key if it is free and nobody waits for it; `undefined` means "not now".
   *
   * @throws {ReentryError} If the owner holds the key and may not re-enter.
   * @throws {TypeError} If `owner` is none.
   */
  tryAcquire(key: Key, options?: TryOptions): LockGuard | undefined {
    const known = this.#keys.get(key);
    if (known !== undefined) return known.tryFor(1, options);
    return this.#make(key).tryFor(1, options);
  }

  /**
   * Takes a key, after everybody of the same priority who asked for it before.
   *
   * @throws {WaitTimeoutError} If it could not be had within `timeoutMs`.
   * @throws {ReentryError} If the owner holds the key and may not re-enter.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws {TypeError} If `priority` or `owner` is none.
   * @throws The signal's reason, once the signal is aborted; an aborted signal never takes the key.
   */
  acquire(key: Key, options?: TurnOptions): Promise<LockGuard> {
    const known = this.#keys.get(key);
    if (known !== undefined) return known.request(1, options);
    return this.#make(key).request(1, options);
  }

  /**
   * Calls `fn` while a key is held, and releases it when `fn` has returned, thrown or settled.
   *
   * @param key Which key.
   * @param fn The critical section; may be asynchronous, and may release the guard it is given early.
   * @param options How to wait for the key; has no effect once `fn` has been called.
   * @returns What `fn` returns.
   * @throws What {@linkcode acquire} or `fn` throws.
   */
  withLock<Result>(
    key: Key,
    fn: (guard: LockGuard) => Result | PromiseLike<Result>,
    options?: TurnOptions,
  ): Promise<Result> {
    return useGuard(this.acquire(key, options), fn);
  }

  /** How it stands. Costs a step for each who holds or waits. */
  snapshot(): KeyedMutexSnapshot<Key> {
    const keys: KeySnapshot<Key>[] = [];
    for (const [key, turns] of this.#keys) {
      keys.push({ key, holders: turns.holderSnapshots(), waiters: turns.waiterSnapshots() });
    }
    return {
      type: KIND.type,
      name: this.#options?.name,
      holders: keys.flatMap(({ holders }) => holders),
      waiters: keys.flatMap(({ waiters }) => waiters),
      totals: this.#accounts.totals(),
      keys,
    };
  }

  #make(key: Key): KeyTurns<Key> {
    return new KeyTurns(key, { options: this.#options, accounts: this.#accounts, keys: this.#keys });
  }
}

/** What all keys share. */
interface Keys<Key> {
  readonly options: LockOptions | undefined;
  readonly accounts: Accounts;
  readonly keys: Map<Key, KeyTurns<Key>>;
}

/** The mutex of one key: known from its first grant, which is at once, until nobody holds it or waits for it. */
class KeyTurns<Key> extends MutexTurns {
  readonly #key: Key;
  readonly #keys: Map<Key, KeyTurns<Key>>;

  constructor(key: Key, { options, accounts, keys }: Keys<Key>) {
    super(KIND, options, accounts);
    this.#key = key;
    this.#keys = keys;
  }

  /** How errors and reports show it. */
  get key(): string {
    const key: unknown = this.#key;
    if (typeof key === "string") return `"${key}"`;
    return key !== null && (typeof key === "object" || typeof key === "function") ? "that is an object" : String(key);
  }

  override get what(): string {
    return `key ${this.key} of ${nameOf(KIND.noun, this.name)}`;
  }

  override hold(wants: 1, owner: string | undefined): MutexHold {
    if (this.isOpen) this.#keys.set(this.#key, this);
    return super.hold(wants, owner);
  }

  override left(waiter: TurnWaiter<MutexHold, 1>, departure: Departure): void {
    super.left(waiter, departure);
    if (this.isOpen) this.vacated(); // it was free for those who barge in, and nobody did
  }

  protected override vacated(): void {
    this.#keys.delete(this.#key);
  }
}
