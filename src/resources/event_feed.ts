/**
 * What a stream of events has to tell.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, listenToAbort } from "../coordination/abort_listeners.ts";
import type { EventOverflow, EventStreamOptions } from "./event_stream.ts";
import { requireOptions } from "../coordination/require_options.ts";

/** Keeps events until they are read. It knows nothing of the stream by which they are, so that a stream that nobody reads any more can be collected. */
export class EventFeed<Event> implements AbortListener {
  /** How many events were lost because their reader was too slow. */
  dropped = 0;
  readonly #close: (feed: EventFeed<Event>) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #capacity: number;
  readonly #overflow: EventOverflow;
  /** A ring: `#count` events from `#start` on. */
  readonly #kept: (Event | undefined)[] = [];
  #start = 0;
  #count = 0;
  #isEnded = false;
  #isAbandoned = false;
  /** Whoever has asked for an event that has not happened yet. */
  readonly #asked: ((result: IteratorResult<Event, void>) => void)[] = [];

  /**
   * Begins with nothing.
   *
   * @param close Called once, when it has ended.
   * @throws {RangeError} If the capacity is out of range.
   * @throws {TypeError} If `overflow` is none.
   */
  constructor(close: (feed: EventFeed<Event>) => void, options: EventStreamOptions = {}) {
    requireOptions("read events", options);
    const { capacity = 1024, overflow = "drop_oldest", signal } = options;
    if (!(Number.isInteger(capacity) && capacity >= 1)) {
      throw new RangeError(
        `Cannot read events with capacity ${capacity}: expected an integer, at least 1; leave it out to keep 1,024`,
      );
    }
    if (overflow !== "drop_oldest" && overflow !== "drop_newest") {
      throw new TypeError(
        `Cannot read events with overflow ${
          String(overflow)
        }: expected "drop_oldest" or "drop_newest"; leave it out for the first`,
      );
    }
    this.#close = close;
    this.#capacity = capacity;
    this.#overflow = overflow;
    this.#signal = signal;
    if (signal?.aborted) this.#isEnded = true;
    else if (signal !== undefined) listenToAbort(signal, this);
  }

  /** Whether nothing comes any more. */
  get ended(): boolean {
    return this.#isEnded;
  }

  /** Adds an event; if there are too many, the oldest that is kept gives way, or the new one is lost. */
  push(event: Event): void {
    const asked = this.#asked.shift();
    if (asked !== undefined) {
      asked({ done: false, value: event });
      if (this.#isAbandoned) this.abandon();
      return;
    }
    if (this.#count === this.#capacity) {
      this.dropped++;
      if (this.#overflow === "drop_newest") return;
      this.#take();
    }
    this.#kept[(this.#start + this.#count) % this.#capacity] = event;
    this.#count++;
  }

  /** The next event, as soon as there is one; what is kept is still told after the end. */
  next(): Promise<IteratorResult<Event, void>> {
    const value = this.#take();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#isEnded) return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve) => this.#asked.push(resolve));
  }

  /** Ends it; what is kept is forgotten. */
  discard(): void {
    this.#kept.length = this.#count = 0;
    this.#end();
  }

  /** Nobody can ask for more: it ends when whoever has asked is answered. */
  abandon(): void {
    this.#isAbandoned = true;
    if (this.#asked.length === 0) this.discard();
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.#end();
  }

  /** Ends it; what is kept can still be read. */
  end(): void {
    this.#end();
  }

  #take(): Event | undefined {
    if (this.#count === 0) return undefined;
    const event = this.#kept[this.#start];
    this.#kept[this.#start] = undefined;
    this.#start = (this.#start + 1) % this.#capacity;
    this.#count--;
    return event;
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    if (this.#signal !== undefined) ignoreAbort(this.#signal, this);
    for (const asked of this.#asked.splice(0)) asked({ done: true, value: undefined });
    this.#close(this);
  }
}
