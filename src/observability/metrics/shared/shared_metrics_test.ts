import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { parseExposition } from "../testdata/parse_exposition.ts";
import { Registry } from "../registry.ts";
import { SharedMetricsFullError } from "./errors.ts";
import { END, METRIC, MetricsMemory } from "./layout.ts";
import { HISTOGRAM_HEADER, HistogramRow, readHistogram, settleHistogram } from "./row.ts";
import { SharedMetrics, type SharedMetricsOptions } from "./shared_metrics.ts";
import { ThreadMetrics } from "./thread_metrics.ts";
import { killedAtWrite } from "./testdata/killed_at_write.ts";

const SIZES = { name: "size_bytes", help: "Sizes", unit: "bytes", buckets: [1, 10] } as const;
const ROUTES = { name: "requests_total", help: "Requests", labels: ["route"] } as const;

/** A registry with what is told of it, and threads of it, all of which are this one. */
function share(options?: SharedMetricsOptions) {
  const warnings: string[] = [], registry = new Registry({ warn: (message) => warnings.push(message) });
  const shared = SharedMetrics.create(registry, options), attach = () => ThreadMetrics.attach(shared.handle);
  return { registry, shared, warnings, attach };
}

/** What a registry prints, line by line, without what is said of metrics. */
function lines(registry: Registry): string[] {
  return registry.expose().split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}

Deno.test("SharedMetrics adds up threads, and what the registry's own thread records", () => {
  const { registry, attach } = share(), [one, two] = [attach(), attach()];
  const own = registry.counter(ROUTES);
  own.inc({ route: "/" });
  one.counter(ROUTES).with({ route: "/" }).inc(2);
  two.counter(ROUTES).inc({ route: "/" }, 4);
  two.counter(ROUTES).inc({ route: "/two" });
  for (const { histogram } of [{ histogram: registry.histogram(SIZES) }, { histogram: one.histogram(SIZES) }]) {
    histogram.observe(5);
    histogram.observe(500);
  }
  one.upDownCounter({ name: "in_flight", help: "F" }).inc(3);
  two.upDownCounter({ name: "in_flight", help: "F" }).dec();
  assertEquals(lines(registry), [
    'requests_total{route="/"} 7',
    'requests_total{route="/two"} 1',
    'size_bytes_bucket{le="1.0"} 0',
    'size_bytes_bucket{le="10.0"} 2',
    'size_bytes_bucket{le="+Inf"} 4',
    "size_bytes_sum 1010",
    "size_bytes_count 4",
    "in_flight 2",
  ]);
  assertEquals(own.with({ route: "/" }).value, 1, "this thread's own");
  assertEquals([...registry.find("size_bytes")?.readings("sum") ?? []], [{ labels: {}, value: 1010 }]);
});

Deno.test("ThreadMetrics records by label values, counts work that is under way and times it", async () => {
  const { registry, attach } = share(), thread = attach(), labels = ["on"] as const, on = { on: "x" };
  const busy = thread.upDownCounter({ name: "busy", help: "B", labels });
  const heat = thread.gauge({ name: "heat", help: "H", labels }), load = thread.gauge({ name: "load", help: "L" });
  const took = thread.histogram({ name: "took_seconds", help: "T", unit: "seconds", buckets: [1e9] });
  const byName = thread.histogram({ ...SIZES, labels });
  busy.inc(on, 3);
  busy.dec(on);
  heat.set(on, 5);
  heat.dec(on, 2);
  byName.observe(on, 5);
  const under = () => lines(registry).filter((line) => line.startsWith("load"));
  assertEquals(load.track(() => took.time(under)), ["load 1"]);
  assertEquals(await load.track(() => took.time(() => Promise.resolve("done"))), "done");
  assertThrows(() => byName.with(on).time(() => 1), TypeError, 'with metric "size_bytes": expected unit "seconds"');
  assertEquals(lines(registry), [
    'busy{on="x"} 2',
    'heat{on="x"} 3',
    "load 0",
    'took_seconds_bucket{le="1e+09"} 2',
    'took_seconds_bucket{le="+Inf"} 2',
    lines(registry).find((line) => line.startsWith("took_seconds_sum")),
    "took_seconds_count 2",
    'size_bytes_bucket{on="x",le="1.0"} 0',
    'size_bytes_bucket{on="x",le="10.0"} 1',
    'size_bytes_bucket{on="x",le="+Inf"} 1',
    'size_bytes_sum{on="x"} 5',
    'size_bytes_count{on="x"} 1',
  ]);
  for (const value of [NaN, Infinity]) {
    for (const call of [() => load.set(value), () => load.inc(value), () => busy.inc(on, value)]) {
      assertThrows(call, RangeError, "expected a finite number");
    }
    assertThrows(() => byName.observe(on, value), RangeError);
  }
});

Deno.test("SharedMetrics makes one gauge of those of threads as it is told", async () => {
  const { registry, attach } = share(), threads = [attach(), attach(), attach()];
  for (const acrossThreads of ["sum", "max", "min", "last"] as const) {
    const gauges = threads.map((thread) => thread.gauge({ name: acrossThreads, help: "G", acrossThreads }));
    for (const [at, value] of [[0, -5], [1, -1]] as const) gauges[at]?.set(value); // the third is not set
    gauges[0]?.dec();
  }
  const read = async () => (await registry.scrape(), lines(registry).toSorted());
  assertEquals(await read(), ["last -6", "max -1", "min -6", "sum -7"]);
  threads[1]?.detach();
  assertEquals(await read(), ["last -6", "max -6", "min -6", "sum -6"]);
  threads[0]?.detach();
  assertEquals(await read(), ["last -6", "sum 0"], "what was set last stays; no thread has any of the others");
});

const calls = fc.record({
  kind: fc.constantFrom("inc", "inc", "bound", "observe", "collect", "detach", "remove"),
  thread: fc.nat(3),
  label: fc.constantFrom("", "a", '"\\\n', "\ud800", "😀", "x".repeat(600)),
  amount: fc.nat(100),
});

Deno.test("SharedMetrics prints what a map would have, whatever threads do, come and go", () =>
  fc.assert(
    fc.property(fc.array(calls, { maxLength: 100, size: "max" }), (script) => {
      const { registry, attach } = share({ maxThreads: 4, bytesPerThread: 2 ** 16 });
      const threads = [attach(), attach(), attach(), attach()], model = new Map<string, number>();
      let sum = 0, count = 0;
      for (const { kind, thread: place, label, amount } of script) {
        const thread = threads[place]!, routes = thread.counter(ROUTES), sizes = thread.histogram(SIZES);
        if (kind === "inc" || kind === "bound") {
          if (kind === "inc") routes.inc({ route: label }, amount);
          else routes.with({ route: label }).inc(amount);
          model.set(label, (model.get(label) ?? 0) + amount);
        } else if (kind === "observe") {
          sizes.observe(amount);
          sum += amount;
          count++;
        } else if (kind === "collect") registry.expose();
        else if (kind === "remove") registry.counter(ROUTES).remove({ route: label }); // comes back: threads still have it
        else {
          const bound = routes.with({ route: label });
          model.set(label, model.get(label) ?? 0);
          thread.detach();
          bound.inc(1_000); // lost, and nobody else's
          sizes.observe(1_000);
          threads[place] = attach();
        }
      }
      const samples = parseExposition(registry.expose(), "prometheus").flatMap(({ samples }) => samples);
      const printed = samples.filter(({ name }) => name === "requests_total").map((
        { labels, value },
      ) => [labels["route"], value]);
      assertEquals(
        new Map(printed.map(([label, value]) => [label, value])),
        new Map([...model].map(([label, value]) => [label.toWellFormed(), value])),
      );
      const other = (wanted: string) => samples.find(({ name }) => name === wanted)?.value ?? 0;
      assertEquals([other("size_bytes_sum"), other("size_bytes_count")], [sum, count]);
    }),
    { numRuns: 50 },
  ));

Deno.test("A histogram's row is whole wherever its thread was killed", () => {
  for (let killedAt = 0; killedAt < 5; killedAt++) {
    const width = 4, doubles = new Float64Array(HISTOGRAM_HEADER + width), words = new Int32Array(doubles.buffer);
    const mortal = killedAtWrite(doubles, killedAt);
    new HistogramRow({ words, doubles }, 0, width).observe(1, 5);
    const row = new HistogramRow({ words, doubles: mortal }, 0, width);
    if (killedAt < 4) assertThrows(() => row.observe(1, 7), Error, "killed");
    else row.observe(1, 7);
    const expected = killedAt < 2 ? [0, 1, 0, 5] : [0, 2, 0, 12], into = new Float64Array(width);
    assert(readHistogram({ words, doubles }, 0, into));
    assertEquals([...into], expected, `killed at write ${killedAt}`);
    settleHistogram({ words, doubles }, 0, width);
    assertEquals([...doubles.subarray(HISTOGRAM_HEADER)], expected);
    new HistogramRow({ words, doubles }, 0, width).observe(0, 1);
    assert(readHistogram({ words, doubles }, 0, into));
    assertEquals([...into], [1, expected[1]!, 0, expected[3]! + 1], "the next thread goes on");
  }
});

Deno.test("A record that a killed thread had not finished is written over", () => {
  const { registry, shared, attach } = share(), memory = MetricsMemory.open(shared.handle.buffer);
  assert(memory !== undefined);
  attach().counter(ROUTES).inc({ route: "/" });
  const end = memory.shardAt(0) + memory.words[memory.shardAt(0) + END]!;
  memory.words.set([99, METRIC, 7, 7, -1, -1, -1, -1], end);
  const first = lines(registry);
  const again = attach(); // of the same thread, so it has another shard; then the first one's metrics go on
  again.counter(ROUTES).inc({ route: "/" });
  assertEquals([first, lines(registry)], [['requests_total{route="/"} 1'], ['requests_total{route="/"} 2']]);
});

Deno.test("ThreadMetrics folds label sets past maxSeries, of a thread or of the registry, and both are counted", () => {
  const { registry, attach, warnings } = share(), options = { ...ROUTES, maxSeries: 2 };
  const threads = [attach(), attach()].map((thread) => thread.counter(options));
  for (const [at, thread] of threads.entries()) {
    for (const route of ["a", `b${at}`, "c", "c"]) thread.inc({ route });
  }
  assertEquals(lines(registry).toSorted(), [
    'puffin_metrics_folded_total{metric="requests_total"} 5', // two look-ups of "c" each, and "b1" in the registry
    'requests_total{otel_metric_overflow="true"} 5',
    'requests_total{route="a"} 2',
    'requests_total{route="b0"} 1',
  ]);
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.includes('Metric "requests_total" is full'));
  assertEquals(lines(registry).length, 4, "counted once");
});

Deno.test("ThreadMetrics never takes more memory than bytesPerThread, whatever the labels", () => {
  const { registry, attach } = share({ bytesPerThread: 2 ** 14 }), thread = attach();
  const users = thread.counter({ ...ROUTES, maxSeries: Infinity, maxLabelCharacters: Infinity });
  for (let user = 0; user < 10_000; user++) users.inc({ route: `/${user}` });
  users.inc({ route: "x".repeat(2 ** 20) });
  const samples = parseExposition(registry.expose(), "prometheus").flatMap(({ samples }) => samples);
  const total = samples.filter(({ name }) => name === "requests_total").reduce((sum, { value }) => sum + value, 0);
  assertEquals(total, 10_001, "nothing is lost");
  assertThrows(() => thread.counter({ name: "more_total", help: "M" }), SharedMetricsFullError, "bytesPerThread");
});

Deno.test("SharedMetrics leaves out what the registry has otherwise, and says so once", () => {
  const { registry, attach, warnings } = share();
  registry.gauge({ name: "size_bytes", help: "S", unit: "bytes" }).set(1);
  attach().histogram(SIZES).observe(5);
  assertEquals([lines(registry), lines(registry)], [["size_bytes 1"], ["size_bytes 1"]]);
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.includes('"size_bytes"') && warnings[0].includes("taken by another definition"));
});

Deno.test("ThreadMetrics tells the watchers of a metric at the next collection", () => {
  const { registry, shared, attach } = share(), routes = registry.counter(ROUTES), thread = attach().counter(ROUTES);
  let told = 0;
  const end = routes.watch(() => told++);
  thread.inc({ route: "/" });
  shared.collect();
  shared.collect();
  assertEquals(told, 1);
  end();
});

Deno.test("ThreadMetrics refuses what a registry would refuse", () => {
  const thread = share().attach();
  const same = thread.counter(ROUTES);
  assert(thread.counter({ ...ROUTES }) === same, "the same definition is the same metric");
  assertThrows(() => thread.gauge({ ...ROUTES, name: "g", help: "" }), TypeError, "expected a help text");
  assertThrows(() => thread.counter({ ...ROUTES, help: "Other" }), TypeError, "taken by another definition");
  assertThrows(() => thread.counter({ name: "requests", help: "R" }), TypeError, 'ends in "_total"');
  assertThrows(() => thread.histogram({ ...SIZES, name: "x_bytes", buckets: [2, 1] }), RangeError, "bounds that rise");
  const expiring = { ...ROUTES, name: "x_total", expireAfterMs: 1 };
  assertThrows(() => thread.counter(expiring), TypeError, "Cannot share metric");
  // @ts-expect-error There is no such label.
  assertThrows(() => same.inc({ rout: "/" }), TypeError, 'expected a string for "route"');
  // @ts-expect-error There is no such way.
  assertThrows(() => thread.gauge({ name: "g", help: "G", acrossThreads: "mean" }), TypeError, '"last"');
  const gauge = thread.gauge({ name: "temperature", help: "T" });
  assertThrows(() => gauge.set(NaN), RangeError, 'metric "temperature"');
  assertThrows(() => same.with({ route: "/" }).inc(-1), RangeError, "use a gauge");
  assertThrows(() => thread.histogram(SIZES).observe(-1), RangeError, "at least 0");
  thread.detach();
  assertThrows(() => thread.counter(ROUTES), TypeError, "detached");
});

Deno.test("ThreadMetrics.attach() refuses what is no handle, and SharedMetrics sizes out of range", () => {
  const { handle } = share().shared, attach = (given: object) => () => ThreadMetrics.attach({ ...handle, ...given });
  assertThrows(attach({ type: "mutex" }), TypeError, "no handle of metrics");
  assertThrows(attach({ version: 99 }), TypeError, "load the same version");
  for (const buffer of [new SharedArrayBuffer(8), new SharedArrayBuffer(4096), handle.threads]) {
    assertThrows(attach({ buffer }), TypeError, "the handle's buffers are none");
  }
  assertThrows(attach({ threads: handle.buffer }), TypeError, "the handle's buffers are none");
  for (const options of [{ maxThreads: 0 }, { maxThreads: 257 }, { bytesPerThread: 100 }, { bytesPerThread: 1e9 }]) {
    assertThrows(() => SharedMetrics.create(new Registry(), options), RangeError, "expected an integer from");
  }
});

Deno.test("SharedMetrics turns on the states that are on in any living thread", () => {
  const { registry, attach, warnings } = share(), threads = [attach(), attach()];
  const states = Array.from({ length: 52 }, (_, at) => `s${at}`), door = { name: "door", help: "D", states } as const;
  const [one, two] = threads.map((thread) => thread.stateSet(door));
  const own = registry.stateSet(door), on = () => lines(registry).filter((line) => line.endsWith(" 1"));
  one?.set("s0");
  two?.set("s51");
  two?.turn("s3", true);
  own.set("s1");
  assertEquals(on(), ['door{door="s0"} 1', 'door{door="s1"} 1', 'door{door="s3"} 1', 'door{door="s51"} 1']);
  assertEquals([...registry.find("door")?.readings() ?? []], [{ labels: {}, value: 4 }]);
  two?.turn("s51", false);
  two?.turn("s51", false);
  one?.set("s2");
  assertEquals(on(), ['door{door="s1"} 1', 'door{door="s2"} 1', 'door{door="s3"} 1']);
  threads[1]?.detach();
  two?.set("s9"); // nobody's
  assertEquals(on(), ['door{door="s1"} 1', 'door{door="s2"} 1']);
  const doors = threads[0]?.stateSet({ ...door, name: "doors", labels: ["house"] });
  doors?.with({ house: "a" }).set("s7");
  assertEquals(on().at(-1), 'doors{house="a",doors="s7"} 1');
  assertThrows(() => one?.set("s99"), TypeError, "expected one of");
  const many = { ...door, name: "many", states: [...states, "s52"] };
  assertThrows(() => threads[0]?.stateSet(many), RangeError, "at most 52");
  assertEquals(warnings, []);
});

Deno.test("SharedMetrics prints the facts that threads tell, and leaves out others", () => {
  const { registry, attach, warnings } = share(), build = { name: "build_info", help: "B", values: { version: "1" } };
  for (const thread of [attach(), attach()]) thread.info(build);
  assertEquals(lines(registry), ['build_info{version="1"} 1']);
  attach().info({ ...build, values: { version: "2" } });
  assertEquals([lines(registry), warnings.length], [['build_info{version="1"} 1'], 1]);
  assertThrows(() => attach().info({ name: "build", help: "B", values: {} }), TypeError, 'ends in "_info"');
});
