import type { SharedMetricsHandle } from "../handle.ts";

/** What a Worker is told to do with the metrics: it answers "done", or "full" if it has no place among the threads. */
export interface Order {
  readonly handle: SharedMetricsHandle;
  /**
   * `"count"`: records so many times to a counter and a histogram, both ways. `"flood"`: says that it has begun, then records until it is
   * terminated. `"set"`: sets a gauge.
   */
  readonly task: "count" | "flood" | "set";
  readonly times: number;
}

/** What all threads record: counters by route, a histogram and a summary whose every value is 3, and one of 1 to 64 in turn. */
export const ROUTES = { name: "routes_total", help: "Requests by route", labels: ["route"] } as const;
export const THREES = {
  name: "threes_bytes",
  help: "Always 3",
  unit: "bytes",
  buckets: Array.from({ length: 64 }, (_, at) => at + 1), // so many that a copy takes as long as an observation
} as const;
export const WAITS = { name: "waits_seconds", help: "Always 3", unit: "seconds", quantiles: [0.5, 1] } as const;
export const SIZES = { name: "sizes_bytes", help: "From 1 to 64", unit: "bytes" } as const;
/** A gauge that is one of two numbers, which have no half in common. */
export const EITHER = { name: "either", help: "One of two", acrossThreads: "last" } as const;
export const [ONE, OTHER] = [1.2345678901234567e100, -9.876543210987654e-100];
