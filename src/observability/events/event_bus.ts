/**
 * Events of a program, for whoever wants to know.
 *
 * @module
 */

import { requireWaitOptions, type WaitOptions, WaitTimeoutError } from "../../coordination/waiter.ts";
import { requireNumber } from "../../reliability/require_number.ts";
import { EventFeed } from "../../resources/event_feed.ts";
import { EventStream } from "../../resources/event_stream.ts";
import { waitWithin } from "../wait_within.ts";
import { BusCore } from "./bus_core.ts";
import type { AnyEmittedEvent, EmittedEvent, HandlerFailure } from "./emitted_event.ts";
import { type EmitReport, Emitter, type PayloadArguments } from "./emitter.ts";
import { eventMatches, type EventPattern, requireEventName, requireEventPattern } from "./event_pattern.ts";
import type { EventBusOptions, EventBusSnapshot, ReadEventsOptions, WaitForEventOptions } from "./event_bus_options.ts";
import {
  EventSubscription,
  type ListenOptions,
  type ReplayOptions,
  type SubscriptionParts,
} from "./event_subscription.ts";
import { EventBusClosedError, EventWait } from "./event_wait.ts";
import { ReplayBuffer } from "./replay_buffer.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { newNameTable } from "./name_table.ts";

/** How many names an emit remembers who listens to; for more it looks each time, so that names without end take no memory. */
const MOST_NAMES = 10_000;

/** Streams that nobody reads any more are ended when the garbage collector finds them. */
const unread = new FinalizationRegistry<{ abandon(): void }>((feed) => feed.abandon());

/**
 * Events by name, for handlers, loops and waits in this process: what a program tells of itself. (For messages between agents, with
 * back-pressure, see {@linkcode Topics}.)
 *
 * - **Order.** Handlers are called by priority, then in the order in which they have subscribed, those of patterns among them. An event
 *   that a handler emits is handled at once, before the rest of the first: its handlers see the later sequence number first.
 * - **Changes during an emit.** Who ends is called no more, not even by an emit under way; who comes is called from the next on, nested
 *   ones included.
 * - **Isolation.** `emit` never throws and waits for nothing. A handler that throws, or whose promise is rejected, is counted and told to
 *   `onError`, and all others are called. One whose promises never settle is called until `maxRunning` of them are open, and what it
 *   misses is counted. One that blocks the thread blocks it.
 * - **Cost.** While only plain handlers listen to an event (no pattern, filter or `once`, no promise, no `replayCapacity`), an emit is an
 *   increment and their calls, as with the fastest emitters. Otherwise each emit makes an {@linkcode AnyEmittedEvent} and
 *   reads the clock. Subscribing and ending cost O(names and handlers): they are meant to be rare.
 *
 * Names of events are without `*`; `"state.*"` is every name that begins with `"state."`, however deep, and `"*"` is every name.
 *
 * @typeParam EventMap What is emitted with each event: `void` for nothing.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { EventBus } from "./event_bus.ts";
 *
 * using bus = new EventBus<{ "state.start": { state: string }; "state.end": { state: string; failed: boolean }; stopped: void }>({
 *   replayCapacity: 100,
 * });
 * const heard: string[] = [];
 * bus.on("state.end", ({ state }) => heard.push(state), { filter: ({ failed }) => failed });
 * bus.onMatching("state.*", ({ name, sequence }) => heard.push(`${sequence} ${name}`), { priority: "high" });
 *
 * bus.emit("state.start", { state: "load" });
 * const ended = bus.event("state.end"); // looked up once
 * ended.emit({ state: "load", failed: true });
 * bus.emit("stopped");
 * assertEquals(heard, ["1 state.start", "2 state.end", "load"]);
 *
 * const late = bus.events("*", { replay: 1 });
 * assertEquals((await late.next()).value?.name, "stopped");
 * ```
 */
export class EventBus<EventMap extends object> implements Disposable {
  readonly #name: string | undefined;
  readonly #core: BusCore;
  /** In the order in which they have subscribed. */
  readonly #subscriptions = new Set<EventSubscription>();
  readonly #emitters: Record<string, Emitter<unknown>> = newNameTable();
  #names = 0;
  #lastFailure: HandlerFailure | undefined = undefined;

  /**
   * Makes one to which nobody listens.
   *
   * @throws {RangeError} If `replayCapacity` is out of range.
   */
  constructor(options: EventBusOptions = {}) {
    const { name, replayCapacity = 0, onError, now = Date.now } = requireOptions("make an event bus", options);
    requireNumber("replayCapacity of an event bus", replayCapacity, "index");
    this.#name = name;
    this.#core = new BusCore({
      replay: replayCapacity === 0 ? undefined : new ReplayBuffer(replayCapacity),
      onError: (failure) => {
        this.#lastFailure = failure;
        return onError?.(failure);
      },
      now,
      changed: (subscription) => this.#changed(subscription),
    });
  }

  /** How many events were emitted: the sequence number of the last. */
  get sequence(): number {
    return this.#core.sequence;
  }

  /** Whether it was disposed of. */
  get closed(): boolean {
    return this.#core.isClosed;
  }

  /**
   * Tells all who listen; see the class for order and isolation. After the end it only counts.
   *
   * @throws {TypeError} If the name is none.
   */
  emit<Name extends keyof EventMap & string>(name: Name, ...payload: PayloadArguments<EventMap[Name]>): void;
  emit(name: string, payload?: unknown): void {
    const emitter = this.#emitters[name];
    if (emitter === undefined) this.#emitterOf(name).emit(payload);
    else emitter.emit(payload);
  }

  /**
   * One event, to be emitted often: saves the look-up. It stays as long as the bus: not for names without end.
   *
   * @throws {TypeError} If the name is none.
   */
  event<Name extends keyof EventMap & string>(name: Name): Emitter<EventMap[Name]> {
    const emitter = this.#emitters[name] ?? this.#newEmitter(name);
    if (!(name in this.#emitters)) this.#keep(emitter);
    return emitter;
  }

  /**
   * Tells all who listen, and waits until the promises of all are settled, or the time is up: handlers then go on unseen, and are
   * counted in the report.
   *
   * @param options `timeoutMs` limits the wait, by default 30,000.
   * @throws {TypeError} If the name or the signal is none.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted; if that was before, nothing is emitted.
   */
  async emitAndWait<Name extends keyof EventMap & string>(
    name: Name,
    payload: EventMap[Name],
    options: WaitOptions = {},
  ): Promise<EmitReport> {
    requireWaitOptions(options);
    options.signal?.throwIfAborted();
    const { sequence, outcomes } = this.#emitterOf(name).emitTracked(payload);
    let succeeded = 0, failed = 0;
    const settled = Promise.all(outcomes.map(async (outcome) => {
      if (await outcome) succeeded++;
      else failed++;
    }));
    try {
      await waitWithin(settled, "handlers", { timeoutMs: 30_000, ...options });
    } catch (error) {
      if (!(error instanceof WaitTimeoutError)) throw error;
    }
    return { sequence, succeeded, failed, unsettled: outcomes.length - succeeded - failed };
  }

  /**
   * Calls a handler with the payload of each event of this name, from now on, or with some of the past before that.
   *
   * @throws {TypeError} If the name, the handler or an option is none.
   * @throws {RangeError} If a number is out of range, or there is both `replay` and `since`.
   * @throws {EventBusClosedError} If the bus was disposed of.
   */
  on<Name extends keyof EventMap & string>(
    name: Name,
    handler: (payload: EventMap[Name]) => unknown,
    options: ListenOptions<EventMap[Name]> = {},
  ): EventSubscription {
    requireEventName(name);
    return this.#subscribe({ pattern: name, handler, hears: "payload" }, options);
  }

  /** As {@linkcode on}, for the next event only. */
  once<Name extends keyof EventMap & string>(
    name: Name,
    handler: (payload: EventMap[Name]) => unknown,
    options: Omit<ListenOptions<EventMap[Name]>, "once"> = {},
  ): EventSubscription {
    return this.on(name, handler, { ...options, once: true });
  }

  /**
   * Calls a handler with each event whose name is meant, with its name, payload, sequence number and time; else as {@linkcode on}.
   *
   * @param pattern A name, `"*"` for every event, or a prefix as in `"state.*"`.
   */
  onMatching<const Pattern extends EventPattern | (keyof EventMap & string)>(
    pattern: Pattern,
    handler: (event: EmittedEvent<EventMap, Pattern>) => unknown,
    options: ListenOptions<EmittedEvent<EventMap, Pattern>> = {},
  ): EventSubscription {
    return this.#subscribe({ pattern, handler, hears: "event" }, options);
  }

  /**
   * Events to be read one after another, from this call on, or from some of the past: `for await (const event of bus.events("*"))`.
   * Leaving the loop, `signal`, or the end of the bus ends it; what it holds can still be read, unless the loop was left.
   *
   * @throws As {@linkcode on}.
   */
  events<const Pattern extends EventPattern | (keyof EventMap & string)>(
    pattern: Pattern,
    options: ReadEventsOptions<EmittedEvent<EventMap, Pattern>> = {},
  ): EventStream<EmittedEvent<EventMap, Pattern>> {
    const feed = new EventFeed<EmittedEvent<EventMap, Pattern>>((ended) => {
      subscription[Symbol.dispose]();
      unread.unregister(ended);
    }, options);
    const { signal: _feeds, ...rest } = options;
    const subscription = this.#subscribe({
      pattern,
      hears: "event",
      handler: (event: EmittedEvent<EventMap, Pattern>) => feed.push(event),
      lost: () => feed.dropped,
      closed: () => feed.end(),
    }, rest);
    const stream = new EventStream(feed);
    if (feed.ended) subscription[Symbol.dispose]();
    else unread.register(stream, feed, feed);
    return stream;
  }

  /**
   * Waits for the next event of a name; answers its payload.
   *
   * @throws {WaitTimeoutError} If it did not happen within `timeoutMs`.
   * @throws {EventBusClosedError} If the bus is, or was, disposed of.
   * @throws {TypeError} If the name, the filter or the signal is none.
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws The signal's reason, once it is aborted.
   */
  async waitFor<Name extends keyof EventMap & string>(
    name: Name,
    options: WaitForEventOptions<EventMap[Name]> = {},
  ): Promise<EventMap[Name]> {
    requireWaitOptions(options);
    options.signal?.throwIfAborted();
    const { signal: _waits, timeoutMs: _limit, ...rest } = options;
    let happened: { readonly payload: EventMap[Name] } | undefined;
    const wait = new EventWait(name, () => subscription[Symbol.dispose]());
    const subscription = this.#subscribe({
      pattern: name,
      hears: "payload",
      handler: (payload: EventMap[Name]) => {
        happened = { payload };
        wait.grant(undefined);
      },
      closed: () => wait.giveUp(new EventBusClosedError(name)),
    }, { ...rest, once: true });
    wait.watch(options);
    await wait.promise;
    if (happened === undefined) throw new EventBusClosedError(name);
    return happened.payload;
  }

  /** How it stands; walks along all who listen. */
  snapshot(): EventBusSnapshot {
    const { sequence, failures, ignored, isClosed, replay } = this.#core;
    let { dropped } = this.#core;
    for (const subscription of this.#subscriptions) dropped += subscription.dropped;
    return {
      name: this.#name,
      sequence,
      kept: replay?.size ?? 0,
      failures,
      lastFailure: this.#lastFailure,
      dropped,
      ignored,
      closed: isClosed,
      subscriptions: [...this.#subscriptions].map((subscription) => subscription.snapshot()),
    };
  }

  /** Ends every subscription, loop and wait; what is emitted afterwards is only counted. */
  [Symbol.dispose](): void {
    if (this.#core.isClosed) return;
    this.#core.isClosed = true;
    for (const subscription of [...this.#subscriptions]) subscription.close();
    this.#refresh("*");
  }

  #subscribe(parts: SubscriptionParts, options: ListenOptions<never>): EventSubscription {
    requireEventPattern(parts.pattern);
    const past = this.#past(parts.pattern, options);
    if (this.#core.isClosed) throw new EventBusClosedError(parts.pattern);
    const subscription = new EventSubscription(this.#core, parts, options);
    if (!subscription.active) return subscription;
    this.#subscriptions.add(subscription);
    this.#refresh(parts.pattern);
    subscription.missed = past.missed;
    for (const event of past.events) if (subscription.active) subscription.deliver(event);
    return subscription;
  }

  /** What a newcomer is told of; taken before it listens, so that nothing is told twice. */
  #past(pattern: string, { replay = 0, since }: ReplayOptions): { events: AnyEmittedEvent[]; missed: number } {
    requireNumber("replay of a handler", replay, "index");
    if (since === undefined) {
      const matching = replay === 0 ? [] : this.#kept(pattern);
      return { events: matching.slice(Math.max(0, matching.length - replay)), missed: 0 };
    }
    requireNumber("since of a handler", since, "index");
    if (replay > 0) {
      throw new RangeError("Cannot listen with replay and since: expected one of them; leave the other out");
    }
    const oldest = this.#core.sequence - (this.#core.replay?.size ?? 0) + 1;
    const events = this.#kept(pattern).filter(({ sequence }) => sequence > since);
    return { events, missed: Math.max(0, oldest - 1 - since) };
  }

  #kept(pattern: string): AnyEmittedEvent[] {
    return [...this.#core.replay ?? []].filter(({ name }) => eventMatches(pattern, name));
  }

  #changed(subscription: EventSubscription): void {
    if (!subscription.active) this.#subscriptions.delete(subscription);
    this.#refresh(subscription.pattern);
  }

  #refresh(pattern: string): void {
    if (pattern !== "*" && !pattern.endsWith(".*")) return this.#emitters[pattern]?.listen(this.#listeners(pattern));
    for (const [name, emitter] of Object.entries(this.#emitters)) {
      if (eventMatches(pattern, name)) emitter.listen(this.#listeners(name));
    }
  }

  #listeners(name: string): readonly EventSubscription[] {
    return [...this.#subscriptions]
      .filter(({ pattern }) => eventMatches(pattern, name))
      .sort((one, other) => other.priority - one.priority);
  }

  #emitterOf(name: string): Emitter<unknown> {
    const known = this.#emitters[name];
    if (known !== undefined) return known;
    const emitter = this.#newEmitter(name);
    if (this.#names < MOST_NAMES) this.#keep(emitter);
    return emitter;
  }

  #newEmitter(name: string): Emitter<unknown> {
    requireEventName(name);
    return new Emitter(this.#core, name, this.#listeners(name));
  }

  #keep(emitter: Emitter<unknown>): void {
    this.#emitters[emitter.name] = emitter;
    this.#names++;
  }
}
