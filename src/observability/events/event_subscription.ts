/**
 * One handler and what it wants to hear.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, listenToAbort } from "../../coordination/abort_listeners.ts";
import { priorityLevel, type WaitPriority } from "../../coordination/priority.ts";
import { requireNumber } from "../../reliability/require_number.ts";
import type { BusCore } from "./bus_core.ts";
import type { AnyEmittedEvent } from "./emitted_event.ts";
import { requireFunction } from "../../coordination/require_function.ts";
import { isThenable } from "../../thenable.ts";

/** How much of the past a newcomer is told; only of what the bus has kept. */
export interface ReplayOptions {
  /** The last of them: how many at most; an integer of at least 0. Default 0. */
  readonly replay?: number;
  /** All after this sequence number; an integer of at least 0. Not together with `replay`. */
  readonly since?: number;
}

/** How a handler listens; `Heard` is what it is called with. */
export interface ListenOptions<Heard> extends ReplayOptions {
  /** Who goes first; equals are called in the order in which they have subscribed. Default `"normal"`. */
  readonly priority?: WaitPriority;
  /** Whether it ends with the first event, just before it is called. Default false. */
  readonly once?: boolean;
  /** Only what it says `true` of; one that throws has said no, and counts as a failure. */
  readonly filter?: (heard: Heard) => boolean;
  /** Ends the subscription when it is aborted. */
  readonly signal?: AbortSignal;
  /**
   * How many promises of the handler may be unsettled before it is called no more, and what it misses is counted as dropped: a
   * handler that never ends takes no more memory than these. An integer of at least 1. Default 1,000.
   */
  readonly maxRunning?: number;
}

/** How a subscription stands. */
export interface EventSubscriptionSnapshot {
  /** What it listens to. */
  readonly pattern: string;
  /** Its priority as a number: low 0, normal 1, high 2, critical 3. */
  readonly priority: number;
  /** How often it has failed. */
  readonly failures: number;
  /** How many events it has lost because it was behind. */
  readonly dropped: number;
  /** How many of its promises are not settled. */
  readonly running: number;
}

// Method's variance: what it is called with was checked against the map of events where it was handed in.
/** A handler of any event. */
export type AnyHandler = { of(heard: unknown): unknown }["of"];
/** A filter of any event. */
type AnyFilter = { of(heard: unknown): boolean }["of"];

/** What a subscription is made of, besides its options. */
export interface SubscriptionParts {
  /** What it listens to. */
  readonly pattern: string;
  /** Called with payloads, or with whole events. */
  readonly handler: AnyHandler;
  /** Which of the two. */
  readonly hears: "payload" | "event";
  /** How many events it has lost elsewhere. */
  readonly lost?: () => number;
  /** Called when the bus is disposed of. */
  readonly closed?: () => void;
}

/** A handler and what it listens to; disposing of it ends it, at once: nothing is called any more, not even by an emit under way. */
export class EventSubscription implements Disposable, AbortListener {
  /** What it listens to. */
  readonly pattern: string;
  /** What is called. */
  readonly handler: AnyHandler;
  /** How many events since the sequence number it asked for the bus did not have any more, whatever their names. */
  missed = 0;
  /** How often it has failed. */
  failures = 0;
  #dropped = 0;
  #running = 0;
  #isActive = true;
  #isAsync = false;
  readonly #core: BusCore;
  readonly #parts: SubscriptionParts;
  readonly #priority: number;
  readonly #once: boolean;
  readonly #filter: AnyFilter | undefined;
  readonly #maxRunning: number;
  readonly #signal: AbortSignal | undefined;

  /**
   * Made by a bus.
   *
   * @throws {TypeError} If the handler, its filter or its priority is none.
   * @throws {RangeError} If a number is out of range.
   */
  constructor(core: BusCore, parts: SubscriptionParts, options: Omit<ListenOptions<never>, keyof ReplayOptions>) {
    const { priority = "normal", once = false, maxRunning = 1_000, signal } = options;
    const filter: AnyFilter | undefined = options.filter;
    requireFunction("listen with handler", parts.handler);
    if (filter !== undefined) requireFunction("listen with filter", filter);
    this.pattern = parts.pattern;
    this.handler = parts.handler;
    this.#core = core;
    this.#parts = parts;
    this.#priority = priorityLevel(priority);
    this.#once = once;
    this.#filter = filter;
    this.#maxRunning = requireNumber("maxRunning of a handler", maxRunning, "count");
    this.#signal = signal;
    if (signal?.aborted) this.#isActive = false;
    else if (signal !== undefined) listenToAbort(signal, this);
  }

  /** Whether it has not ended. */
  get active(): boolean {
    return this.#isActive;
  }

  /** Its priority as a number. */
  get priority(): number {
    return this.#priority;
  }

  /** Whether it is called with whole events. */
  get hearsEvents(): boolean {
    return this.#parts.hears === "event";
  }

  /** Whether nothing is to be done but to call it. */
  get isPlain(): boolean {
    return !this.hearsEvents && !this.#once && !this.#isAsync && this.#filter === undefined;
  }

  /** How many events it has lost because it was behind. */
  get dropped(): number {
    return this.#dropped + (this.#parts.lost?.() ?? 0);
  }

  /** How many of its promises are not settled. */
  get running(): number {
    return this.#running;
  }

  /** How it stands. */
  snapshot(): EventSubscriptionSnapshot {
    const { pattern, failures, dropped, running } = this;
    return { pattern, priority: this.#priority, failures, dropped, running };
  }

  /** Calls the handler if it is to hear this; answers its promise, if that is what it answered. Never throws. */
  deliver(event: AnyEmittedEvent): Promise<boolean> | boolean {
    const heard = this.hearsEvents ? event : event.payload;
    try {
      if (this.#filter !== undefined && !this.#filter(heard)) return true;
      if (this.#running >= this.#maxRunning) {
        this.#dropped++;
        return true;
      }
      if (this.#once) this[Symbol.dispose]();
      const { handler } = this;
      const answer = handler(heard);
      return isThenable(answer) ? this.follow(answer, event) : true;
    } catch (error) {
      this.failed(error, event);
      return false;
    }
  }

  /** Waits for what a handler answered; whether it ended well. */
  follow(answer: PromiseLike<unknown>, event: AnyEmittedEvent): Promise<boolean> {
    this.#running++;
    if (!this.#isAsync) {
      this.#isAsync = true;
      this.#core.changed(this);
    }
    return Promise.resolve(answer).then(() => {
      this.#running--;
      return true;
    }, (error) => {
      this.#running--;
      this.failed(error, event);
      return false;
    });
  }

  /** Counts a failure, and tells of it. */
  failed(error: unknown, event: AnyEmittedEvent): void {
    this.failures++;
    this.#core.failed({ error, event, pattern: this.pattern });
  }

  /** The bus is disposed of. */
  close(): void {
    this[Symbol.dispose]();
    this.#parts.closed?.();
  }

  /** Called by the signal. */
  handleEvent(): void {
    this[Symbol.dispose]();
  }

  /** Ends it; a second time changes nothing. */
  [Symbol.dispose](): void {
    if (!this.#isActive) return;
    this.#isActive = false;
    if (this.#signal !== undefined) ignoreAbort(this.#signal, this);
    this.#core.dropped += this.dropped;
    this.#core.changed(this);
  }
}
