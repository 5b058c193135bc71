/**
 * Where a lease was acquired.
 *
 * @module
 */

/** The files between a caller and a lease. */
const OURS: readonly string[] = ["../pool.ts", "../ledger.ts", "../reclaims.ts", "./leaks.ts"].map((file) =>
  new URL(file, import.meta.url).href
);

/** The calls that led to an error's being made, without the pool's own, one a line. */
export function acquiredAt(origin: Error): string {
  const calls = (origin.stack ?? "").split("\n").slice(1).map((line) => line.trim());
  const own = calls.findIndex((call) => !OURS.some((file) => call.includes(file)));
  return calls.slice(Math.max(own, 0)).join("\n");
}
