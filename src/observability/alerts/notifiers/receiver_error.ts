/**
 * What a receiver answers when it does not take an alert.
 *
 * @module
 */

import { PuffinError } from "../../../errors.ts";

/** Thrown when a receiver does not answer that it has taken what was sent. */
export class ReceiverError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "receiver_refused";

  /** Words the message; `text` is the beginning of what it has answered, `retryAfterMs` how long it wants to be left alone, or 0. */
  constructor(receiver: string, readonly status: number, text: string, readonly retryAfterMs: number) {
    super(
      `Cannot deliver alerts to ${receiver}: it answers ${status}${
        text === "" ? "" : `, ${JSON.stringify(text)}`
      }; look at its log`,
    );
  }

  /** Whether the same again would be refused again: all of 4xx but 408, 425 and 429, and redirections, which are not followed. */
  get isFinal(): boolean {
    return this.status < 500 && ![408, 425, 429].includes(this.status);
  }
}
