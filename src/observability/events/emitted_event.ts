/**
 * An event that has happened.
 *
 * @module
 */

import type { MatchingNames } from "./event_pattern.ts";

/** Something that happened, whatever it was. */
export interface AnyEmittedEvent {
  /** Which event. */
  readonly name: string;
  /** What was emitted with it. */
  readonly payload: unknown;
  /** Its place among all events of the bus, from 1; without gaps, so that whoever misses some can tell. */
  readonly sequence: number;
  /** When, in milliseconds since 1970. */
  readonly atMs: number;
}

/** Something that happened: told apart by its `name`, which says what `payload` is. */
export type EmittedEvent<EventMap extends object, Pattern extends string = "*"> = {
  [Name in MatchingNames<keyof EventMap & string, Pattern>]: AnyEmittedEvent & {
    readonly name: Name;
    readonly payload: EventMap[Name];
  };
}[MatchingNames<keyof EventMap & string, Pattern>];

/** What a handler failed with. */
export interface HandlerFailure {
  /** What it threw, or its promise was rejected with. */
  readonly error: unknown;
  /** What it was called with. */
  readonly event: AnyEmittedEvent;
  /** What it had subscribed to. */
  readonly pattern: string;
}
