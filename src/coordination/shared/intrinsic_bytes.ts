/**
 * The bytes of an array, whatever its class, or it itself, makes of its methods: these must not get at shared memory.
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

/** Its bytes from one index up to another; its own `subarray` may answer anything, and the engine's asks its `constructor`. Hot path. */
export function viewOf(bytes: Uint8Array, from: number, to: number): Uint8Array {
  return new Uint8Array(buffer.call(bytes), byteOffset.call(bytes) + from, to - from);
}

/** `set`, as the engine knows it: an array's own would get a view of the memory that its bytes come from. */
export const setBytes: (this: Uint8Array, source: Uint8Array, at?: number) => void = Uint8Array.prototype.set;
