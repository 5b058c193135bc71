/**
 * Recording one thing in a metric.
 *
 * @module
 */

import { Registry } from "../../src/observability/metrics/registry.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { recordingCrew } from "./recording_crew.ts";

/** What a user may expect of a recording. */
export const RECORDING = { operation: "Metric Recording", minOpsPerSecond: 10_000, maxDurationMs: 0.1 };

/** Whose sums are exact, in whatever order they are added up. */
const SECONDS = [0.0078125, 0.25, 2, 16] as const;

const ROUTES = ["/", "/login", "/orders", "/orders/:id"] as const;

/** How many label sets the metric keeps apart, some of which is told more. */
const MAX_SERIES = 1_000;

/** Defines them, in the order in which they were named. */
export function benchRecording(bench: DefineBenchmark): void {
  bench("Counter Recording", {
    expected: RECORDING,
    setup: () => ({ counter: new Registry().counter({ name: "requests_total", help: "Requests" }) }),
  }, ({ counter }) => {
    const before = counter.value;
    counter.inc();
    return counter.value === before + 1;
  });

  bench("Histogram Recording", {
    expected: RECORDING,
    setup: () => ({
      histogram: new Registry().histogram({ name: "request_seconds", help: "Duration of requests", unit: "seconds" }),
      at: 0,
    }),
  }, (state) => {
    const { histogram } = state, before = histogram.sum, seconds = SECONDS[state.at = state.at + 1 & 3]!;
    histogram.observe(seconds);
    return histogram.sum === before + seconds;
  });

  bench("Gauge Recording", {
    expected: RECORDING,
    setup: () => ({ gauge: new Registry().gauge({ name: "queue_length", help: "Jobs that wait" }), length: 0 }),
  }, (state) => {
    const length = state.length = state.length + 1 & 1_023;
    state.gauge.set(length);
    return state.gauge.value === length;
  });

  bench("Metric with Labels", {
    expected: RECORDING,
    setup: () => {
      const labels = ["method", "route"] as const;
      const requests = new Registry().counter({ name: "requests_total", help: "Requests", labels });
      return { requests, bound: ROUTES.map((route) => requests.with({ method: "GET", route })), at: 0 };
    },
  }, (state) => {
    const at = state.at = state.at + 1 & 3, bound = state.bound[at]!, before = bound.value;
    state.requests.inc({ method: "GET", route: ROUTES[at]! });
    return bound.value === before + 1;
  });

  bench(
    "Concurrent Metric Recording",
    { params: { threads: [10] }, setup: ({ threads }) => recordingCrew(threads), teardown: (crew) => crew.dismiss() },
    (crew) => crew.round(),
  );

  bench("Metric Cardinality Protection", {
    expected: RECORDING,
    params: { cardinality: [10, 10_000] },
    setup: ({ cardinality }) => {
      const registry = new Registry({ warn: () => {} });
      const options = { name: "requests_total", help: "Requests", labels: ["user"], maxSeries: MAX_SERIES } as const;
      const users = Array.from({ length: cardinality }, (_, n) => `user ${n}`);
      return { requests: registry.counter(options), users, at: 0, made: 0 };
    },
    afterRound: ({ requests, made }, { cardinality }) => {
      const series = [...requests.readings()], counted = series.reduce((sum, { value }) => sum + value, 0);
      const most = cardinality > MAX_SERIES ? MAX_SERIES + 1 : cardinality; // one more, into which the rest is folded
      if (series.length <= most && counted === made) return;
      throw new Error(`Expected ${made} in at most ${most} series: found ${counted} in ${series.length}`);
    },
  }, (state) => {
    const { users } = state;
    state.at = state.at + 1 < users.length ? state.at + 1 : 0;
    state.requests.inc({ user: users[state.at]! });
    state.made++;
  });
}
