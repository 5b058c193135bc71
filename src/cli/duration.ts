/**
 * Durations as people type them.
 *
 * @module
 */

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * Parses a duration such as `500`, `500ms`, `1.5s`, `2m` or `1h`; a bare number is in milliseconds.
 *
 * @returns Milliseconds, or undefined if the text is none.
 */
export function parseDurationMs(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)?$/.exec(text.trim());
  if (match === null) return undefined;
  const value = Number(match[1]) * (UNITS_MS[match[2] ?? "ms"] ?? 1);
  return Number.isFinite(value) ? value : undefined;
}
