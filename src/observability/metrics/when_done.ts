/**
 * Work whose end is to be noted.
 *
 * @module
 */

/** Runs `work`, and `done` at its end: when it returns or throws, or when the promise that it returns is settled. */
export function whenDone(work: () => unknown, done: () => void): unknown {
  let result: unknown;
  try {
    result = work();
  } catch (error) {
    done();
    throw error;
  }
  if (result instanceof Promise) return result.finally(done);
  done();
  return result;
}
