/**
 * A thread that is killed in the midst of a recording.
 *
 * @module
 */

/** The numbers, for a thread that is killed when it writes to them for the `write`th time, from 0. */
export function killedAtWrite(doubles: Float64Array, write: number): Float64Array {
  let writes = 0;
  return new Proxy(doubles, {
    get: (target, key) => Reflect.get(target, key),
    set: (target, key, value) => {
      if (writes++ === write) throw new Error("killed");
      return Reflect.set(target, key, value);
    },
  });
}
