/**
 * The base of every error that callers may want to catch: it has a stable `code` for programs and a message for people.
 *
 * @module
 */

/** An error of this project that a caller may catch: branch on `code`, never on the message. */
export abstract class PuffinError extends Error {
  /** Stable across releases, in snake_case. */
  abstract readonly code: string;

  /** Words the message; `options.cause` keeps the error that led to this one. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
