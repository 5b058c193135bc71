/**
 * What the parts of a bus share.
 *
 * @module
 */

import type { AnyEmittedEvent, HandlerFailure } from "./emitted_event.ts";
import type { EventSubscription } from "./event_subscription.ts";
import type { ReplayBuffer } from "./replay_buffer.ts";
import { isThenable } from "../../thenable.ts";

/** What a bus is made of, besides its handlers. */
export interface BusCoreParts {
  /** Where the last events are kept, if they are. */
  readonly replay: ReplayBuffer | undefined;
  /** Told of what handlers fail with. */
  readonly onError: ((failure: HandlerFailure) => unknown) | undefined;
  /** Tells milliseconds since 1970. */
  readonly now: () => number;
  /** Called when a subscription has ended, or is to be treated otherwise than before. */
  readonly changed: (subscription: EventSubscription) => void;
}

/** What the parts of a bus share: its count of events, and its accounts. */
export class BusCore {
  /** How many events were emitted. */
  sequence = 0;
  /** Whether the bus is disposed of. */
  isClosed = false;
  /** How often handlers have failed. */
  failures = 0;
  /** How many calls were not made, or events not kept, for subscriptions that have ended since. */
  dropped = 0;
  /** How many events were emitted after the end. */
  ignored = 0;
  readonly replay: ReplayBuffer | undefined;
  readonly changed: (subscription: EventSubscription) => void;
  readonly #onError: ((failure: HandlerFailure) => unknown) | undefined;
  readonly #now: () => number;

  /** Takes the parts as they are. */
  constructor({ replay, onError, now, changed }: BusCoreParts) {
    this.replay = replay;
    this.changed = changed;
    this.#onError = onError;
    this.#now = now;
  }

  /** What has just happened. */
  eventOf(name: string, payload: unknown, sequence: number): AnyEmittedEvent {
    return { name, payload, sequence, atMs: this.#now() };
  }

  /** Counts a failure and tells of it; whatever the listener does, nothing comes back from it. */
  failed(failure: HandlerFailure): void {
    this.failures++;
    if (this.#onError === undefined) return;
    try {
      const answer = this.#onError(failure);
      if (isThenable(answer)) Promise.resolve(answer).catch(() => void this.failures++);
    } catch {
      this.failures++;
    }
  }
}
