/**
 * What `for await` asks of a shared channel.
 *
 * @module
 */

import { SharedChannelClosedError } from "./errors.ts";

/** How the messages are received: one that is there and is this caller's turn, or the next. */
export interface MessageSource<Message> {
  readonly tryReceive: () => Message | undefined;
  readonly receive: () => Promise<Message>;
}

/**
 * Receives until the channel is closed and drained. An asynchronous generator does so too, but lets three turns of the microtask queue
 * pass for each message.
 */
export class ChannelIterator<Message> implements AsyncIterator<Message, undefined> {
  #source: MessageSource<Message> | undefined;

  /** Nothing is received before the first call of `next`. */
  constructor(source: MessageSource<Message>) {
    this.#source = source;
  }

  /** The next message. */
  async next(): Promise<IteratorResult<Message, undefined>> {
    const source = this.#source;
    if (source === undefined) return { done: true, value: undefined };
    try {
      const message = source.tryReceive(); // which may be null
      return { done: false, value: message === undefined ? await source.receive() : message };
    } catch (error) {
      this.#source = undefined;
      if (!(error instanceof SharedChannelClosedError)) throw error;
      return { done: true, value: undefined };
    }
  }

  /** Receives no more. */
  return(): Promise<IteratorResult<Message, undefined>> {
    this.#source = undefined;
    return Promise.resolve({ done: true, value: undefined });
  }
}
