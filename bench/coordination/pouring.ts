/**
 * Many messages from this thread to another, or from another to this.
 *
 * @module
 */

import {
  type ChannelFormat,
  type ChannelMessage,
  SharedChannel,
  type SharedHandle,
} from "../../src/coordination/shared/mod.ts";
import {
  type BytesName,
  bytesNamed,
  type Content,
  type ContentName,
  numberIn,
  sumOf,
  VALUES,
} from "./pouring_contents.ts";
import { type Port, postCopied, Posted, Posting, postTransferred, receive, receiveInto, send } from "./pouring_ends.ts";

/** Which way the messages go. */
export type Direction = "to a thread" | "from a thread";

/** What becomes of a message: the receiver's copy, its copy in an array that it has already, or the receiver's itself. */
export type Way = "copied" | "into one array" | "transferred";

/** What a worker is made with. Without a channel it posts, or takes what is posted. */
export interface PouringStart {
  readonly role: "sender" | "receiver";
  readonly content: ContentName;
  readonly way: Way;
  readonly channel: SharedHandle<"channel"> | undefined;
}

/** What a worker posts when it is ready, and after each round: what the messages came to that it was sent. */
export interface Sum {
  readonly sum: number;
}

/** What begins a worker's round of sending. */
export const GO = "go";

/** How a round goes with a worker. */
interface Carrier {
  /** Sends or receives all messages; what they came to, if it received them. */
  readonly round: () => Promise<number | undefined>;
  /** Takes what a worker posts that is no {@linkcode Sum}. */
  readonly take: (posted: unknown) => void;
}

/** A thread that is poured into, or pours. */
export class Pouring {
  readonly #worker = new Worker(new URL("./pouring_worker.ts", import.meta.url), { type: "module" });
  readonly #expected: number;
  readonly #round: Carrier["round"];
  #report = Promise.withResolvers<number>();

  private constructor(expected: number, start: PouringStart, carrierOf: (worker: Worker) => Carrier) {
    const { round, take } = carrierOf(this.#worker);
    this.#expected = expected;
    this.#round = round;
    this.#worker.onmessage = ({ data }: MessageEvent<unknown>) => {
      const sum = numberIn(data, "sum");
      if (sum === undefined) take(data);
      else this.#report.resolve(sum);
    };
    this.#worker.postMessage(start);
  }

  /** Starts the thread, and waits until it is ready. */
  static async begin(start: PouringStart, expected: number, carrierOf: (worker: Worker) => Carrier): Promise<Pouring> {
    const pouring = new Pouring(expected, start, carrierOf);
    await pouring.#report.promise;
    return pouring;
  }

  /** Sends all messages; whether each arrived once, whole and in order. */
  async round(): Promise<boolean> {
    const { promise } = this.#report = Promise.withResolvers<number>(),
      received = await this.#round(),
      reported = await promise;
    return (received ?? reported) === this.#expected;
  }

  /** Ends the thread. */
  async end(): Promise<void> {
    this.#worker.terminate();
    await new Promise((resolve) => setTimeout(resolve)); // terminate() only asks
  }
}

/** Through a channel in shared memory. */
export function pour(content: ContentName, direction: Direction): Promise<Pouring> {
  return content === "values"
    ? pourThrough(VALUES, { direction, way: "copied", receive })
    : pourThrough(bytesNamed(content), { direction, way: "copied", receive });
}

/** The same, received into one array for all messages. */
export function pourIntoOne(content: BytesName, direction: Direction): Promise<Pouring> {
  return pourThrough(bytesNamed(content), { direction, way: "into one array", receive: receiveInto });
}

/** By what every runtime has. */
export function pourByMessages(content: ContentName, direction: Direction): Promise<Pouring> {
  return content === "values"
    ? post(VALUES, { direction, way: "copied", post: postCopied })
    : post(bytesNamed(content), { direction, way: "copied", post: postCopied });
}

/** The same, with messages that are given away. */
export function pourByTransfer(content: BytesName, direction: Direction): Promise<Pouring> {
  return post(bytesNamed(content), { direction, way: "transferred", post: postTransferred });
}

function pourThrough<Format extends ChannelFormat>(content: Content<Format>, { direction, way, receive }: {
  readonly direction: Direction;
  readonly way: Way;
  readonly receive: (channel: SharedChannel<Format>, content: Content<Format>) => Promise<number>;
}): Promise<Pouring> {
  const { name, format, capacityBytes } = content, channel = SharedChannel.create({ format, capacityBytes });
  const take = () => {}, start = { content: name, way, channel: channel.handle };
  if (direction === "to a thread") {
    return Pouring.begin(
      { ...start, role: "receiver" },
      sumOf(content),
      () => ({ take, round: () => send(channel, content) }),
    );
  }
  return Pouring.begin({ ...start, role: "sender" }, sumOf(content), (worker) => ({
    take,
    round: () => {
      worker.postMessage(GO);
      return receive(channel, content);
    },
  }));
}

function post<Format extends ChannelFormat>(content: Content<Format>, { direction, way, post }: {
  readonly direction: Direction;
  readonly way: Way;
  readonly post: (port: Port, message: ChannelMessage<Format>) => void;
}): Promise<Pouring> {
  const start = { content: content.name, way, channel: undefined };
  if (direction === "to a thread") {
    return Pouring.begin({ ...start, role: "receiver" }, sumOf(content), (worker) => {
      const posting = new Posting(worker, content, post);
      return { take: (posted) => posting.take(posted), round: () => posting.round() };
    });
  }
  return Pouring.begin({ ...start, role: "sender" }, sumOf(content), (worker) => {
    const posted = new Posted(worker, content);
    return {
      take: (message) => posted.take(message),
      round: () => {
        worker.postMessage(GO);
        return posted.round();
      },
    };
  });
}
