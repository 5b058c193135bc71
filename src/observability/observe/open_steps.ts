/**
 * The steps of a run that are under way.
 *
 * @module
 */

/** By step. Only steps side by side take a map: in a sequence there is one at a time. */
export class OpenSteps<Value extends object> {
  #step = 0;
  #only: Value | undefined = undefined;
  #others: Map<number, Value> | undefined = undefined;

  /** Adds a step. */
  add(step: number, value: Value): void {
    if (this.#only !== undefined) (this.#others ??= new Map()).set(step, value);
    else {
      this.#step = step;
      this.#only = value;
    }
  }

  /** What a step has, if it is open. */
  of(step: number): Value | undefined {
    return step === this.#step ? this.#only : this.#others?.get(step);
  }

  /** Takes a step out, and answers what it had. */
  end(step: number): Value | undefined {
    if (step !== this.#step) {
      const value = this.#others?.get(step);
      if (value !== undefined) this.#others?.delete(step);
      return value;
    }
    const value = this.#only;
    this.#only = undefined;
    return value;
  }
}
