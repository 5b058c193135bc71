/**
 * Who listens to a pool.
 *
 * @module
 */

import { EventStream, type EventStreamOptions } from "./event_stream.ts";
import type { PoolEvent } from "./pool_event.ts";

/** The open streams of a pool's events. */
export class EventHub<Kinds extends string> {
  readonly #streams = new Set<EventStream<PoolEvent<Kinds>>>();

  /** Whether anybody listens: nobody makes an event otherwise. */
  get isHeard(): boolean {
    return this.#streams.size > 0;
  }

  /** Opens a stream. */
  open(options?: EventStreamOptions): EventStream<PoolEvent<Kinds>> {
    const stream = new EventStream<PoolEvent<Kinds>>((ended) => this.#streams.delete(ended), options);
    if (!stream.ended) this.#streams.add(stream);
    return stream;
  }

  /** Tells everybody. */
  emit(event: PoolEvent<Kinds>): void {
    for (const stream of this.#streams) stream.push(event);
  }
}
