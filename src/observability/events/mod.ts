/**
 * Events of a program.
 *
 * @module
 */

export type { AnyEmittedEvent, EmittedEvent, HandlerFailure } from "./emitted_event.ts";
export type { EmitReport, Emitter, PayloadArguments } from "./emitter.ts";
export {
  EventBus,
  type EventBusOptions,
  type EventBusSnapshot,
  type ReadEventsOptions,
  type WaitForEventOptions,
} from "./event_bus.ts";
export type { EventPattern, MatchingNames } from "./event_pattern.ts";
export type {
  AnyHandler,
  EventSubscription,
  EventSubscriptionSnapshot,
  ListenOptions,
  ReplayOptions,
} from "./event_subscription.ts";
export { EventBusClosedError } from "./event_wait.ts";
