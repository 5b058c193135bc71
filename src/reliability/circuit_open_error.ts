/**
 * What a circuit breaker refuses with.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** What a circuit breaker is doing; see {@linkcode CircuitBreaker}. */
export type CircuitState = "closed" | "open" | "half-open" | "isolated";

/** Thrown when a call was not made, because it is known to fail. */
export class CircuitOpenError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "circuit_open";

  /**
   * Words the message. `retryAfterMs` is when to try again, in milliseconds: 0 if that depends on probes which are under way,
   * `Infinity` if it was isolated by hand.
   */
  constructor(readonly circuit: string | undefined, readonly state: CircuitState, readonly retryAfterMs: number) {
    const name = circuit === undefined ? "the circuit" : `the circuit "${circuit}"`;
    super(
      state === "isolated"
        ? `Cannot call: ${name} is isolated; close() lets calls through again`
        : state === "half-open"
        ? `Cannot call: ${name} is half-open, and its probes are under way; try again soon`
        : `Cannot call: ${name} is open; try again in ${Math.ceil(retryAfterMs)} ms`,
    );
  }
}
