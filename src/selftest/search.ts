/**
 * Looks for the least of something with which enough changes are found.
 *
 * @module
 */

/** Power that is asked for. */
export const WANTED_POWER = 0.95;

/**
 * The first of ascending candidates that will do, given that every later one will do as well; by bisection.
 *
 * @returns null if none will.
 */
export async function firstThatDoes<Candidate>(
  candidates: readonly Candidate[],
  does: (candidate: Candidate) => Promise<boolean>,
): Promise<Candidate | null> {
  let [low, high] = [0, candidates.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const candidate = candidates[middle];
    if (candidate === undefined) break;
    if (await does(candidate)) high = middle;
    else low = middle + 1;
  }
  return candidates[low] ?? null;
}
