/**
 * Who listens.
 *
 * @module
 */

import { EventFeed } from "./event_feed.ts";
import { EventStream, type EventStreamOptions } from "./event_stream.ts";

/** The open streams of somebody's events: what feeds them, for of the streams themselves it must not keep any alive that nobody reads. */
export class EventHub<Event> {
  readonly #feeds = new Set<EventFeed<Event>>();
  readonly #dropped = new FinalizationRegistry<EventFeed<Event>>((feed) => feed.abandon());

  /** Whether anybody listens: nobody makes an event otherwise. */
  get isHeard(): boolean {
    return this.#feeds.size > 0;
  }

  /** Opens a stream. */
  open(options?: EventStreamOptions): EventStream<Event> {
    const feed = new EventFeed<Event>((ended) => this.#close(ended), options);
    const stream = new EventStream(feed);
    if (!feed.ended) {
      this.#feeds.add(feed);
      this.#dropped.register(stream, feed, feed);
    }
    return stream;
  }

  /** Tells everybody. */
  emit(event: Event): void {
    for (const feed of this.#feeds) feed.push(event);
  }

  #close(feed: EventFeed<Event>): void {
    this.#feeds.delete(feed);
    this.#dropped.unregister(feed);
  }
}
