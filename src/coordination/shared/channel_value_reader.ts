/**
 * Turns bytes back into JSON values.
 *
 * @module
 */

import {
  ARRAY,
  DOUBLE,
  FALSE,
  INTEGER,
  JSON_TEXT,
  LATIN1,
  MOST_KEPT_BYTES,
  NULL,
  OBJECT,
  ROOM_BYTES,
  SMALL_INTEGER,
  TEXT,
  TRUE,
} from "./channel_value_form.ts";

/** Places for short strings that may come again; a power of 2. */
const MOST_KNOWN = 256;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true }); // or it would swallow a first U+FEFF

/** Reads what a {@linkcode ValueWriter} has written; values are what `JSON.parse` would have made of them. */
export class ValueReader {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(ROOM_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;
  readonly #strings = new Array<string>(MOST_KNOWN).fill("");
  readonly #names = new Array<Name>(MOST_KNOWN).fill(new Name(""));

  /** Where to put a message of so many bytes, which {@linkcode read} reads. */
  room(length: number): Uint8Array<ArrayBuffer> {
    const size = this.#bytes.length;
    if (length > size || size > MOST_KEPT_BYTES) {
      this.#bytes = new Uint8Array(Math.max(length, ROOM_BYTES));
      this.#view = new DataView(this.#bytes.buffer);
    }
    return this.#bytes;
  }

  /** The value in the room. */
  read(): unknown {
    this.#at = 0;
    return this.#value();
  }

  #value(): unknown {
    const tag = this.#byte();
    if (tag >= SMALL_INTEGER) return tag - SMALL_INTEGER;
    switch (tag) {
      case NULL:
        return null;
      case FALSE:
        return false;
      case TRUE:
        return true;
      case INTEGER:
        return this.#view.getInt32(this.#skip(4), true);
      case DOUBLE:
        return this.#view.getFloat64(this.#skip(8), true);
      case ARRAY:
        return this.#array();
      case OBJECT:
        return this.#object();
      default:
        return this.#string(tag);
    }
  }

  /** A string, or what a text says. */
  #string(tag: number): unknown {
    switch (tag) {
      case LATIN1: {
        const length = this.#byte(), at = this.#skip(length), known = this.#strings, place = this.#place(at, length);
        const candidate = known[place]!;
        return this.#holds(at, length, candidate) ? candidate : known[place] = this.#latin1(at, length);
      }
      case TEXT:
        return this.#text();
      case JSON_TEXT:
        return JSON.parse(this.#text());
      default:
        throw new TypeError(`Cannot read a message: it has the tag ${tag}; load the same library in all threads`);
    }
  }

  #array(): unknown[] {
    const length = this.#byte(), array: unknown[] = [];
    for (let i = 0; i < length; i++) array.push(this.#value());
    return array;
  }

  #object(): Record<string, unknown> {
    const count = this.#byte(), object: Record<string, unknown> = {};
    for (let i = 0; i < count; i++) {
      const { text, isInherited } = this.#name(), value = this.#value();
      if (isInherited) {
        Object.defineProperty(object, text, { value, writable: true, enumerable: true, configurable: true });
      } else object[text] = value;
    }
    return object;
  }

  #name(): Name {
    const tag = this.#byte();
    if (tag !== LATIN1) return new Name(String(this.#string(tag)));
    const length = this.#byte(), at = this.#skip(length), known = this.#names, place = this.#place(at, length);
    const candidate = known[place]!;
    return this.#holds(at, length, candidate.text) ? candidate : known[place] = new Name(this.#latin1(at, length));
  }

  /** Where a string may be known from earlier messages. */
  #place(at: number, length: number): number {
    const bytes = this.#bytes;
    if (length === 0) return 0;
    return (length + 5 * bytes[at]! + 33 * bytes[at + length - 1]! + 17 * bytes[at + (length >> 1)]!) &
      (MOST_KNOWN - 1);
  }

  #holds(at: number, length: number, text: string): boolean {
    if (text.length !== length) return false;
    const bytes = this.#bytes;
    for (let i = 0; i < length; i++) if (text.charCodeAt(i) !== bytes[at + i]) return false;
    return true;
  }

  #latin1(at: number, length: number): string {
    const bytes = this.#bytes, end = at + length;
    let text = "", i = at;
    for (; i + 4 <= end; i += 4) text += String.fromCharCode(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!, bytes[i + 3]!);
    for (; i < end; i++) text += String.fromCharCode(bytes[i]!);
    return text;
  }

  #text(): string {
    const length = this.#view.getUint32(this.#skip(4), true), at = this.#skip(length);
    return decoder.decode(this.#bytes.subarray(at, at + length));
  }

  #byte(): number {
    return this.#bytes[this.#at++]!;
  }

  /** Goes on behind so many bytes; answers where they begin. */
  #skip(length: number): number {
    const at = this.#at;
    this.#at = at + length;
    return at;
  }
}

/** The name of a property, and whether an assignment to it would find something that all objects have. */
class Name {
  readonly text: string;
  readonly isInherited: boolean;

  constructor(text: string) {
    this.text = Object.keys({ [text]: 0 })[0] ?? text; // the engine's own copy: an assignment need not look it up
    this.isInherited = text in Object.prototype;
  }
}
