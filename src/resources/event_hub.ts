/**
 * Who listens to a pool.
 *
 * @module
 */

import { EventFeed } from "./event_feed.ts";
import { EventStream, type EventStreamOptions } from "./event_stream.ts";
import type { PoolEvent } from "./pool_event.ts";

/** The open streams of a pool's events: what feeds them, for of the streams themselves it must not keep any alive that nobody reads. */
export class EventHub<Kinds extends string> {
  readonly #feeds = new Set<EventFeed<PoolEvent<Kinds>>>();
  readonly #dropped = new FinalizationRegistry<EventFeed<PoolEvent<Kinds>>>((feed) => feed.abandon());

  /** Whether anybody listens: nobody makes an event otherwise. */
  get isHeard(): boolean {
    return this.#feeds.size > 0;
  }

  /** Opens a stream. */
  open(options?: EventStreamOptions): EventStream<PoolEvent<Kinds>> {
    const feed = new EventFeed<PoolEvent<Kinds>>((ended) => this.#close(ended), options);
    const stream = new EventStream(feed);
    if (!feed.ended) {
      this.#feeds.add(feed);
      this.#dropped.register(stream, feed, feed);
    }
    return stream;
  }

  /** Tells everybody. */
  emit(event: PoolEvent<Kinds>): void {
    for (const feed of this.#feeds) feed.push(event);
  }

  #close(feed: EventFeed<PoolEvent<Kinds>>): void {
    this.#feeds.delete(feed);
    this.#dropped.unregister(feed);
  }
}
