/**
 * Reading metrics, recording many times, and the memory that series take.
 *
 * @module
 */

import { type Counter, type CounterFamily, Registry } from "../../src/observability/metrics/mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";
import { keptBytes } from "./kept_bytes.ts";
import { RECORDING } from "./recording_benches.ts";

/** After so many series of each counter its registry is left to the garbage collector. */
const ROUTES = Array.from({ length: 200 }, (_, n) => ({ route: `/route/${n}` }));

/** Defines them, in the order in which they were named. */
export function benchCollecting(bench: DefineBenchmark): void {
  bench("Metric Collection", {
    setup: () => {
      const registry = new Registry(), labels = ["route"] as const, unit = "seconds";
      const requests = registry.counter({ name: "requests_total", help: "Requests", labels });
      const seconds = registry.histogram({ name: "request_seconds", help: "How long", unit, labels });
      const queue = registry.gauge({ name: "queue_length", help: "Jobs that wait" }), state = { registry, queue, n: 0 };
      for (const { route } of ROUTES.slice(0, 10)) {
        requests.inc({ route });
        seconds.observe({ route }, 0.25);
      }
      registry.observable({ name: "workers", help: "Workers", type: "gauge", collect: () => state.n });
      return state;
    },
  }, async (state) => {
    const n = state.n = state.n + 1 & 1_023;
    state.queue.set(n);
    const text = await state.registry.scrape();
    return text.endsWith(`\nworkers ${n}\n`) && text.includes(`\nqueue_length ${n}\n`);
  });

  bench("High Frequency Metrics", {
    expected: { ...RECORDING, minOpsPerSecond: RECORDING.minOpsPerSecond / 100, maxDurationMs: 10 },
    params: { recordings: [100] },
    throughput: ({ recordings }) => ({ elements: recordings }),
    setup: () => ({ counter: new Registry().counter({ name: "requests_total", help: "Requests" }) }),
  }, ({ counter }, { recordings }) => {
    const before = counter.value;
    for (let n = 0; n < recordings; n++) counter.inc();
    return counter.value === before + recordings;
  });

  // Each iteration adds a series to one of the counters. What V8 tells of it as allocated has garbage in it, and no typed arrays; so
  // what a series keeps, label values apart, is held against what its name says, the metrics themselves included.
  bench("Metric Memory Usage", {
    params: { counters: [50], maxBytesASeries: [200] },
    setup: ({ counters }) => ({ makeCounters: () => counterFamilies(counters), made: 0, families: [] as Family[] }),
    beforeRound: (state, { counters, maxBytesASeries }) => {
      if (state.made > 0) return;
      const bytes = keptBytes(() => fill(state.makeCounters())) / (counters * ROUTES.length);
      if (bytes > maxBytesASeries) {
        throw new Error(`Expected at most ${maxBytesASeries} bytes a series: found ${Math.ceil(bytes)}`);
      }
    },
    afterRound: ({ families, made }, { counters }) => {
      const most = counters * ROUTES.length, expected = made === 0 ? 0 : (made - 1) % most + 1;
      const series = families.reduce((sum, family) => sum + [...family.readings()].length, 0);
      if (series !== expected) throw new Error(`Expected ${expected} series of counters: found ${series}`);
    },
  }, (state, { counters }) => {
    const at = state.made++ % (counters * ROUTES.length);
    if (at === 0) state.families = state.makeCounters();
    state.families[at % counters]!.inc(ROUTES[at / counters | 0]!);
  });
}

type Family = Pick<CounterFamily<"route">, "inc" | "readings">;

function counterFamilies(counters: number): Family[] {
  const registry = new Registry(), labels = ["route"] as const;
  return Array.from(
    { length: counters },
    (_, n) => registry.counter({ name: `requests_${n}_total`, help: "Requests", labels }),
  );
}

function fill(families: readonly Family[]): readonly Family[] {
  for (const family of families) for (const route of ROUTES) family.inc(route);
  return families;
}

/** Defines the printing of few and many series, all of which have been printed before. */
export function benchExposition(bench: DefineBenchmark): void {
  bench("Exposition", {
    params: { series: [10, 1_000, 100_000] },
    throughput: ({ series }) => ({ elements: series }),
    setup: ({ series }) => {
      const registry = new Registry(), labels = ["method", "route"] as const;
      const requests = registry.counter({ name: "requests_total", help: "Requests", labels, maxSeries: series });
      let last: Counter | undefined;
      for (let n = 0; n < series; n++) {
        last = requests.with({ method: n % 2 === 0 ? "GET" : "POST", route: `/route/${n >> 1}` });
        last.inc(n);
      }
      return { registry, last };
    },
  }, ({ registry, last }, { series }) => {
    last?.inc();
    const text = registry.expose();
    return text.length > 40 * series && text.endsWith(`"} ${last?.value}\n`);
  });
}
