/**
 * Events for whoever wants to read them, one after another.
 *
 * @module
 */

import type { EventFeed } from "./event_feed.ts";

/** What is lost when a reader is too far behind: the oldest event that is kept for it, or each new one. */
export type EventOverflow = "drop_oldest" | "drop_newest";

/** How a stream is read. */
export interface EventStreamOptions {
  /** How many events are kept for a reader who is behind; an integer, at least 1. Default 1,024. */
  readonly capacity?: number;
  /** What becomes of more. Default `"drop_oldest"`. */
  readonly overflow?: EventOverflow;
  /** Ends the stream when it is aborted, without an error. */
  readonly signal?: AbortSignal;
}

/**
 * The events from the moment at which it was opened, for one reader: `for await (const event of stream)`. Leaving the loop ends it, and so
 * does its signal; then nothing is kept. One that is dropped ends when the garbage collector finds it, sooner or later, or never: until
 * then its source goes on making events for it.
 */
export class EventStream<Event> implements AsyncIterableIterator<Event, void, void>, AsyncDisposable {
  readonly #feed: EventFeed<Event>;

  /** Reads what is fed. */
  constructor(feed: EventFeed<Event>) {
    this.#feed = feed;
  }

  /** How many events were lost because their reader was too slow. */
  get dropped(): number {
    return this.#feed.dropped;
  }

  /** Whether nothing comes any more. */
  get ended(): boolean {
    return this.#feed.ended;
  }

  /** The next event, as soon as there is one; what is kept is still told after the end. */
  next(): Promise<IteratorResult<Event, void>> {
    return this.#feed.next();
  }

  /** Ends it; what is kept is forgotten. */
  return(): Promise<IteratorResult<Event, void>> {
    this.#feed.discard();
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
}
