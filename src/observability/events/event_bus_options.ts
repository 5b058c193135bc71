/**
 * How an event bus is made and asked, and what it tells of itself.
 *
 * @module
 */

import type { WaitOptions } from "../../coordination/waiter.ts";
import type { EventStreamOptions } from "../../resources/event_stream.ts";
import type { HandlerFailure } from "./emitted_event.ts";
import type { EventSubscriptionSnapshot, ReplayOptions } from "./event_subscription.ts";

/** How a bus is made; every field is optional. */
export interface EventBusOptions {
  /** What people call it. */
  readonly name?: string;
  /** How many of the last events are kept for `replay` and `since`, whatever their names; an integer of at least 0. Default 0. */
  readonly replayCapacity?: number;
  /**
   * Told of what handlers fail with; what it throws itself is counted, too. By default failures are counted, and the last is in the
   * snapshot.
   */
  readonly onError?: (failure: HandlerFailure) => unknown;
  /** Tells milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** How events are read one after another. */
export interface ReadEventsOptions<Event> extends EventStreamOptions, ReplayOptions {
  /** Only what it says `true` of. */
  readonly filter?: (event: Event) => boolean;
}

/** How one event is waited for. */
export interface WaitForEventOptions<Payload> extends WaitOptions {
  /** Only one that it says `true` of. */
  readonly filter?: (payload: Payload) => boolean;
}

/** How a bus stands. */
export interface EventBusSnapshot {
  /** What people call it. */
  readonly name: string | undefined;
  /** How many events were emitted: the last sequence number. */
  readonly sequence: number;
  /** How many of the last are kept. */
  readonly kept: number;
  /** How often handlers have failed, those that have left included. */
  readonly failures: number;
  /** What one has failed with last. */
  readonly lastFailure: HandlerFailure | undefined;
  /** How many events were lost by those who were behind, those that have left included. */
  readonly dropped: number;
  /** How many were emitted after the bus was disposed of. */
  readonly ignored: number;
  /** Whether it is disposed of. */
  readonly closed: boolean;
  /** Who listens, in the order in which they did. */
  readonly subscriptions: readonly EventSubscriptionSnapshot[];
}
