/** Summaries and exponential histograms of threads, all of which are this one. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Registry } from "../registry.ts";
import { parseExposition } from "../testdata/parse_exposition.ts";
import { FIRST_RECORD, METRIC, MetricsMemory, seriesOfPage } from "./layout.ts";
import { HISTOGRAM_HEADER } from "./row.ts";
import { recordsOf } from "./shard.ts";
import { SharedMetrics, type SharedMetricsOptions } from "./shared_metrics.ts";
import { FIRST_PAGE, pageDoubles, SketchReading, SketchRow } from "./sketch_row.ts";
import { ThreadMetrics } from "./thread_metrics.ts";
import { killedAtWrite } from "./testdata/killed_at_write.ts";

const TIMES = {
  name: "time_seconds",
  help: "Times",
  unit: "seconds",
  labels: ["route"],
  quantiles: [0, 0.3, 0.9, 1],
} as const;
const SIZES = { name: "size_bytes", help: "Sizes", unit: "bytes", maxBuckets: 80 } as const;

function share(options?: SharedMetricsOptions) {
  const registry = new Registry({ warn() {} }), shared = SharedMetrics.create(registry, options);
  return { registry, shared, attach: () => ThreadMetrics.attach(shared.handle) };
}

/** What a registry prints, sums apart. */
function printed(registry: Registry) {
  const samples = parseExposition(registry.expose(), "prometheus").flatMap(({ samples }) => samples);
  const lines = samples.map(({ name, labels, value }) => [name, ...Object.values(labels), value].join(" "));
  const isSum = ({ name }: { readonly name: string }) => name.endsWith("_sum");
  return {
    lines: lines.filter((_, at) => !isSum(samples[at]!)).toSorted(),
    sums: samples.filter(isSum).map(({ value }) => value).toSorted((a, b) => a - b),
  };
}

const calls = fc.record({
  kind: fc.constantFrom("time", "time", "size", "size", "own", "collect", "detach", "remove"),
  thread: fc.nat(2),
  route: fc.constantFrom("/", "/b"),
  value: fc.oneof(
    fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
    fc.double({ min: 1e-38, max: 1e300, noNaN: true }),
    fc.constantFrom(0, 1, 2 ** -127, Number.MAX_VALUE),
  ),
});

Deno.test("SharedMetrics makes of threads' sketches what one thread would have made, whatever they do, come and go", () =>
  fc.assert(
    fc.property(fc.array(calls, { maxLength: 100, size: "max" }), (script) => {
      const { registry, attach } = share({ maxThreads: 3, bytesPerThread: 2 ** 19 }), model = new Registry();
      const threads = [attach(), attach(), attach()], own = registry.summary(TIMES);
      const times = model.summary(TIMES), sizes = model.exponentialHistogram(SIZES);
      registry.exponentialHistogram(SIZES);
      for (const { kind, thread: place, route, value } of script) {
        const thread = threads[place]!;
        if (kind === "time") {
          thread.summary(TIMES).observe({ route }, value);
          times.observe({ route }, value);
        } else if (kind === "size") {
          thread.exponentialHistogram(SIZES).observe(value);
          sizes.observe(value);
        } else if (kind === "own") {
          own.observe({ route }, value);
          times.observe({ route }, value);
        } else if (kind === "collect") registry.expose();
        else if (kind === "remove") {
          registry.expose(); // what this thread has not recorded to comes back: threads still have it
          if (own.with({ route }).count > 0) continue;
          own.remove({ route });
          times.with({ route });
        } else {
          const bound = thread.summary(TIMES).with({ route });
          times.with({ route });
          thread.detach();
          bound.observe(1); // lost, and nobody else's
          threads[place] = attach();
        }
      }
      const [told, expected] = [printed(registry), printed(model)];
      const isEmpty = (line: string) => line.endsWith(" NaN") || line.endsWith(" 0");
      // A series that nothing was recorded to may be there in one and not in the other.
      assertEquals(told.lines.filter((line) => !isEmpty(line)), expected.lines.filter((line) => !isEmpty(line)));
      const sums = expected.sums.filter((sum) => sum !== 0);
      for (const [at, sum] of told.sums.filter((sum) => sum !== 0).entries()) {
        if (sum === Infinity) assertEquals(sums[at], Infinity);
        else assertAlmostEquals(sum / (sums[at] ?? NaN), 1, 1e-9);
      }
    }),
    { numRuns: 50 },
  ));

Deno.test("A thread's sketches lose nothing when there is no room for their pages", () => {
  const { registry, attach } = share({ bytesPerThread: 2 ** 13 }), thread = attach(), model = new Registry();
  const sizes = thread.exponentialHistogram(SIZES), expected = model.exponentialHistogram(SIZES);
  for (let power = -100; power < 1_000; power += 3) {
    sizes.observe(1.5 * 2 ** power);
    expected.observe(1.5 * 2 ** power);
  }
  const [told, wanted] = [printed(registry), printed(model)];
  assertEquals(
    told.lines.filter((line) => line.includes("count")),
    wanted.lines.filter((line) => line.includes("count")),
  );
  assertEquals(told.sums, wanted.sums);
  const [q] = registry.find("size_bytes")?.readings(0.5) ?? [];
  assert(q !== undefined && q.value > 2 ** 400 && q.value < 2 ** 500, "its order of magnitude is known");
});

Deno.test("A sketch's row is whole wherever its thread was killed, and its extremes include what was counted", () => {
  for (let killedAt = 0; killedAt < 7; killedAt++) {
    const page = { schema: 3, start: 0, buckets: 32 }, doubles = new Float64Array(pageDoubles(page));
    const words = new Int32Array(doubles.buffer);
    const mortal = killedAtWrite(doubles, killedAt);
    const row = new SketchRow({ words, doubles: mortal }, 0, page);
    new SketchRow({ words, doubles }, 0, page).observe(8, 2);
    if (killedAt < 5) assertThrows(() => row.observe(20, 5.5), Error, "killed");
    else row.observe(20, 5.5);
    const reading = new SketchReading(page);
    reading.read({ words, doubles }, 0);
    assert(reading.sum === 2 || (reading.sum === 7.5 && reading.max === 5.5), `killed at write ${killedAt}`);
    assertEquals([reading.min, reading.count, reading.isOfZeros], [2, reading.sum === 2 ? 1 : 2, false]);
  }
  assertEquals([FIRST_PAGE.start, FIRST_PAGE.buckets], [-8, 73]);
});

Deno.test("A sketch goes on where its thread was killed in the midst of an observation", () => {
  const { registry, shared, attach } = share({ maxThreads: 1 }), memory = MetricsMemory.open(shared.handle.buffer);
  assert(memory !== undefined);
  const thread = attach(), { words, doubles } = memory;
  thread.exponentialHistogram(SIZES).observe(3);
  thread.exponentialHistogram(SIZES).observe(0);
  const rows = [...recordsOf(memory, 0, { from: FIRST_RECORD, end: memory.endOf(0) })].filter(({ of }) =>
    of !== METRIC
  );
  assertEquals(rows.map(({ of }) => seriesOfPage(of)), [undefined, rows[0]?.row], "the zeros' row, and a page of it");
  for (const { row } of rows) { // which count one more of what they counted, and have said so but not done it
    const counts = doubles.subarray(row + HISTOGRAM_HEADER), bucket = counts.findIndex((count) => count === 1);
    words[2 * row + 1] = bucket;
    doubles[row + 1] = 2;
    doubles[row + 2] = row === rows[0]?.row ? 0 : 6;
    words[2 * row]! += 1;
  }
  const expected = (zeros: number, all: number) => [`size_bytes_bucket 2.0 ${zeros}`, `size_bytes_bucket 4.0 ${all}`];
  const buckets = () => printed(registry).lines.filter((line) => /bucket \d/.test(line));
  assertEquals(buckets(), expected(2, 4));
  thread.detach();
  const next = attach().exponentialHistogram(SIZES);
  for (const value of [3, 0]) next.observe(value);
  assertEquals([buckets(), printed(registry).sums], [expected(3, 6), [9]]);
});

Deno.test("A sketch that has become coarser goes on in pages of its own schema", () => {
  const { registry, attach } = share({ maxThreads: 1 }),
    expected = new Registry(),
    sizes = expected.exponentialHistogram(SIZES);
  for (const powers of [[0, 10, 20, 30, 40, 50], [0, 7.5, 10, 20, 30]]) {
    using thread = attach();
    for (const power of powers) {
      thread.exponentialHistogram(SIZES).observe(2 ** power);
      sizes.observe(2 ** power);
    }
  }
  assertEquals(printed(registry), printed(expected));
});
