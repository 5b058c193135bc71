/**
 * An object in somebody's hands.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import type { ObjectKeeper } from "./object_keeper.ts";

/** The right to use one object alone, until it is given back. */
export interface Loan<T> extends Disposable, AsyncDisposable {
  /**
   * The object.
   *
   * @throws {TypeError} Once it was given back: it may be somebody else's by now.
   */
  readonly value: T;
  /** Who has it, if told. */
  readonly owner: string | undefined;
  /** Whether it was given back, or thrown away. */
  readonly released: boolean;
  /** Gives the object back, straight to whoever waits for it; a second call changes nothing. */
  release(): void;
  /** Has the object destroyed instead of given back, because it is broken; changes nothing once it was given back. */
  discard(): void;
}

/** A loan as the pool makes it: one small object, which holds on to nothing once it was given back. */
export class ObjectLoan<T> implements Loan<T> {
  readonly owner: string | undefined;
  readonly #keeper: ObjectKeeper<T>;
  #entry: Entry<T> | undefined;

  /** The keeper has counted it. */
  constructor(keeper: ObjectKeeper<T>, entry: Entry<T>, owner: string | undefined) {
    this.#keeper = keeper;
    this.#entry = entry;
    this.owner = owner;
  }

  get value(): T {
    const entry = this.#entry;
    if (entry === undefined) throw this.#useAfterRelease();
    return entry.value;
  }

  get released(): boolean {
    return this.#entry === undefined;
  }

  release(): void {
    const entry = this.#entry;
    if (entry === undefined) return;
    this.#entry = undefined;
    this.#keeper.giveBack(entry);
  }

  discard(): void {
    const entry = this.#entry;
    if (entry === undefined) return;
    this.#entry = undefined;
    this.#keeper.discard(entry);
  }

  [Symbol.dispose](): void {
    this.release();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.release();
    return Promise.resolve();
  }

  #useAfterRelease(): TypeError {
    return new TypeError(
      `Cannot use ${this.#keeper.settings.name}${
        this.owner === undefined ? "" : ` of "${this.owner}"`
      }: it was given back, and may be somebody else's; acquire it again`,
    );
  }
}
