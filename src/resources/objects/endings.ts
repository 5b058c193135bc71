/**
 * The end of objects.
 *
 * @module
 */

import { FactoryTimeoutError } from "./errors.ts";
import { callFactory } from "./factory_call.ts";
import { reportFault } from "./faults.ts";
import type { PoolSettings } from "./options.ts";
import type { PoolFigures } from "./snapshot.ts";

/** The objects that are being destroyed. */
export class Endings<T> {
  /** How many there are. */
  size = 0;
  readonly #settings: PoolSettings<T>;
  readonly #figures: PoolFigures;

  /** None yet. */
  constructor(settings: PoolSettings<T>, figures: PoolFigures) {
    this.#settings = settings;
    this.#figures = figures;
  }

  /** Destroys an object; `ended` is called when it is gone, or has had time enough. */
  end(object: T, ended: () => void): void {
    const { destroy, destroyTimeoutMs, name } = this.#settings;
    const end = () => {
      this.size--;
      this.#figures.destroyed++;
      ended();
    };
    const fail = (error: unknown) => {
      this.#figures.destroyFailures++;
      reportFault(this.#settings, "destroy", error);
      end();
    };
    this.size++;
    if (destroy === undefined) return end();
    callFactory(() => destroy(object), destroyTimeoutMs, {
      succeeded: end,
      failed: fail,
      timedOut: () => fail(new FactoryTimeoutError(name, "destroy", destroyTimeoutMs)),
    });
  }
}
