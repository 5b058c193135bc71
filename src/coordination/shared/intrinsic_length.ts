/**
 * How long an array is, whatever its class says.
 *
 * @module
 */

const TYPED_ARRAY: object = Object.getPrototypeOf(Uint8Array.prototype);

/** A property of typed arrays, as the engine knows it. */
function intrinsic(name: "length" | "buffer" | "byteOffset") {
  const get = Object.getOwnPropertyDescriptor(TYPED_ARRAY, name)?.get;
  if (get === undefined) throw new TypeError(`Cannot find the ${name} of typed arrays: expected a getter`);
  return get;
}

const length = intrinsic("length"), buffer = intrinsic("buffer"), byteOffset = intrinsic("byteOffset");

/**
 * How many bytes an array really has: a subclass may tell something else, which must not get into shared memory.
 *
 * Hot path: what it tells is taken if there is an element before that, and none there, which is cheaper than to ask the engine's getter.
 */
export function lengthOf(bytes: Uint8Array): number {
  const told = bytes.length;
  return (told | 0) === told && told > 0 && bytes[told - 1] !== undefined && bytes[told] === undefined
    ? told
    : length.call(bytes);
}

/** The array itself, or a plain one of the same memory if it is of a subclass, whose methods may do anything. Hot path. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return bytes.constructor === Uint8Array
    ? bytes
    : new Uint8Array(buffer.call(bytes), byteOffset.call(bytes), lengthOf(bytes));
}
