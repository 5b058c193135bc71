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

Deno.test("MetricHistory tells which series are kept when one is gone, and all anew to a page that was away too long", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  const load = registry.gauge({ name: "load", help: "Load", labels: ["host"] });
  load.set({ host: "a" }, 1);
  load.set({ host: "b" }, 2);
  history.take();
  assertEquals(history.changesSince(0).series.map(({ values }) => values), [[1], [2]]);
  load.remove({ host: "b" });
  history.take();
  assertEquals(history.changesSince(1), { isAll: false, kept: [1], samples: 1, series: [], unshown: 0 });
  history.take();
  assertEquals(history.changesSince(2), { isAll: false, samples: 1, series: [], unshown: 0 }, "none is gone");
  for (let at = 0; at < MOST_SAMPLES + 5; at++) history.take();
  const all = history.changesSince(2);
  assertEquals([all.isAll, all.samples, all.series[0]?.values.length], [true, MOST_SAMPLES, MOST_SAMPLES]);
});

Deno.test("MetricHistory takes a metric that was removed and made anew for another one", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  registry.gauge({ name: "load", help: "Load" }).set(1);
  history.take();
  registry.remove("load");
  registry.gauge({ name: "load", help: "Load of the disk" }).set(2);
  history.take();
  const { kept, series } = history.changesSince(1);
  assertEquals([kept, series.map(({ id, about }) => [id, about?.help])], [[2], [[2, "Load of the disk"]]]);
});

Deno.test("MetricHistory has no values of the samples that it leaves out, and says so to whoever was there before", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  const load = registry.gauge({ name: "load", help: "Load" });
  load.set(1);
  history.take();
  history.skip(2);
  load.set(2);
  history.take();
  assertEquals([history.changesSince(1).isAll, history.changesSince(0).series[0]?.values], [true, [1, null, null, 2]]);
  history.skip(10 * MOST_SAMPLES);
  history.take();
  assertEquals(history.changesSince(0).series[0]?.values, [...Array.from({ length: MOST_SAMPLES - 1 }, () => null), 2]);
});

Deno.test("MetricHistory keeps a thousand series, shared fairly by the metrics, and counts the others unread", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  for (const [metric, count] of [["large", 5_000], ["larger", 9_000], ["small", 7]] as const) {
    const load = registry.gauge({ name: metric, help: "Load", labels: ["host"], maxSeries: count });
    for (let host = 0; host < count; host++) load.set({ host: String(host) }, host);
  }
  let read = 0;
  const metrics = [...registry.metrics()].map(({ name, definition, seriesCount, readings, watch }, at, all) => ({
    ...{ name, definition, seriesCount, watch },
    *readings(what?: "sum" | number) {
      for (const reading of readings.call(all[at], what)) {
        read++;
        yield reading;
      }
    },
  }));
  const counting = new MetricHistory({ metrics: () => metrics, collect: () => Promise.resolve() });
  for (const each of [history, counting]) {
    each.take();
    const { series, unshown } = each.changesSince(0);
    const shown = Object.groupBy(series, ({ about }) => about?.name ?? "");
    assertEquals(
      ["large", "larger", "small"].map((name) => shown[name]?.length),
      [496, 496, 7],
    );
    assertEquals(series.length + unshown, 14_007);
  }
  assert(read <= MOST_SERIES, `${read} series were read`);
});

Deno.test("MetricHistory keeps a thousand of more metrics", () => {
  const registry = new Registry(), history = new MetricHistory(registry);
  for (let at = 0; at < MOST_SERIES + 5; at++) registry.gauge({ name: `load${at}`, help: "Load" }).set(at);
  history.take();
  const { series, unshown } = history.changesSince(0);
  assertEquals([series.length, unshown], [MOST_SERIES, 5]);
});

Deno.test("MetricHistory tells the quantiles of each series that it keeps, as they change", () => {
  const registry = new Registry(), history = new MetricHistory(registry), options = { help: "W", unit: "seconds" };
  const waits = registry.histogram({ name: "wait_seconds", ...options, buckets: [1, 2, 4], labels: ["host"] });
  for (let host = 0; host < MOST_SERIES + 5; host++) waits.observe({ host: String(host) }, 1);
  history.take();
  for (const host of ["0", "1", "2"]) waits.remove({ host });
  history.take();
  for (const host of ["new", "newer"]) waits.observe({ host }, 1);
  history.take();
  const { series, unshown } = history.changesSince(0);
  assertEquals([series.length, unshown], [MOST_SERIES, 4]);
  assertEquals(series.filter(({ quantiles }) => quantiles === undefined || quantiles.includes(null)), []);
  for (let at = 0; at < 99; at++) waits.observe({ host: "new" }, 3);
  history.take();
  const changed = history.changesSince(history.sample - 1).series;
  assertEquals(changed.map(({ quantiles }) => quantiles?.map((value) => (value ?? 0) > 2)), [[true, true, true]]);
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

const deeds = fc.array(
  fc.record({
    host: fc.nat(3),
    does: fc.oneof(fc.nat(3), fc.constantFrom("remove" as const, "skip" as const)),
    looks: fc.boolean(),
  }),
  { maxLength: 60 },
);

Deno.test("MetricHistory tells a page that looks now and then the same as one that asks for everything", () =>
  fc.assert(
    fc.property(deeds, (script) => {
      const registry = new Registry(),
        history = new MetricHistory(registry),
        known = new Map<number, (number | null)[]>();
      const load = registry.gauge({ name: "load", help: "Load", labels: ["host"] });
      let sample = 0;
      const look = () => {
        const { isAll, kept, series, samples } = history.changesSince(sample),
          told = new Map(series.map(({ id, values }) => [id, values]));
        if (isAll) known.clear();
        for (const id of known.keys()) if (kept !== undefined && !kept.includes(id)) known.delete(id);
        for (const { id } of series) if (!known.has(id)) known.set(id, isAll ? [] : Array(sample).fill(null));
        for (const [id, values] of known) {
          const last = values.at(-1) ?? null;
          values.push(...told.get(id) ?? Array.from({ length: samples }, () => last));
        }
        sample = history.sample;
      };
      for (const { host, does, looks } of script) {
        if (does === "remove") load.remove({ host: String(host) });
        else if (does === "skip") history.skip(host);
        else load.set({ host: String(host) }, does);
        history.take();
        if (looks) look();
      }
      if (sample !== history.sample) look();
      const whole = history.changesSince(0).series.map(({ id, values }) => [id, values]);
      assertEquals(
        [...known].sort(([one], [other]) => one - other),
        whole.sort(([one], [other]) => Number(one) - Number(other)),
      );
    }),
  ));
