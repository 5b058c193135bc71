import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Registry } from "../metrics/registry.ts";
import { MetricHistory, MOST_SAMPLES, MOST_SERIES } from "./metric_history.ts";

Deno.test("MetricHistory tells what metrics are, and what they read", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  const requests = registry.counter({ name: "requests_total", help: "Requests", labels: ["route"] });
  registry.histogram({ name: "request_seconds", help: "Time to answer", unit: "seconds" }).observe(0.3);
  requests.inc({ route: "<script>\u202e" });
  history.take();
  requests.inc({ route: "<script>\u202e" }, 4);
  history.take();
  assertEquals(history.changesSince(0), {
    isAll: true,
    samples: 2,
    unshown: 0,
    series: [{
      id: 1,
      about: {
        name: "requests_total",
        help: "Requests",
        type: "counter",
        unit: null,
        labels: [["route", "<script>\\u{202e}"]],
      },
      values: [1, 5],
    }, {
      id: 2,
      about: { name: "request_seconds", help: "Time to answer", type: "histogram", unit: "seconds", labels: [] },
      values: [1, 1],
      quantiles: [0.375, 0.4875, 0.4975],
    }],
  });
  assertEquals(history.changesSince(1).series, [{ id: 1, values: [5] }], "only what has changed");
});

Deno.test("MetricHistory tells all anew when a series is gone, or a page was away too long", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  const load = registry.gauge({ name: "load", help: "Load", labels: ["host"] });
  load.set({ host: "a" }, 1);
  load.set({ host: "b" }, 2);
  history.take();
  assertEquals(history.changesSince(0).series.map(({ values }) => values), [[1], [2]]);
  load.remove({ host: "b" });
  history.take();
  assertEquals([history.changesSince(1).isAll, history.changesSince(1).series.length], [true, 1]);
  for (let at = 0; at < MOST_SAMPLES + 5; at++) history.take();
  const all = history.changesSince(2);
  assertEquals([all.isAll, all.samples, all.series[0]?.values.length], [true, MOST_SAMPLES, MOST_SAMPLES]);
});

Deno.test("MetricHistory keeps a thousand series and counts the others", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  const load = registry.gauge({ name: "load", help: "Load", labels: ["host"] });
  for (let host = 0; host < MOST_SERIES + 7; host++) load.set({ host: String(host) }, host);
  history.take();
  const { series, unshown } = history.changesSince(0);
  assertEquals([series.length, unshown], [MOST_SERIES, 7]);
});

Deno.test("MetricHistory tells the quantiles of each series it shows, wherever in the metric it is", () => {
  const registry = new Registry(), history = new MetricHistory(registry), options = { help: "W", unit: "seconds" };
  const waits = registry.histogram({ name: "wait_seconds", ...options, labels: ["host"] });
  for (let host = 0; host < MOST_SERIES + 5; host++) waits.observe({ host: String(host) }, 1);
  history.take();
  for (const host of ["0", "1", "2"]) waits.remove({ host });
  history.take(); // those that were not shown come after all others
  for (const host of ["new", "newer"]) waits.observe({ host }, 1); // in the places of those that have gone: not shown
  history.take();
  const { series, unshown } = history.changesSince(0);
  assertEquals([series.length, unshown], [MOST_SERIES, 4]);
  assertEquals(series.filter(({ quantiles }) => quantiles === undefined || quantiles.includes(null)), []);
});

Deno.test("MetricHistory has callbacks measure, and outlives one that fails", async () => {
  const registry = new Registry({ warn: () => {} }), history = new MetricHistory(registry);
  registry.observable({ type: "gauge", name: "depth", help: "Depth", collect: () => 7 });
  registry.observable({
    type: "gauge",
    name: "broken",
    help: "Broken",
    collect: (): number => {
      throw new Error("no");
    },
  });
  await history.collect(new AbortController().signal);
  history.take();
  const shown = history.changesSince(0).series.map(({ about, values }) => `${about?.name} ${values}`);
  assertEquals(shown, ["depth 7", "puffin_metrics_failed_collections_total 1"]);
});

Deno.test("MetricHistory tells a page that looks now and then the same as one that asks for everything", () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ host: fc.nat(3), value: fc.nat(3), looks: fc.boolean() }), { maxLength: 60 }),
      (script) => {
        const registry = new Registry(),
          history = new MetricHistory(registry),
          known = new Map<number, (number | null)[]>();
        const load = registry.gauge({ name: "load", help: "Load", labels: ["host"] });
        let sample = 0;
        const look = () => {
          const { series, samples } = history.changesSince(sample),
            told = new Map(series.map(({ id, values }) => [id, values]));
          for (const { id } of series) if (!known.has(id)) known.set(id, Array.from({ length: sample }, () => null));
          for (const [id, values] of known) {
            const last = values.at(-1) ?? null;
            values.push(
              ...told.get(id) ?? Array.from({ length: samples }, () => last),
            );
          }
          sample = history.sample;
        };
        for (const { host, value, looks } of script) {
          load.set({ host: String(host) }, value);
          history.take();
          if (looks) look();
        }
        if (sample !== history.sample) look();
        const whole = history.changesSince(0);
        assert(whole.series.every(({ id, values }) => JSON.stringify(values) === JSON.stringify(known.get(id))));
      },
    ),
  ));
