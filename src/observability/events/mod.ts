/**
 * Events of a program.
 *
 * @module
 */

export type { AnyEmittedEvent, EmittedEvent, HandlerFailure } from "./emitted_event.ts";
export type { EmitReport, Emitter, PayloadArguments } from "./emitter.ts";
export { EventBus } from "./event_bus.ts";
export type { EventBusOptions, EventBusSnapshot, ReadEventsOptions, WaitForEventOptions } from "./event_bus_options.ts";
export type { EventPattern, MatchingNames } from "./event_pattern.ts";
export type {
  AnyHandler,
  EventSubscription,
  EventSubscriptionSnapshot,
  ListenOptions,
  ReplayOptions,
} from "./event_subscription.ts";
export { EventBusClosedError } from "./event_wait.ts";
