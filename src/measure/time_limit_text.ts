/**
 * How long something may take, in words.
 *
 * @module
 */

/** A time limit as people set it: `30 s`, `1.5 s`, `500 ms`. */
export function timeLimitText(limitMs: number): string {
  return limitMs < 1_000 ? `${limitMs} ms` : `${Number((limitMs / 1_000).toFixed(3))} s`;
}
