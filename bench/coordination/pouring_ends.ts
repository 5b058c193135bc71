/**
 * The two ends of a round of messages, in whichever threads they are.
 *
 * @module
 */

import type { ChannelFormat, ChannelMessage, SharedChannel } from "../../src/coordination/shared/mod.ts";
import { type Content, fold, numberIn } from "./pouring_contents.ts";

/** Sends through a channel; the thread goes on meanwhile. */
export async function send<Format extends ChannelFormat>(
  channel: SharedChannel<Format>,
  { messages, make }: Content<Format>,
): Promise<undefined> {
  for (let n = 1; n <= messages; n++) {
    const message = make(n);
    if (!channel.trySend(message)) await channel.send(message);
  }
}

/** Sends through a channel; the thread sleeps meanwhile. */
export function sendBlocking<Format extends ChannelFormat>(
  channel: SharedChannel<Format>,
  { messages, make }: Content<Format>,
): void {
  for (let n = 1; n <= messages; n++) channel.sendBlocking(make(n));
}

/** Receives from a channel; the thread goes on meanwhile. */
export async function receive<Format extends ChannelFormat>(
  channel: SharedChannel<Format>,
  { messages, read }: Content<Format>,
): Promise<number> {
  let sum = 0, received = 0;
  for await (const message of channel) {
    sum = fold(sum, read(message));
    if (++received === messages) break;
  }
  return sum;
}

/** Receives from a channel into one array for all messages; the thread goes on meanwhile. */
export async function receiveInto(
  channel: SharedChannel,
  { messages, make, read }: Content<"bytes">,
): Promise<number> {
  const target = make(0).slice();
  let sum = 0;
  for (let n = 1; n <= messages; n++) {
    const length = channel.tryReceiveInto(target) ?? await channel.receiveInto(target);
    sum = fold(sum, length === target.length ? read(target) : NaN);
  }
  return sum;
}

/** Receives from a channel into one array for all messages; the thread sleeps meanwhile. */
export function receiveIntoBlocking(channel: SharedChannel, { messages, make, read }: Content<"bytes">): number {
  const target = make(0).slice();
  let sum = 0;
  for (let n = 1; n <= messages; n++) {
    const length = channel.receiveIntoBlocking(target);
    sum = fold(sum, length === target.length ? read(target) : NaN);
  }
  return sum;
}

/** Receives from a channel; the thread sleeps meanwhile. */
export function receiveBlocking<Format extends ChannelFormat>(
  channel: SharedChannel<Format>,
  { messages, read }: Content<Format>,
): number {
  let sum = 0;
  for (let n = 1; n <= messages; n++) sum = fold(sum, read(channel.receiveBlocking()));
  return sum;
}

/** The other thread, as one that posts sees it. */
export interface Port {
  postMessage(message: unknown, transfer?: Transferable[]): void;
}

/** Posts a message as it is: copied. */
export function postCopied(port: Port, message: unknown): void {
  port.postMessage(message);
}

/** Posts a message that is given away. As in life, each is an array of its own. */
export function postTransferred(port: Port, message: Uint8Array): void {
  const own = message.slice();
  port.postMessage(own, [own.buffer]);
}

/** What a receiver posts back: so many more may be posted. */
interface Credit {
  readonly credit: number;
}

/** Posts messages, no more at a time than may be on the way. */
export class Posting<Format extends ChannelFormat> {
  readonly #port: Port;
  readonly #content: Content<Format>;
  readonly #post: (port: Port, message: ChannelMessage<Format>) => void;
  #left: number;
  #credited: () => void = () => {};

  constructor(port: Port, content: Content<Format>, post: (port: Port, message: ChannelMessage<Format>) => void) {
    this.#port = port;
    this.#content = content;
    this.#post = post;
    this.#left = content.window;
  }

  /** The receiver has taken some. */
  take(posted: unknown): void {
    this.#left += numberIn(posted, "credit") ?? NaN;
    this.#credited();
  }

  /** Posts all messages. */
  async round(): Promise<undefined> {
    const { messages, make } = this.#content;
    for (let n = 1; n <= messages; n++) {
      while (this.#left === 0) await new Promise<void>((resolve) => this.#credited = resolve);
      this.#left--;
      this.#post(this.#port, make(n));
    }
  }
}

/** Takes messages that are posted. */
export class Posted<Format extends ChannelFormat> {
  readonly #port: Port;
  readonly #content: Content<Format>;
  #sum = 0;
  #received = 0;
  #uncredited = 0;
  #ended: (sum: number) => void = () => {};

  constructor(port: Port, content: Content<Format>) {
    this.#port = port;
    this.#content = content;
  }

  /** The next message. */
  take(message: unknown): void {
    const { messages, window, read } = this.#content;
    this.#sum = fold(this.#sum, read(message));
    if (++this.#uncredited === window / 2) {
      this.#port.postMessage({ credit: this.#uncredited } satisfies Credit);
      this.#uncredited = 0;
    }
    if (++this.#received < messages) return;
    this.#ended(this.#sum);
    this.#sum = this.#received = 0;
  }

  /** Waits for all messages; answers what they came to. */
  round(): Promise<number> {
    return new Promise((resolve) => this.#ended = resolve);
  }
}
