/**
 * Metrics beside what else there is.
 *
 * @module
 */

import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { Context, Metric } from "effect";
import { Counter, Gauge, Histogram, Registry as PromRegistry } from "prom-client";
import { DEFAULT_SECONDS_BUCKETS, Registry } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { Growth, Reader } from "./growth.ts";

const ROUTES = ["/", "/login", "/orders", "/orders/:id"] as const;
const LABELS = ["method", "route"] as const;
const SECONDS = [0.001, 0.03, 0.2, 4] as const;
const SERIES = 1_000;
/** Of counters that are counted with in turn. */
const NAMES = ["requests", "replies", "retries", "failures"] as const;

const ABOUT = { name: "requests_total", help: "Requests" };
const ABOUT_SECONDS = { name: "request_seconds", help: "Duration of requests" };
const NO_CONTEXT = Context.empty();

/** What one would count with by hand. */
class Tally {
  value = 0;
}

function sumOf(counters: readonly { readonly value: number }[]): number {
  return counters.reduce((sum, { value }) => sum + value, 0);
}

async function promTotal(metric: { get(): Promise<{ values: { value: number; metricName?: string }[] }> }) {
  const { values } = await metric.get();
  const counted = values.filter(({ metricName }) => metricName === undefined || metricName.endsWith("_count"));
  return counted.reduce((sum, { value }) => sum + value, 0);
}

/** A meter, and a growth that is read through it. */
function openTelemetry() {
  const reader = new Reader(), meter = new MeterProvider({ readers: [reader] }).getMeter("bench");
  return { reader, meter, growth: new Growth() };
}

/** One suite for each thing that is compared. */
export const metricPeerSuites: readonly Suite[] = [
  suite("peers-counter", { title: "A counter without labels, four of them in turn" }, (bench) => {
    const counting = { group: "a counter without labels" };
    // Whoever counts by hand adds to a field of an object. The only field of a loop would stay in a register, which says nothing of a
    // program; of four objects in turn V8 does not know which comes next, so that each count is read from memory and written back.
    bench("a field", {
      ...counting,
      baseline: true,
      setup: () => ({ counters: NAMES.map(() => new Tally()), at: 0, growth: new Growth() }),
      afterRound: ({ counters, growth }) => growth.expect(sumOf(counters)),
    }, (state) => {
      state.counters[state.at = state.at + 1 & 3]!.value += 1;
    });
    bench("Counter.inc", {
      ...counting,
      setup: () => ({ counters: NAMES.map(() => new Registry().counter(ABOUT)), at: 0, growth: new Growth() }),
      afterRound: ({ counters, growth }) => growth.expect(sumOf(counters)),
    }, (state) => state.counters[state.at = state.at + 1 & 3]!.inc());
    bench("prom-client", {
      ...counting,
      setup: () => {
        const counters = NAMES.map(() => new Counter({ ...ABOUT, registers: [] }));
        return { counters, at: 0, growth: new Growth() };
      },
      afterRound: async ({ counters, growth }) => {
        const totals = await Promise.all(counters.map(promTotal));
        growth.expect(totals.reduce((sum, total) => sum + total));
      },
    }, (state) => state.counters[state.at = state.at + 1 & 3]!.inc());
    bench("OpenTelemetry SDK", {
      ...counting,
      setup: () => {
        const { meter, reader, growth } = openTelemetry();
        return { counters: NAMES.map((name) => meter.createCounter(name)), at: 0, reader, growth };
      },
      afterRound: async ({ reader, growth }) => growth.expect(await reader.total()),
    }, (state) => state.counters[state.at = state.at + 1 & 3]!.add(1));
    bench("Effect Metric", {
      ...counting,
      setup: () => ({ counters: NAMES.map((name) => Metric.counter(name)), at: 0, growth: new Growth() }),
      afterRound: ({ counters, growth }) =>
        growth.expect(counters.reduce((sum, counter) => sum + counter.valueUnsafe(NO_CONTEXT).count, 0)),
    }, (state) => state.counters[state.at = state.at + 1 & 3]!.updateUnsafe(1, NO_CONTEXT));
  }),
  suite("peers-labels", { title: "A counter with two labels, by value" }, (bench) => {
    const labelled = { group: "a counter with two labels, by value" };
    bench("a map by joined text", {
      ...labelled,
      baseline: true,
      setup: () => ({ counts: new Map<string, number>(), at: 0, growth: new Growth() }),
      afterRound: ({ counts, growth }) => growth.expect([...counts.values()].reduce((sum, each) => sum + each)),
    }, (state) => {
      const key = `GET|${ROUTES[state.at = state.at + 1 & 3]}`;
      state.counts.set(key, (state.counts.get(key) ?? 0) + 1);
    });
    bench("CounterFamily.inc", {
      ...labelled,
      setup: () => ({ counter: new Registry().counter({ ...ABOUT, labels: LABELS }), at: 0, growth: new Growth() }),
      afterRound: ({ counter, growth }) =>
        growth.expect([...counter.readings()].reduce((sum, { value }) => sum + value, 0)),
    }, (state) => state.counter.inc({ method: "GET", route: ROUTES[state.at = state.at + 1 & 3]! }));
    bench("prom-client", {
      ...labelled,
      setup: () => ({
        counter: new Counter({ ...ABOUT, labelNames: LABELS, registers: [] }),
        at: 0,
        growth: new Growth(),
      }),
      afterRound: async ({ counter, growth }) => growth.expect(await promTotal(counter)),
    }, (state) => state.counter.inc({ method: "GET", route: ROUTES[state.at = state.at + 1 & 3]! }));
    bench("OpenTelemetry SDK", {
      ...labelled,
      setup: () => {
        const { meter, reader, growth } = openTelemetry();
        return { counter: meter.createCounter("requests"), at: 0, reader, growth };
      },
      afterRound: async ({ reader, growth }) => growth.expect(await reader.total()),
    }, (state) => state.counter.add(1, { method: "GET", route: ROUTES[state.at = state.at + 1 & 3]! }));
    bench("Effect Metric", {
      ...labelled,
      setup: () => ({ counter: Metric.counter("peers-labels"), at: 0, growth: new Growth() }),
      afterRound: ({ counter, growth }) =>
        growth.expect(
          ROUTES.reduce((sum, route) => {
            const { count } = Metric.withAttributes(counter, { method: "GET", route }).valueUnsafe(NO_CONTEXT);
            return sum + count;
          }, 0),
        ),
    }, (state) => {
      const attributes = { method: "GET", route: ROUTES[state.at = state.at + 1 & 3]! };
      Metric.withAttributes(state.counter, attributes).updateUnsafe(1, NO_CONTEXT);
    });
  }),
  suite("peers-histogram", { title: "A histogram of eleven bounds" }, (bench) => {
    const observing = { group: "a histogram of eleven bounds" };
    const buckets = [...DEFAULT_SECONDS_BUCKETS];
    bench("a loop over the bounds", {
      ...observing,
      baseline: true,
      setup: () => ({ counts: new Float64Array(buckets.length + 1), sum: 0, at: 0, growth: new Growth() }),
      afterRound: ({ sum, growth }) => growth.expect(sum),
    }, (state) => {
      const seconds = SECONDS[state.at = state.at + 1 & 3]!;
      let bucket = 0;
      while (bucket < buckets.length && seconds > buckets[bucket]!) bucket++;
      state.counts[bucket]!++;
      state.sum += seconds;
    });
    bench("Histogram.observe", {
      ...observing,
      setup: () => ({
        histogram: new Registry().histogram({ ...ABOUT_SECONDS, unit: "seconds", buckets }),
        at: 0,
        growth: new Growth(),
      }),
      afterRound: ({ histogram, growth }) => growth.expect(histogram.count),
    }, (state) => state.histogram.observe(SECONDS[state.at = state.at + 1 & 3]!));
    bench("prom-client", {
      ...observing,
      setup: () => ({
        histogram: new Histogram({ ...ABOUT_SECONDS, buckets, registers: [] }),
        at: 0,
        growth: new Growth(),
      }),
      afterRound: async ({ histogram, growth }) => growth.expect(await promTotal(histogram)),
    }, (state) => state.histogram.observe(SECONDS[state.at = state.at + 1 & 3]!));
    bench("OpenTelemetry SDK", {
      ...observing,
      setup: () => {
        const { meter, reader, growth } = openTelemetry();
        const advice = { explicitBucketBoundaries: buckets };
        return { histogram: meter.createHistogram("request", { advice }), at: 0, reader, growth };
      },
      afterRound: async ({ reader, growth }) => growth.expect(await reader.total()),
    }, (state) => state.histogram.record(SECONDS[state.at = state.at + 1 & 3]!));
    bench("Effect Metric", {
      ...observing,
      setup: () => ({
        histogram: Metric.histogram("peers-histogram", { boundaries: [...buckets, Infinity] }),
        at: 0,
        growth: new Growth(),
      }),
      afterRound: ({ histogram, growth }) => growth.expect(histogram.valueUnsafe(NO_CONTEXT).count),
    }, (state) => state.histogram.updateUnsafe(SECONDS[state.at = state.at + 1 & 3]!, NO_CONTEXT));
  }),
  suite("peers-gauge", { title: "A gauge without labels" }, (bench) => {
    const setting = { group: "a gauge without labels" };
    bench("a field", {
      ...setting,
      baseline: true,
      setup: () => ({ value: 0, n: 0, growth: new Growth() }),
      afterRound: ({ value, growth }) => growth.expect(value),
    }, (state) => {
      state.value = ++state.n;
    });
    bench("Gauge.set", {
      ...setting,
      setup: () => ({
        gauge: new Registry().gauge({ name: "queue_length", help: "Jobs" }),
        n: 0,
        growth: new Growth(),
      }),
      afterRound: ({ gauge, growth }) => growth.expect(gauge.value),
    }, (state) => state.gauge.set(++state.n));
    bench("prom-client", {
      ...setting,
      setup: () => ({
        gauge: new Gauge({ name: "queue_length", help: "Jobs", registers: [] }),
        n: 0,
        growth: new Growth(),
      }),
      afterRound: async ({ gauge, growth }) => growth.expect(await promTotal(gauge)),
    }, (state) => state.gauge.set(++state.n));
    bench("OpenTelemetry SDK", {
      ...setting,
      setup: () => {
        const { meter, reader, growth } = openTelemetry();
        return { gauge: meter.createGauge("queue"), n: 0, reader, growth };
      },
      afterRound: async ({ reader, growth }) => growth.expect(await reader.total()),
    }, (state) => state.gauge.record(++state.n));
    bench("Effect Metric", {
      ...setting,
      setup: () => ({ gauge: Metric.gauge("peers-gauge"), n: 0, growth: new Growth() }),
      afterRound: ({ gauge, growth }) => growth.expect(gauge.valueUnsafe(NO_CONTEXT).value),
    }, (state) => state.gauge.updateUnsafe(++state.n, NO_CONTEXT));
  }),
  suite("peers-exposition", { title: "Printing a thousand series" }, (bench) => {
    const printing = { group: "printing a thousand series" };
    const all = Array.from({ length: SERIES }, (_, n) => ({ method: n % 2 === 0 ? "GET" : "POST", route: `/${n}` }));
    const isWhole = (text: string) => text.length > 35 * SERIES && /"} \d+\n$/.test(text);
    bench("a loop over the series", {
      ...printing,
      baseline: true,
      setup: () => ({
        heads: all.map(({ method, route }) => `requests_total{method="${method}",route="${route}"} `),
        counts: Float64Array.from(all, (_, n) => n),
      }),
    }, ({ heads, counts }) => {
      counts[SERIES - 1]!++;
      let text = "# HELP requests_total Requests\n# TYPE requests_total counter\n";
      for (let n = 0; n < SERIES; n++) text += `${heads[n]}${counts[n]}\n`;
      return isWhole(text);
    });
    bench("Registry.expose", {
      ...printing,
      setup: () => {
        const registry = new Registry(), requests = registry.counter({ ...ABOUT, labels: LABELS });
        all.forEach((values, n) => requests.inc(values, n));
        return { registry, last: requests.with(all[SERIES - 1]!) };
      },
    }, ({ registry, last }) => {
      last.inc();
      return isWhole(registry.expose());
    });
    bench("prom-client", {
      ...printing,
      setup: () => {
        const registry = new PromRegistry();
        const requests = new Counter({ ...ABOUT, labelNames: LABELS, registers: [registry] });
        all.forEach((values, n) => requests.inc(values, n));
        return { registry, last: requests.labels(all[SERIES - 1]!) };
      },
    }, async ({ registry, last }) => {
      last.inc();
      return isWhole(await registry.metrics());
    });
  }),
];
