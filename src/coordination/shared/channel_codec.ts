/**
 * How messages become bytes.
 *
 * @module
 */

/** What a shared channel carries. */
export type ChannelFormat = "bytes" | "json";

/** All formats; a buffer says which by its place here. */
export const FORMATS: readonly ChannelFormat[] = ["bytes", "json"];

/** @throws {TypeError} If a format is none. */
export function requireFormat(format: ChannelFormat): void {
  if (FORMATS.includes(format)) return;
  throw new TypeError(
    `Cannot open a shared channel with format ${
      JSON.stringify(format)
    }: expected "bytes" or "json"; leave it out for bytes`,
  );
}

/** What is sent and received in a format. */
export type ChannelMessage<Format extends ChannelFormat> = Format extends "bytes" ? Uint8Array : unknown;

/** Turns messages into bytes and back. */
export interface MessageCodec<Message> {
  /** The last message, from its first byte on; there may be more behind it. */
  readonly bytes: Uint8Array;
  /** Writes a message into {@linkcode bytes}; answers its length. */
  encode(message: Message): number;
  /** The message of some bytes, which are the codec's from now on. */
  decode(bytes: Uint8Array<ArrayBuffer>): Message;
}

/** The codec of a format; each has its own memory. */
export function codecOf<Format extends ChannelFormat>(format: Format): MessageCodec<ChannelMessage<Format>>;
export function codecOf(format: ChannelFormat): MessageCodec<Uint8Array> | MessageCodec<unknown> {
  return format === "bytes" ? new BytesCodec() : new JsonCodec();
}

class BytesCodec implements MessageCodec<Uint8Array> {
  bytes: Uint8Array = new Uint8Array(0);

  encode(message: Uint8Array): number {
    if (!(message instanceof Uint8Array)) {
      throw new TypeError(
        `Cannot send a ${typeof message} into a shared channel of bytes: expected a Uint8Array; encode it first`,
      );
    }
    this.bytes = message;
    return message.length;
  }

  decode(bytes: Uint8Array<ArrayBuffer>): Uint8Array {
    return bytes;
  }
}

/** UTF-8 has at most 3 bytes for a unit of a string. */
const MOST_BYTES_A_UNIT = 3;

class JsonCodec implements MessageCodec<unknown> {
  bytes = new Uint8Array(1_024);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();

  encode(message: unknown): number {
    const text: unknown = JSON.stringify(message);
    if (typeof text !== "string") {
      throw new TypeError(
        `Cannot send a ${typeof message} into a shared channel of JSON: it has no form in JSON; send null or data`,
      );
    }
    if (text.length * MOST_BYTES_A_UNIT > this.bytes.length) {
      this.bytes = new Uint8Array(text.length * MOST_BYTES_A_UNIT);
    }
    return this.#encoder.encodeInto(text, this.bytes).written;
  }

  decode(bytes: Uint8Array<ArrayBuffer>): unknown {
    return JSON.parse(this.#decoder.decode(bytes));
  }
}
