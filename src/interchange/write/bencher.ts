/**
 * Bencher Metric Format, as `bencher run --adapter json` takes it.
 *
 * The format: `JsonResultsMap` and `JsonNewMetric` in lib/bencher_json/src/project/metric/mod.rs, the measures `latency` (ns) and
 * `throughput` (operations a second) in project/measure/built_in.rs, and names of up to 1,024 bytes in
 * lib/bencher_valid/src/benchmark_name.rs of bencherdev/bencher.
 *
 * @module
 */

import type { MeasuredBenchmark, ResultDocument } from "../../measure/document.ts";
import type { Report } from "../../report/report.ts";
import { plainText } from "./plain_text.ts";
import { usableBenchmarks } from "./usable.ts";

/** The longest name that Bencher takes, in bytes of UTF-8. */
const MAX_NAME_BYTES = 1024;

/** One metric; the bounds are the smallest and the largest fork's, absent with one fork. */
interface Metric {
  readonly value: number;
  readonly lower_value?: number;
  readonly upper_value?: number;
}

/** The lower quartile of each benchmark as `latency`, its inverse as `throughput`; both with the range of the forks. */
export const bencherReport: Report = {
  extension: "json",
  render(document: ResultDocument): string {
    const entries = usableBenchmarks(document).map((result) => [shortName(plainText(result.id)), metricsOf(result)]);
    return JSON.stringify(Object.fromEntries(entries)) + "\n";
  },
};

function metricsOf({ statistics: { p25, forkP25 } }: MeasuredBenchmark): Record<string, Metric> {
  const low = Math.min(p25, ...forkP25);
  const high = Math.max(p25, ...forkP25);
  const ranged = forkP25.length > 1 && low > 0;
  return {
    latency: { value: p25, ...(ranged ? { lower_value: low, upper_value: high } : {}) },
    throughput: { value: 1e9 / p25, ...(ranged ? { lower_value: 1e9 / high, upper_value: 1e9 / low } : {}) },
  };
}

/** The end of a name that is too long is a hash of all of it, so that names which begin alike stay apart. */
function shortName(name: string): string {
  const bytes = new TextEncoder().encode(name);
  if (bytes.length <= MAX_NAME_BYTES) return name;
  const end = `…${fnv1a(bytes)}`;
  const room = MAX_NAME_BYTES - new TextEncoder().encode(end).length;
  // A character cut in two at the end becomes U+FFFD, which has three bytes; up to three are cut off with it.
  return new TextDecoder().decode(bytes.subarray(0, room - 3)).replace(/\ufffd$/, "") + end;
}

/** FNV-1a of 64 bits (draft-eastlake-fnv): no secret depends on it. */
function fnv1a(bytes: Uint8Array): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash.toString(16).padStart(16, "0");
}
