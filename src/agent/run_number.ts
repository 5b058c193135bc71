/**
 * Which run is which.
 *
 * @module
 */

import type { RunIdentity } from "./observer.ts";

/** Tells this process's runs from those of others. */
let prefix: string | undefined = undefined;
let runs = 0;

/** The identity of a run that is watched; its id costs nothing until it is read. */
export class NumberedRun implements RunIdentity {
  readonly #number = ++runs;
  #id: string | undefined = undefined;

  constructor(readonly agent: string) {}

  get runId(): string {
    return this.#id ??= `${prefix ??= crypto.randomUUID().slice(0, 8)}-${this.#number}`;
  }
}
