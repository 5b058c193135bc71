/**
 * Writes messages of protocol buffers.
 * See https://protobuf.dev/programming-guides/encoding/.
 *
 * @module
 */

const VARINT = 0, FIXED64 = 1, LENGTH_DELIMITED = 2;
const UTF8 = new TextEncoder();
/** A varint of a number has at most so many bytes. */
const LONGEST_VARINT = 8;

/**
 * Writes fields one after the other. A message within another one is begun and ended: its length, which comes first, is known then. Writing alone is
 * so little that a library for it would be more to read.
 */
export class ProtobufWriter {
  #bytes = new Uint8Array(4_096);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Writes an integer of at least 0 and below 2^53. */
  uint(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#varint(value);
  }

  /** Writes an integer that may be below 0, as `sint32` and `sint64` have it. */
  sint(field: number, value: number): void {
    this.#tag(field, VARINT);
    this.#varint(zigzag(value));
  }

  /** Writes integers that may be below 0 as one packed field. */
  packedSints(field: number, values: readonly number[]): void {
    if (values.length === 0) return;
    const start = this.begin(field);
    for (const value of values) this.#varint(zigzag(value));
    this.end(start);
  }

  /** Writes a number. */
  double(field: number, value: number): void {
    this.#tag(field, FIXED64);
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** Writes a text; half a surrogate pair becomes U+FFFD. */
  string(field: number, value: string): void {
    const start = this.begin(field);
    this.#reserve(3 * value.length);
    this.#length += UTF8.encodeInto(value, this.#bytes.subarray(this.#length)).written;
    this.end(start);
  }

  /** Begins a message: a field of another one, or one that stands by itself, preceded by its length. Answers where it begins. */
  begin(field?: number): number {
    if (field !== undefined) this.#tag(field, LENGTH_DELIMITED);
    this.#reserve(1);
    return ++this.#length;
  }

  /** Ends the message that begins there. */
  end(start: number): void {
    const length = this.#length - start, lengthBytes = varintLength(length);
    this.#reserve(LONGEST_VARINT);
    if (lengthBytes > 1) this.#bytes.copyWithin(start + lengthBytes - 1, start, this.#length);
    this.#length = start - 1;
    this.#varint(length);
    this.#length += length;
  }

  /** What was written. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  /** Shifting bits would cut a number to 32 of them. */
  #varint(value: number): void {
    this.#reserve(LONGEST_VARINT);
    while (value >= 128) {
      this.#bytes[this.#length++] = value % 128 + 128;
      value = Math.floor(value / 128);
    }
    this.#bytes[this.#length++] = value;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(2 * (this.#length + bytes));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Small numbers of either sign as small numbers. */
function zigzag(value: number): number {
  return value < 0 ? -2 * value - 1 : 2 * value;
}

function varintLength(value: number): number {
  let length = 1;
  for (; value >= 128; value = Math.floor(value / 128)) length++;
  return length;
}
