/**
 * Messages in protobuf's wire format, see https://protobuf.dev/programming-guides/encoding/.
 *
 * @module
 */

const VARINT = 0, FIXED64 = 1, DELIMITED = 2, FIXED32 = 5;
const LONGEST_VARINT_BYTES = 10;
const UTF8 = new TextEncoder();

/**
 * Writes one message, field by field, in the order of the calls; the numbers of the fields are those of its definition.
 *
 * It knows no definitions and leaves nothing out: whoever calls skips the fields that have their defaults. What
 * is given to `int` must be a safe integer, to `sint` one of half that range; nothing is checked. Hot path: no object is
 * made for a field or a message within.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** What has been written: a view that is good until more is written. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  /** A field of type `uint32`, `uint64`, `int32` or `int64`, of an enum, or of type `bool` as 0 or 1. */
  int(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  /** A field of type `sint32` or `sint64`. */
  sint(field: number, value: number): void {
    this.int(field, zigzag(value));
  }

  /** A field of type `double`. */
  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#view.setFloat64(this.#advance(8), value, true);
  }

  /** A field of type `fixed64`, or `sfixed64` of a number that is not negative. */
  fixed64(field: number, value: bigint): void {
    this.#tag(field, FIXED64);
    this.#view.setBigUint64(this.#advance(8), value, true);
  }

  /** A field of type `fixed32`. */
  fixed32(field: number, value: number): void {
    this.#tag(field, FIXED32);
    this.#view.setUint32(this.#advance(4), value, true);
  }

  /** A field of type `string`; half a surrogate pair becomes U+FFFD. */
  string(field: number, text: string): void {
    this.#tag(field, DELIMITED);
    this.#reserve(3 * text.length + 1);
    const start = ++this.#at, bytes = this.#bytes;
    let at = start;
    for (let index = 0; index < text.length; index++) {
      const code = text.charCodeAt(index);
      if (code > 0x7f) {
        at = start + UTF8.encodeInto(text, bytes.subarray(start)).written;
        break;
      }
      bytes[at++] = code;
    }
    this.#at = at;
    this.end(start);
  }

  /** A field of type `bytes`. */
  bytesOf(field: number, bytes: Uint8Array): void {
    this.#tag(field, DELIMITED);
    this.#varint(bytes.length);
    const at = this.#advance(bytes.length);
    this.#bytes.set(bytes, at);
  }

  /** A field of type `bytes`, given by two digits a byte. */
  hex(field: number, digits: string): void {
    const length = digits.length >>> 1;
    this.#tag(field, DELIMITED);
    this.#varint(length);
    const start = this.#advance(length), bytes = this.#bytes;
    for (let index = 0; index < length; index++) {
      bytes[start + index] = digitOf(digits, 2 * index) << 4 | digitOf(digits, 2 * index + 1);
    }
  }

  /** A message within this one: whatever `write` writes of `value`. A function that is made once makes no closure here. */
  message<Value>(field: number, value: Value, write: (writer: ProtobufWriter, value: Value) => void): void {
    const start = this.begin(field);
    write(this, value);
    this.end(start);
  }

  /** A message with its length before it and no field's number, as in a stream of messages. */
  delimited<Value>(value: Value, write: (writer: ProtobufWriter, value: Value) => void): void {
    const start = this.begin();
    write(this, value);
    this.end(start);
  }

  /** A packed field of type `sint32` or `sint64`; none if there are no values. */
  packedSints(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.begin(field);
    for (const value of values) this.#varint(zigzag(value));
    this.end(start);
  }

  /** Begins a message within this one, or without a field one of a stream; answers where it begins, for {@linkcode end}. */
  begin(field?: number): number {
    if (field !== undefined) this.#tag(field, DELIMITED);
    this.#advance(1);
    return this.#at;
  }

  /** Ends a message: puts its length before it, for which one byte was left; more are made room for. */
  end(start: number): void {
    const length = this.#at - start;
    if (length < 0x80) {
      this.#bytes[start - 1] = length;
      return;
    }
    let extra = 1;
    for (let rest = length >>> 14; rest !== 0; rest >>>= 7) extra++;
    this.#reserve(extra);
    this.#bytes.copyWithin(start + extra, start, this.#at);
    const end = this.#at + extra;
    this.#at = start - 1;
    this.#varint(length);
    this.#at = end;
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field << 3 | wireType);
  }

  /** Seven bits a byte, the lowest first; a negative number as two's complement of 64 bits. */
  #varint(value: number): void {
    this.#reserve(LONGEST_VARINT_BYTES);
    const bytes = this.#bytes;
    let low = value >>> 0, high = value === low ? 0 : Math.floor(value / 2 ** 32) >>> 0;
    while (high !== 0) {
      bytes[this.#at++] = low & 0x7f | 0x80;
      low = (low >>> 7 | high << 25) >>> 0;
      high >>>= 7;
    }
    while (low > 0x7f) {
      bytes[this.#at++] = low & 0x7f | 0x80;
      low >>>= 7;
    }
    bytes[this.#at++] = low;
  }

  /** Where the next so many bytes begin. */
  #advance(length: number): number {
    this.#reserve(length);
    const at = this.#at;
    this.#at += length;
    return at;
  }

  #reserve(length: number): void {
    const needed = this.#at + length;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

/** What a hexadecimal digit stands for, in either case; something else than a digit for something from 0 to 15. */
function digitOf(digits: string, index: number): number {
  const code = digits.charCodeAt(index);
  return (code > 57 ? code + 9 : code) & 15;
}

/** Small numbers of either sign as small numbers. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}
