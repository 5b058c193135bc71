/**
 * How messages become bytes.
 *
 * @module
 */

import { foundValue } from "../found_value.ts";
import { lengthOf } from "./intrinsic_bytes.ts";
import { ValueReader } from "./channel_value_reader.ts";
import { ValueWriter } from "./channel_value_writer.ts";

/** What a shared channel carries. */
export type ChannelFormat = "bytes" | "json";

/** All formats; a buffer says which by its place here. */
export const FORMATS: readonly ChannelFormat[] = ["bytes", "json"];

/** @throws {TypeError} If a format is none. */
export function requireFormat(format: ChannelFormat): void {
  if (FORMATS.includes(format)) return;
  throw new TypeError(
    `Cannot open a shared channel with format ${
      foundValue(format)
    }: expected "bytes" or "json"; leave it out for bytes`,
  );
}

/** What is sent and received in a format. */
export type ChannelMessage<Format extends ChannelFormat> = Format extends "bytes" ? Uint8Array : unknown;

/** Turns messages into bytes and back. */
export interface MessageCodec<Message> {
  /** The last message that was encoded, from its first byte on; there may be more behind it. Its methods may be the caller's own. */
  readonly bytes: Uint8Array;
  /** Writes a message into {@linkcode bytes}; answers its length. */
  encode(message: Message): number;
  /** Where to put the bytes of a message that has so many, for {@linkcode decode}. */
  room(length: number): Uint8Array<ArrayBuffer>;
  /** The message whose bytes were put where the last {@linkcode room} is. */
  decode(): Message;
}

/** The codec of a format; each has its own memory. */
export function codecOf<Format extends ChannelFormat>(format: Format): MessageCodec<ChannelMessage<Format>>;
export function codecOf(format: ChannelFormat): MessageCodec<Uint8Array> | MessageCodec<unknown> {
  return format === "bytes" ? new BytesCodec() : new JsonCodec();
}

class BytesCodec implements MessageCodec<Uint8Array> {
  bytes: Uint8Array = new Uint8Array(0);
  #received: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  encode(message: Uint8Array): number {
    if (!(message instanceof Uint8Array)) {
      throw new TypeError(
        `Cannot send a ${typeof message} into a shared channel of bytes: expected a Uint8Array; encode it first`,
      );
    }
    this.bytes = message;
    return lengthOf(message);
  }

  room(length: number): Uint8Array<ArrayBuffer> {
    return this.#received = new Uint8Array(length);
  }

  decode(): Uint8Array {
    return this.#received;
  }
}

class JsonCodec implements MessageCodec<unknown> {
  bytes: Uint8Array = new Uint8Array(0);
  /** None while it writes: a getter or a `toJSON` may send a message itself. */
  #writer: ValueWriter | undefined = undefined;
  readonly #reader = new ValueReader();

  encode(message: unknown): number {
    const writer = this.#writer ?? new ValueWriter();
    this.#writer = undefined;
    const length = writer.write(message);
    this.#writer = writer;
    if (length === 0) {
      throw new TypeError(
        `Cannot send a ${typeof message} into a shared channel of JSON: it has no form in JSON; send null or data`,
      );
    }
    this.bytes = writer.bytes;
    return length;
  }

  room(length: number): Uint8Array<ArrayBuffer> {
    return this.#reader.room(length);
  }

  decode(): unknown {
    return this.#reader.read();
  }
}
