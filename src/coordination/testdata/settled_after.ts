/**
 * What becomes of waits after something that may refuse them. They are listened to before it: Deno looks through all rejections that
 * nobody listens to for each that is heard late, so that thousands take quadratic time.
 */
export function settledAfter<T>(waits: readonly Promise<T>[], happens: () => void): Promise<PromiseSettledResult<T>[]> {
  const outcomes = Promise.allSettled(waits);
  happens();
  return outcomes;
}
