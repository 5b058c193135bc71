/**
 * Events for whoever wants to read them, one after another.
 *
 * @module
 */

import { type AbortListener, ignoreAbort, listenToAbort } from "../coordination/abort_listeners.ts";

/** How a stream is read. */
export interface EventStreamOptions {
  /** How many events are kept for a reader who is behind; the oldest give way. An integer, at least 1. Default 1,024. */
  readonly capacity?: number;
  /** Ends the stream when it is aborted, without an error. */
  readonly signal?: AbortSignal;
}

/**
 * The events from the moment at which it was opened, for one reader: `for await (const event of stream)`. Leaving the loop ends it, and so
 * does its signal; then nothing is kept.
 */
export class EventStream<Event> implements AsyncIterableIterator<Event, void, void>, AsyncDisposable {
  /** How many events were lost because their reader was too slow. */
  dropped = 0;
  readonly #close: (stream: EventStream<Event>) => void;
  readonly #signal: AbortSignal | undefined;
  readonly #capacity: number;
  /** A ring: `#count` events from `#start` on. */
  readonly #kept: (Event | undefined)[] = [];
  #start = 0;
  #count = 0;
  #isEnded = false;
  /** Told by the signal. */
  readonly #onAbort: AbortListener = { handleEvent: () => this.#end() };
  /** Whoever has asked for an event that has not happened yet. */
  readonly #asked: ((result: IteratorResult<Event, void>) => void)[] = [];

  /**
   * Opens a stream.
   *
   * @param close Called once, when it has ended.
   * @throws {RangeError} If the capacity is out of range.
   */
  constructor(close: (stream: EventStream<Event>) => void, { capacity = 1024, signal }: EventStreamOptions = {}) {
    if (!(Number.isInteger(capacity) && capacity >= 1)) {
      throw new RangeError(
        `Cannot read events with capacity ${capacity}: expected an integer, at least 1; leave it out to keep 1,024`,
      );
    }
    this.#close = close;
    this.#capacity = capacity;
    this.#signal = signal;
    if (signal?.aborted) this.#isEnded = true;
    else if (signal !== undefined) listenToAbort(signal, this.#onAbort);
  }

  /** Whether nothing comes any more. */
  get ended(): boolean {
    return this.#isEnded;
  }

  /** Adds an event; the oldest that is kept gives way if there are too many. */
  push(event: Event): void {
    const asked = this.#asked.shift();
    if (asked !== undefined) return asked({ done: false, value: event });
    if (this.#count === this.#capacity) {
      this.#take();
      this.dropped++;
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
  return(): Promise<IteratorResult<Event, void>> {
    this.#kept.length = this.#count = 0;
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  /** Itself: there is one reader. */
  [Symbol.asyncIterator](): this {
    return this;
  }

  /** As {@linkcode return}. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
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
    if (this.#signal !== undefined) ignoreAbort(this.#signal, this.#onAbort);
    for (const asked of this.#asked.splice(0)) asked({ done: true, value: undefined });
    this.#close(this);
  }
}
