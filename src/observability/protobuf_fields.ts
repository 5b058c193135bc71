/**
 * Short messages in protobuf's wire format.
 *
 * @module
 */

/** A number, or the bytes of a text or a message within. */
export type FieldValue = number | Uint8Array;

/**
 * The fields of a message by their numbers, of a repeated one the last; numbers of fixed width are left out.
 *
 * @returns `undefined` if the bytes are no message. Numbers above 2 ** 53 are blurred.
 */
export function readFields(bytes: Uint8Array): ReadonlyMap<number, FieldValue> | undefined {
  const fields = new Map<number, FieldValue>();
  let at = 0;
  const varint = () => {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = bytes[at++];
      if (byte === undefined) return NaN;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    return NaN;
  };
  while (at < bytes.length) {
    const tag = varint(), wireType = tag % 8;
    if (wireType === 0) fields.set(Math.floor(tag / 8), varint());
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = varint();
      fields.set(Math.floor(tag / 8), bytes.subarray(at, at += length));
    } else return undefined;
    if (!(at <= bytes.length)) return undefined;
  }
  return fields;
}
