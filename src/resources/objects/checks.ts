/**
 * Whether idle objects still work.
 *
 * @module
 */

import type { Entry } from "./entry.ts";
import { FactoryTimeoutError } from "./errors.ts";
import { callFactory } from "./factory_call.ts";
import { reportFault } from "./faults.ts";
import type { PoolSettings } from "./options.ts";

/** The checks in flight of a pool that has a `validate`. */
export class Checks<T> {
  /** Objects that are being checked. */
  size = 0;
  /** Whether `validate` has given a promise: then no check can be made at once. */
  takeTime = false;
  readonly #settings: PoolSettings<T>;
  readonly #answeredLater: (entry: Entry<T>, works: boolean) => void;

  /** `answeredLater` hears of every check that was not answered at once. */
  constructor(settings: PoolSettings<T>, answeredLater: (entry: Entry<T>, works: boolean) => void) {
    this.#settings = settings;
    this.#answeredLater = answeredLater;
  }

  /** Whether an object works; `undefined` means that it will be known later. */
  check(entry: Entry<T>): boolean | undefined {
    const { validate, validateTimeoutMs, name } = this.#settings;
    if (validate === undefined) return true;
    let works: boolean | undefined, later = false;
    const learn = (answer: boolean) => {
      this.size--;
      works = answer;
      if (later) this.#answeredLater(entry, answer);
    };
    const fail = (error: unknown) => {
      reportFault(this.#settings, "validate", error);
      learn(false);
    };
    this.size++;
    callFactory(() => validate(entry.value), validateTimeoutMs, {
      succeeded: (answer) => learn(Boolean(answer)),
      failed: fail,
      timedOut: () => fail(new FactoryTimeoutError(name, "validate", validateTimeoutMs)),
    });
    later = true;
    if (works === undefined) this.takeTime = true;
    return works;
  }
}
