/**
 * Turns JSON values into bytes.
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
  MOST_DEPTH,
  MOST_ITEMS,
  MOST_KEPT_BYTES,
  MOST_UNITS,
  NULL,
  OBJECT,
  ROOM_BYTES,
  SMALL_INTEGER,
  TEXT,
  TRUE,
} from "./channel_value_form.ts";

/** A tag and what is of fixed size behind it. */
const MOST_FIXED_BYTES = 9;
const TEXT_HEAD_BYTES = 5;
/** UTF-8 has at most 3 bytes for a unit of a string. */
const MOST_BYTES_A_UNIT = 3;

const encoder = new TextEncoder();

/**
 * Writes what `JSON.stringify` would, in another form: what that leaves out, alters or refuses, this does. It reads each property once,
 * and in the same order; but only of arrays and of plain objects. Whatever else there is, it leaves to `JSON.stringify`.
 */
export class ValueWriter {
  /** What was written, from its first byte on; there may be more behind it. */
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array(ROOM_BYTES);
  #view = new DataView(this.bytes.buffer);
  #at = 0;

  /** Writes a value; answers its length, or 0 if it has no form in JSON. */
  write(value: unknown): number {
    if (this.bytes.length > MOST_KEPT_BYTES) this.#use(new Uint8Array(ROOM_BYTES));
    this.#at = 0;
    return this.#value(value, "", 0) ? this.#at : 0;
  }

  /** False if nothing was written, as for what an object leaves out. */
  #value(value: unknown, key: string | number, depth: number): boolean {
    switch (typeof value) {
      case "string":
        this.#string(value);
        return true;
      case "number":
        this.#number(value);
        return true;
      case "boolean":
        this.#tag(value ? TRUE : FALSE);
        return true;
      case "undefined":
        return false;
      case "object":
        if (value === null) this.#tag(NULL);
        else if ("toJSON" in value || depth === MOST_DEPTH) return this.#json(value, key);
        else if (Array.isArray(value)) return this.#array(value, key, depth);
        else return this.#object(value, key, depth);
        return true;
      default:
        return this.#json(value, key);
    }
  }

  #number(value: number): void {
    const integer = value | 0;
    if (integer !== value) {
      if (!Number.isFinite(value)) return this.#tag(NULL);
      const at = this.#take(MOST_FIXED_BYTES);
      this.bytes[at] = DOUBLE;
      this.#view.setFloat64(at + 1, value, true);
    } else if (integer >= 0 && integer < 256 - SMALL_INTEGER) {
      this.#tag(SMALL_INTEGER + integer);
    } else {
      const at = this.#take(5);
      this.bytes[at] = INTEGER;
      this.#view.setInt32(at + 1, integer, true);
    }
  }

  #string(text: string): void {
    const length = text.length;
    if (length > MOST_UNITS) return this.#text(text);
    const at = this.#take(2 + length), bytes = this.bytes;
    bytes[at] = LATIN1;
    bytes[at + 1] = length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit > 255) {
        this.#at = at;
        return this.#text(text);
      }
      bytes[at + 2 + i] = unit;
    }
  }

  #text(text: string): void {
    if (text.isWellFormed()) this.#encoded(TEXT, text);
    else this.#encoded(JSON_TEXT, JSON.stringify(text)); // which escapes what UTF-8 cannot say
  }

  #array(array: readonly unknown[], key: string | number, depth: number): boolean {
    const length = array.length;
    if (length > MOST_ITEMS) return this.#json(array, key);
    const at = this.#take(2);
    this.bytes[at] = ARRAY;
    this.bytes[at + 1] = length;
    for (let i = 0; i < length; i++) if (!this.#value(array[i], i, depth + 1)) this.#tag(NULL);
    return true;
  }

  #object(object: object, key: string | number, depth: number): boolean {
    if (!isPlain(object)) return this.#json(object, key);
    const names = Object.keys(object);
    if (names.length > MOST_ITEMS) return this.#json(object, key);
    let count = 0;
    const at = this.#take(2);
    this.bytes[at] = OBJECT;
    for (const name of names) {
      const before = this.#at;
      this.#string(name);
      if (this.#value(object[name], name, depth + 1)) count++;
      else this.#at = before;
    }
    this.bytes[at + 1] = count;
    return true;
  }

  /** Writes a value as `JSON.stringify` would in its place, so that a `toJSON` is told where that is. */
  #json(value: unknown, key: string | number): boolean {
    const text = JSON.stringify({ __proto__: null, [key]: value }), name = JSON.stringify(String(key));
    if (text === "{}") return false;
    this.#encoded(JSON_TEXT, text.slice(name.length + 2, -1));
    return true;
  }

  #encoded(tag: number, text: string): void {
    const at = this.#take(TEXT_HEAD_BYTES + text.length * MOST_BYTES_A_UNIT);
    const { written } = encoder.encodeInto(text, this.bytes.subarray(at + TEXT_HEAD_BYTES));
    this.bytes[at] = tag;
    this.#view.setUint32(at + 1, written, true);
    this.#at = at + TEXT_HEAD_BYTES + written;
  }

  #tag(tag: number): void {
    const at = this.#take(1);
    this.bytes[at] = tag;
  }

  /** Makes room; answers where it begins. */
  #take(length: number): number {
    const at = this.#at, end = at + length;
    if (end > this.bytes.length) this.#grow(end);
    this.#at = end;
    return at;
  }

  #grow(least: number): void {
    const grown = new Uint8Array(Math.max(least, 2 * this.bytes.length));
    grown.set(this.bytes);
    this.#use(grown);
  }

  #use(bytes: Uint8Array<ArrayBuffer>): void {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}

function isPlain(object: object): object is Readonly<Record<string, unknown>> {
  return Object.getPrototypeOf(object) === Object.prototype;
}
