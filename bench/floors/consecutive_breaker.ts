/**
 * A circuit breaker as one writes it by hand: it opens after so many failures in a row, and closes again after a time.
 *
 * @module
 */

/** The breaker. */
export class ConsecutiveBreaker {
  #failures = 0;
  #openUntilMs = 0;

  constructor(readonly threshold: number, readonly openMs: number) {}

  async execute<Result>(fn: () => Result | PromiseLike<Result>): Promise<Result> {
    if (this.#openUntilMs !== 0 && Date.now() < this.#openUntilMs) throw new Error("open");
    try {
      const result = await fn();
      this.#failures = 0;
      this.#openUntilMs = 0;
      return result;
    } catch (error) {
      if (++this.#failures >= this.threshold) this.#openUntilMs = Date.now() + this.openMs;
      throw error;
    }
  }
}
