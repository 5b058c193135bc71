import { assert, assertEquals, assertMatch, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { anyText } from "../../testdata/any_text.ts";
import { Registry } from "./registry.ts";
import { decodeFamilies, samplesOf } from "./testdata/decode_families.ts";
import { parseExposition } from "./testdata/parse_exposition.ts";

/** Whatever a label may hold. */
const labelValue = fc.oneof(
  fc.string({ unit: fc.constantFrom('"', "\\", "\n", ",", "=", "}", "a", "n", "\ud800", "\udc00", "😀") }),
  anyText(),
);

function quiet(options: ConstructorParameters<typeof Registry>[0] = {}): { registry: Registry; warnings: string[] } {
  const warnings: string[] = [];
  return { registry: new Registry({ warn: (message) => warnings.push(message), ...options }), warnings };
}

Deno.test("Registry.expose() prints every type in both formats", () => {
  const registry = new Registry({ now: () => 1_500 });
  registry.counter({ name: "runs_total", help: 'Runs\nstarted \\ "all"' }).inc(2.5, { traceId: "ab", spanId: "cd" });
  registry.gauge({ name: "load_ratio", help: "Load", unit: "ratio" }).set(-0.5);
  registry.upDownCounter({ name: "queue_length", help: "Queue", labels: ["queue"] }).dec({ queue: "a" }, 2);
  const sizes = registry.histogram({ name: "size_bytes", help: "Sizes", unit: "bytes", buckets: [1, 1e6] });
  sizes.observe(1, { labels: { why: '"' } });
  sizes.observe(2e6);
  const times = registry.exponentialHistogram({ name: "time_seconds", help: "Times", unit: "seconds", labels: ["on"] });
  for (const value of [0, 1, 3]) times.observe({ on: "x" }, value);
  registry.summary({ name: "wait_seconds", help: "Waits", unit: "seconds", quantiles: [0, 1] }).observe(4);
  registry.info({ name: "build_info", help: "Build", values: { version: "1.0" } });
  registry.stateSet({ name: "door", help: "Door", states: ["open", "shut"] }).set("shut");
  assertEquals(
    registry.expose("openmetrics"),
    `# HELP runs Runs\\nstarted \\\\ \\"all\\"
# TYPE runs counter
runs_total 2.5 # {trace_id="ab",span_id="cd"} 2.5 1.5
# HELP load_ratio Load
# TYPE load_ratio gauge
# UNIT load_ratio ratio
load_ratio -0.5
# HELP queue_length Queue
# TYPE queue_length gauge
queue_length{queue="a"} -2
# HELP size_bytes Sizes
# TYPE size_bytes histogram
# UNIT size_bytes bytes
size_bytes_bucket{le="1.0"} 1 # {why="\\""} 1 1.5
size_bytes_bucket{le="1e+06"} 1
size_bytes_bucket{le="+Inf"} 2
size_bytes_sum 2000001
size_bytes_count 2
# HELP time_seconds Times
# TYPE time_seconds histogram
# UNIT time_seconds seconds
time_seconds_bucket{on="x",le="0.5"} 1
time_seconds_bucket{on="x",le="1.0"} 2
time_seconds_bucket{on="x",le="2.0"} 2
time_seconds_bucket{on="x",le="4.0"} 3
time_seconds_bucket{on="x",le="+Inf"} 3
time_seconds_sum{on="x"} 4
time_seconds_count{on="x"} 3
# HELP wait_seconds Waits
# TYPE wait_seconds summary
# UNIT wait_seconds seconds
wait_seconds{quantile="0.0"} 4
wait_seconds{quantile="1.0"} 4
wait_seconds_sum 4
wait_seconds_count 1
# HELP build Build
# TYPE build info
build_info{version="1.0"} 1
# HELP door Door
# TYPE door stateset
door{door="open"} 0
door{door="shut"} 1
# EOF
`,
  );
  const text = registry.expose();
  assert(text.startsWith('# HELP runs_total Runs\\nstarted \\\\ "all"\n# TYPE runs_total counter\nruns_total 2.5\n'));
  assert(text.includes("# TYPE build_info gauge\n") && text.includes("# TYPE door gauge\n"));
  assert(!text.includes("UNIT") && !text.includes(" # ") && !text.includes("EOF"));
});

for (const format of ["prometheus", "openmetrics"] as const) {
  Deno.test(`Registry.expose("${format}") parses back to what was recorded, whatever the labels`, () =>
    fc.assert(
      fc.property(
        fc.array(fc.tuple(labelValue, labelValue, fc.double({ min: 0, max: 1e300, noNaN: true }))),
        (script) => {
          const { registry } = quiet();
          const counter = registry.counter({ name: "c_total", help: "C", labels: ["a", "b"] });
          const histogram = registry.histogram({
            name: "h",
            help: "H",
            unit: "none",
            buckets: [1, 10],
            labels: ["a", "b"],
          });
          const model = new Map<string, { a: string; b: string; sum: number; counts: number[] }>();
          for (const [givenA, givenB, value] of script) {
            counter.inc({ b: givenB, a: givenA }, value);
            histogram.with({ a: givenA, b: givenB }).observe(value);
            const a = givenA.toWellFormed(), b = givenB.toWellFormed(); // as UTF-8 has it
            const key = JSON.stringify([a, b]);
            const series = model.get(key) ?? { a, b, sum: 0, counts: [0, 0, 0] };
            model.set(key, series);
            series.sum += value;
            [1, 10, Infinity].forEach((bound, at) => value <= bound && series.counts[at]!++);
          }
          const series = [...model.values()].map(({ a, b, ...rest }) => ({ labels: { a, b }, ...rest }));
          const [c, h] = parseExposition(registry.expose(format), format);
          assertEquals(
            c?.samples.map(({ labels, value }) => ({ labels, value })),
            series.map(({ labels, sum }) => ({ labels, value: sum })),
          );
          assertEquals(
            h?.samples.map(({ name, labels, value }) => [name, labels, value]),
            series.flatMap(({ labels, sum, counts }) => [
              ...counts.map((count, at) => ["h_bucket", { ...labels, le: ["1.0", "10.0", "+Inf"][at] ?? "" }, count]),
              ["h_sum", labels, sum],
              ["h_count", labels, counts[2] ?? 0],
            ]),
          );
        },
      ),
    ));
}

Deno.test("Registry.expose() prints a label of 1 MB as it is", () => {
  const { registry } = quiet(), value = '"\\\n😀x'.repeat(2 ** 17);
  registry.counter({ name: "c_total", help: "C", labels: ["a"] }).inc({ a: value });
  assertEquals(parseExposition(registry.expose(), "prometheus")[0]?.samples[0]?.labels.a === value, true);
});

Deno.test("Registry prints no two series alike, whatever halves of characters are in their labels", async () => {
  const { registry } = quiet(), options = { help: "X", labels: ["a"] } as const;
  const counter = registry.counter({ name: "x_total", ...options });
  for (const a of ["\ud800", "\udc00", "\ufffd"]) {
    counter.inc({ a });
    counter.with({ a }).inc();
  }
  registry.observable({
    name: "y",
    type: "gauge",
    ...options,
    collect: (observe) => ["\ud800", "\ud801"].forEach((a, at) => observe({ a }, at)),
  });
  const samples = (await registry.scrape()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  assertEquals(samples, ['x_total{a="\ufffd"} 6', 'y{a="\ufffd"} 1']);
  assertEquals([counter.remove({ a: "\udfff" }), counter.remove({ a: "\udfff" })], [true, false]);
});

Deno.test("Registry keeps series within a metric's limits, and tells and counts what it folds", () => {
  const { registry, warnings } = quiet();
  const users = registry.counter({ name: "c_total", help: "C", labels: ["user"], maxSeries: 2 });
  for (let user = 0; user < 10_000; user++) users.inc({ user: `${user}` });
  const late = users.with({ user: "late" });
  late.inc(5);
  assertEquals([...users.readings()], [
    { labels: { user: "0" }, value: 1 },
    { labels: { user: "1" }, value: 1 },
    { labels: { otel_metric_overflow: "true" }, value: 10_003 },
  ]);
  assertEquals(warnings.length, 1);
  assert(warnings[0]?.includes('"c_total" is full'));
  assert(registry.expose().includes('puffin_metrics_folded_total{metric="c_total"} 9999\n'));
  users.remove({ user: "0" });
  late.inc();
  assertEquals(late.value, 1, "there is room now");
  const texts = registry.gauge({ name: "g", help: "G", labels: ["text"], maxLabelCharacters: 10 });
  texts.set({ text: "12345678" }, 1);
  texts.set({ text: "123" }, 2);
  texts.set({ text: "12" }, 3);
  texts.with({ text: "1234" }).set(4);
  assertEquals([...texts.readings()].map(({ value }) => value), [1, 4, 3], "the last value of an overflow gauge");
});

Deno.test("Registry drops series that are idle, and brings back what is bound to them", () => {
  let now = 0;
  const { registry } = quiet({ clock: () => now });
  const family = registry.counter({ name: "c_total", help: "C", labels: ["a"], expireAfterMs: 10 });
  const [kept, idle] = [family.with({ a: "kept" }), family.with({ a: "idle" })];
  idle.inc(7);
  registry.expose();
  for (now = 5; now <= 15; now += 5) {
    kept.inc();
    registry.expose();
  }
  assertEquals([...family.readings()].map(({ labels }) => labels.a), ["kept"]);
  family.inc({ a: "other" });
  const again = family.with({ a: "idle" });
  again.inc();
  idle.inc(2); // two are bound to it now
  assertEquals([idle.value, again.value, kept.value], [3, 3, 3]);
  for (let a = 0; a < 50; a++) family.inc({ a: `${a}` }); // the rows move
  idle.inc();
  again.inc();
  assertEquals([idle.value, again.value], [5, 5]);
  const read = Object.fromEntries([...family.readings()].map(({ labels, value }) => [labels.a, value]));
  assertEquals([read.idle, read.kept], [5, 3], "what is bound and what is printed are the same");
});

Deno.test("Registry gives the same metric for the same definition, and refuses what clashes", () => {
  const { registry } = quiet();
  const options = { name: "x_seconds", help: "X", unit: "seconds" };
  const histogram = registry.histogram(options);
  assertStrictEquals(registry.histogram(options), histogram);
  const buckets = [1, 2];
  assertThrows(() => registry.histogram({ ...options, buckets }), TypeError, "taken by another definition");
  assertThrows(() => registry.histogram({ ...options, labels: ["a"] }), TypeError, "taken by another definition");
  assertThrows(() => registry.gauge(options), TypeError, "taken by another definition");
  const free = new Registry({ lint: false });
  free.histogram({ name: "x", help: "X", unit: "none", buckets });
  assertThrows(() => free.gauge({ name: "x_count", help: "X" }), TypeError, '"x_count" belongs to metric "x"');
  assertThrows(() => free.counter({ name: "x_total", help: "X" }), TypeError, '"x" belongs to metric "x"');
  assertEquals(free.remove("x"), true);
  free.counter({ name: "x_total", help: "X" });
});

Deno.test("Registry refuses what Prometheus would refuse, and what breaks the conventions", () => {
  const { registry } = quiet(), help = "H";
  for (const name of ["", "1st", "with space", "ärger", "dash-ed", "new\nline"]) {
    assertThrows(() => registry.gauge({ name, help }), TypeError, JSON.stringify(name));
  }
  for (const label of ["", "1st", "__name__", "a:b", "ä"]) {
    assertThrows(() => registry.gauge({ name: "x", help, labels: [label] }), TypeError, JSON.stringify(label));
  }
  assertThrows(() => registry.gauge({ name: "x", help, labels: ["a", "b", "a"] }), TypeError, 'label "a" twice');
  assertThrows(
    () => registry.histogram({ name: "x", help, unit: "none", labels: ["le"], buckets: [1] }),
    TypeError,
    '"le"',
  );
  assertThrows(() => registry.counter({ name: "x", help }), TypeError, 'call it "x_total"');
  assertThrows(() => registry.gauge({ name: "x", help, unit: "bytes" }), TypeError, 'call it "x_bytes"');
  assertThrows(() => registry.gauge({ name: "x_seconds", help }), TypeError, 'pass unit: "seconds"');
  assertThrows(() => registry.gauge({ name: "x_ms", help }), TypeError, "measure in seconds");
  assertThrows(() => registry.gauge({ name: "xY", help }), TypeError, "snake_case");
  assertThrows(() => registry.gauge({ name: "x_count", help }), TypeError, "leave it away");
  assertThrows(() => registry.gauge({ name: "x", help: "" }), TypeError, "help");
  for (const buckets of [[], [2, 1], [1, 1], [NaN], [-Infinity, 1]]) {
    assertThrows(
      () => registry.histogram({ name: "x", help, unit: "none", buckets }),
      RangeError,
      "Cannot register metric",
    );
  }
  assertThrows(() => registry.gauge({ name: "x", help, labels: ["a"], maxSeries: 0 }), RangeError, "maxSeries 0");
  const quantiles = [0.5, 0.9, 0.5];
  assertThrows(() => registry.summary({ name: "x", help, unit: "none", quantiles }), RangeError, "[0.5, 0.9, 0.5]");
  const none = { name: "x", help, unit: "none" } as const;
  // @ts-expect-error: bounds are an array
  assertThrows(() => registry.histogram({ ...none, buckets: 5 }), RangeError, "a list of numbers");
  // @ts-expect-error: quantiles are an array
  assertThrows(() => registry.summary({ ...none, quantiles: 0.5 }), TypeError, "a list of numbers");
  // @ts-expect-error: states are an array
  assertThrows(() => registry.stateSet({ name: "x", help, states: "open" }), TypeError, "a list of strings");
  // @ts-expect-error: an info tells something
  assertThrows(() => registry.info({ name: "x_info", help }), TypeError, 'pass { version: "1.0" }');
  // @ts-expect-error: labels are an array
  assertThrows(() => registry.gauge({ name: "x", help, labels: "route" }), TypeError, "expected an array");
  // @ts-expect-error: a histogram says what it measures
  assertThrows(() => registry.histogram({ name: "x", help }), TypeError, "expected a unit");
  assertEquals(registry.expose(), "", "what was refused left nothing behind");
});

Deno.test("Registry refuses a definition that lacks something, or limits nothing", () => {
  const { registry } = quiet(), help = "H";
  const without = (options: object) => ({ name: "x", help, ...options });
  const gauge = (options: object) => () => Reflect.apply(registry.gauge, registry, [without(options)]);
  assertThrows(gauge({ help: undefined }), TypeError, "expected a help text, got undefined");
  for (const unit of ["", "two words", 5]) {
    assertThrows(gauge({ unit }), TypeError, `with unit ${JSON.stringify(unit)}: expected a word`);
  }
  const histogram = (options: object) => () => Reflect.apply(registry.histogram, registry, [without(options)]);
  assertThrows(histogram({ name: "y" }), TypeError, "expected a unit, got undefined");
  assertThrows(
    histogram({ name: "y_bytes", unit: "bytes" }),
    TypeError,
    "the default buckets are seconds; give buckets",
  );
  for (const maxSeries of [0, 1.5, NaN]) {
    assertThrows(gauge({ maxSeries }), RangeError, `with maxSeries ${maxSeries}: expected an integer of at least 1`);
  }
  for (const expireAfterMs of [0, -1, NaN, "1"]) {
    assertThrows(
      gauge({ expireAfterMs }),
      RangeError,
      `with expireAfterMs ${expireAfterMs}: expected milliseconds above 0`,
    );
  }
  assertThrows(
    () => registry.stateSet({ name: "a:b", help, states: ["on"] }),
    TypeError,
    'expected no ":"',
  );
  assertEquals(registry.expose("prometheus").includes("H"), false, "none was registered");
});

Deno.test("A gauge counts work that is under way, and a histogram times it, however it ends", async () => {
  let clockMs = 0;
  const registry = new Registry({ now: () => 1_500, clock: () => clockMs });
  const busy = registry.gauge({ name: "busy", help: "B" });
  const took = registry.histogram({ name: "took_seconds", help: "T", unit: "seconds", buckets: [1, 2] });
  const { promise, resolve } = Promise.withResolvers<string>();
  const work = busy.track(() => took.time(() => promise));
  assertEquals(busy.track(() => busy.value), 2);
  assertEquals(busy.value, 1);
  assertThrows(() => busy.track(() => took.time(() => JSON.parse("{"))), SyntaxError);
  await assertRejects(() => busy.track(() => took.time(() => Promise.reject(new Error("lost")))), Error, "lost");
  clockMs = 1_500;
  resolve("done");
  assertEquals([await work, busy.value], ["done", 0]);
  clockMs = 1_000; // a clock that goes back
  assertEquals(took.time(() => (clockMs = 0, "quick")), "quick");
  assertMatch(
    registry.expose("openmetrics"),
    /le="1.0"} 3\n.*le="2.0"} 4\n.*le="\+Inf"} 4\ntook_seconds_sum 1.5\n/,
  );
  const sizes = registry.histogram({ name: "size", help: "S", unit: "none", buckets: [1] });
  assertThrows(() => sizes.time(() => 1), TypeError, 'with metric "size": expected unit "seconds", got "none"');
  busy.setToCurrentTime();
  assertEquals(busy.value, 1.5, "in seconds");
});

Deno.test("A state set tells which states are on, and takes no state that it has not", () => {
  const { registry } = quiet();
  const door = registry.stateSet({ name: "door", help: "D", states: ["open", "shut", "locked"] });
  door.turn("shut", true);
  door.turn("locked", true);
  assertEquals(door.states, ["shut", "locked"]);
  door.turn("shut", false);
  assertEquals(door.states, ["locked"]);
  door.set("open");
  assertEquals(door.states, ["open"]);
  for (const call of [door.set, door.turn]) {
    assertThrows(() => Reflect.apply(call, door, ["ajar", true]), TypeError, 'state "ajar"');
  }
  assertEquals(door.states, ["open"]);
});

Deno.test("A metric refuses values that would spoil it, and names itself", () => {
  const { registry } = quiet(), help = "H";
  const counter = registry.counter({ name: "c_total", help }), gauge = registry.gauge({ name: "g", help });
  const histogram = registry.histogram({ name: "h", help, unit: "none", buckets: [1] });
  const summary = registry.summary({ name: "s", help, unit: "none" });
  for (const value of [NaN, Infinity, -Infinity]) {
    for (const record of [counter.inc.bind(counter), gauge.set.bind(gauge), gauge.inc.bind(gauge)]) {
      assertThrows(() => record(value), RangeError, "expected a finite number");
    }
    assertThrows(() => histogram.observe(value), RangeError, 'metric "h"');
    assertThrows(() => summary.observe(value), RangeError, 'metric "s"');
  }
  assertThrows(() => counter.inc(-1), RangeError, 'counter "c_total" by -1');
  assertThrows(() => histogram.observe(-1), RangeError, "expected at least 0");
  // @ts-expect-error: no number is no one
  assertThrows(() => counter.inc(null), TypeError, "got object");
  // @ts-expect-error: a text would be appended
  assertThrows(() => counter.inc("1"), TypeError, "got string");
  // @ts-expect-error: a text is no number
  assertThrows(() => histogram.observe("1"), TypeError, "got string");
  assertEquals([counter.value, gauge.value, histogram.count, summary.count], [0, 0, 0, 0]);
  const exponential = registry.exponentialHistogram({ name: "e", help, unit: "none", labels: ["a"] });
  const family = registry.counter({ name: "f_total", help, labels: ["a"] }), wrong: object = { trace: "4bf92f35" };
  for (
    const record of [
      // @ts-expect-error: neither a span's context nor labels
      () => counter.inc(1, wrong),
      // @ts-expect-error: nor here
      () => family.inc({ a: "x" }, 1, wrong),
      // @ts-expect-error: nor here
      () => histogram.observe(1, wrong),
      // @ts-expect-error: nor here
      () => exponential.observe({ a: "x" }, 1, wrong),
      // @ts-expect-error: nor a text
      () => counter.inc(1, "4bf92f35"),
    ]
  ) assertThrows(record, TypeError, "expected traceId and spanId");
  const counts = [counter.value, family.with({ a: "x" }).value, histogram.count, exponential.with({ a: "x" }).count];
  assertEquals(counts, [0, 0, 0, 0], "what is refused is not counted");
  const below = registry.histogram({ name: "t_celsius", help, unit: "celsius", buckets: [-10, 0, 10] });
  below.observe(-20);
  assert(!registry.expose().includes("t_celsius_sum"));
});

Deno.test("A family checks its labels when it is compiled and when it is called", () => {
  const requests = quiet().registry.counter({ name: "requests_total", help: "Requests", labels: ["route"] });
  const bound = requests.with({ route: "/" });
  assertStrictEquals(requests.with({ route: "/" }), bound);
  // @ts-expect-error: a label is missing
  assertThrows(() => requests.with({}), TypeError, 'expected a string for "route", got undefined');
  // @ts-expect-error: no such label
  assertThrows(() => requests.inc({ route: "/", method: "GET" }), TypeError, 'it has no label "method"; it has route');
  // @ts-expect-error: a value is not a string
  assertThrows(() => requests.inc({ route: 1 }), TypeError, 'expected a string for "route", got 1');
  assertEquals([...requests.readings()].length, 1);
});

Deno.test("ReadableMetric.watch() tells of every recording until it is ended, whatever a watcher does", () => {
  const { registry } = quiet();
  const family = registry.counter({ name: "c_total", help: "C", labels: ["a"] }), bound = family.with({ a: "x" });
  let told = 0;
  const end = registry.find("c_total")!.watch(() => {
    told++;
    bound.inc(); // is not told of
  });
  bound.inc();
  family.inc({ a: "y" });
  family.with({ a: "z" }).inc();
  end();
  bound.inc();
  assertEquals([told, bound.value], [3, 5]);
});

Deno.test("ReadableMetric.readings() gives counts, sums and quantiles", () => {
  const { registry } = quiet();
  const histogram = registry.histogram({ name: "h", help: "H", unit: "none", buckets: [1, 2, 4] });
  assertEquals([...registry.find("h")!.readings(0.5)], [], "no quantile of nothing");
  for (const value of [0.5, 1.5, 1.6, 3]) histogram.observe(value);
  const read = (what?: "sum" | number) => [...registry.find("h")!.readings(what)].map(({ value }) => value);
  assertEquals([read(), read("sum"), read(0.5), read(1)], [[4], [6.6], [1.5], [4]]);
  assertThrows(() => read(2), RangeError, "quantile 2");
});

Deno.test("a bound counter's ones are in its value, readings, both texts and the binary format, wherever it goes meanwhile", () => {
  const registry = new Registry();
  const family = registry.counter({ name: "calls_total", help: "x", labels: ["to"] });
  const bound = family.with({ to: "a" });
  const countOf = () => Number(/^calls_total\{to="a"\} (\d+)$/m.exec(registry.expose("prometheus"))?.[1]);
  const binaryCountOf = () => {
    const families = decodeFamilies(registry.exposeProtobuf());
    return families.flatMap(samplesOf).find(({ name }) => name === "calls_total")?.value;
  };
  for (let call = 0; call < 2 ** 20 + 5; call++) bound.inc(); // more than are kept beside the series
  assertEquals([bound.value, countOf()], [2 ** 20 + 5, 2 ** 20 + 5]);
  bound.inc();
  bound.inc(10);
  assertEquals([...family.readings()].map(({ value }) => value), [2 ** 20 + 16]);
  bound.inc();
  assertEquals(binaryCountOf(), 2 ** 20 + 17);
  bound.inc(undefined, { labels: { at: "here" } });
  assertMatch(registry.expose("openmetrics"), /^calls_total\{to="a"\} 1048594 # \{at="here"\} 1 /m);
  bound.inc(); // goes with the series
  family.remove({ to: "a" });
  assertEquals(bound.value, 0, "removed");
  const again = family.with({ to: "a" });
  for (let call = 0; call < 3; call++) {
    bound.inc(); // comes home to the series of the other one
    again.inc();
  }
  assertEquals([bound.value, again.value, countOf()], [6, 6, 6]);
  const seen: number[] = [];
  const stop = family.watch(() => seen.push(bound.value));
  again.inc();
  stop();
  again.inc();
  assertEquals([seen, bound.value], [[7], 8]);
});
