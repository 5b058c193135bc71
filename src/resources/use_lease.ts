/**
 * Using what was granted, and giving it back whatever happens.
 *
 * @module
 */

/** Calls `fn` with a lease, and releases it when `fn` has returned, thrown or settled. */
export async function useLease<Granted extends { release(): void }, Result>(
  lease: Granted,
  fn: (lease: Granted) => Result | PromiseLike<Result>,
): Promise<Result> {
  try {
    return await fn(lease);
  } finally {
    lease.release();
  }
}
