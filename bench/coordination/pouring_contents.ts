/**
 * What is poured from one thread into another.
 *
 * @module
 */

import type { ChannelFormat, ChannelMessage } from "../../src/coordination/shared/mod.ts";

/** What there is to pour. */
export type ContentName = "values" | BytesName;
/** What of it is bytes. */
export type BytesName = "bytes" | "chunks";

/** A round of messages. */
export interface Content<Format extends ChannelFormat> {
  readonly name: ContentName;
  readonly format: Format;
  /** How many there are in a round. */
  readonly messages: number;
  /** How many bytes these have; undefined for values. */
  readonly bytes: number | undefined;
  /** Room in the channel: for a few thousand small messages, or 15 of the large. */
  readonly capacityBytes: number;
  /** `postMessage` knows no bound: there, so many may be on the way. */
  readonly window: number;
  /** Makes the message of a number. */
  readonly make: (n: number) => ChannelMessage<Format>;
  /** What a message says; NaN if it is not whole. */
  readonly read: (message: unknown) => number;
}

const SMALL = { messages: 10_000, capacityBytes: 65_536, window: 2_048 };

/** Values as small as orders and results are. */
export const VALUES: Content<"json"> = {
  ...SMALL,
  name: "values",
  bytes: undefined,
  format: "json",
  make: (n) => ({ n }),
  read: (message) => numberIn(message, "n") ?? NaN,
};

/** Sixteen bytes. */
export const BYTES: Content<"bytes"> = { ...SMALL, name: "bytes", bytes: 10_000 * 16, ...bytesOf(16) };

/** Sixteen MiB, 64 KiB at a time. */
export const CHUNKS: Content<"bytes"> = {
  name: "chunks",
  messages: 256,
  bytes: 2 ** 24,
  capacityBytes: 2 ** 20,
  window: 14,
  ...bytesOf(65_536),
};

/** What has a name. */
export function bytesNamed(name: BytesName): Content<"bytes"> {
  return name === "bytes" ? BYTES : CHUNKS;
}

/** Either way copies what it is given, so one array will do. */
function bytesOf(length: number): Pick<Content<"bytes">, "format" | "make" | "read"> {
  const bytes = new Uint8Array(length);
  return {
    format: "bytes",
    make: (n) => {
      bytes[0] = n;
      return bytes;
    },
    read: (message) => message instanceof Uint8Array && message.length === length ? message[0]! : NaN,
  };
}

/** A number that was posted under a name; undefined if something else was. */
export function numberIn<Name extends string>(posted: unknown, name: Name): number | undefined {
  if (typeof posted !== "object" || posted === null || !(name in posted)) return undefined;
  const { [name]: found }: { readonly [each in Name]?: unknown } = posted;
  return typeof found === "number" ? found : undefined;
}

/** What the messages so far come to: something else if one is missing, doubled, damaged or out of order. */
export function fold(sum: number, meaning: number): number {
  return Number.isNaN(meaning) ? NaN : (Math.imul(sum, 31) + meaning) | 0;
}

/** What a round's messages come to. */
export function sumOf<Format extends ChannelFormat>({ messages, make, read }: Content<Format>): number {
  let sum = 0;
  for (let n = 1; n <= messages; n++) sum = fold(sum, read(make(n)));
  return sum;
}
