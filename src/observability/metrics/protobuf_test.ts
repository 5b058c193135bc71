/** Prometheus' binary format, decoded by its definition. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { anyText } from "../../testdata/any_text.ts";
import { LogarithmicScale } from "./logarithmic_scale.ts";
import { ProtobufWriter } from "../protobuf_writer.ts";
import { Registry } from "./registry.ts";
import { decodeFamilies, nativeBuckets, samplesOf } from "./testdata/decode_families.ts";
import { parseExposition } from "./testdata/parse_exposition.ts";

const label = fc.oneof(anyText(), fc.constantFrom("", "\ud800", "😀", "x".repeat(20_000)));
const recordings = fc.array(fc.record({ label, value: fc.double({ min: 0, max: 2 ** 53, noNaN: true }) }));

Deno.test("Registry.exposeProtobuf() says what the text says, of every type and whatever the labels", () =>
  fc.assert(
    fc.property(recordings, (script) => {
      const registry = new Registry({ lint: false, now: () => 1_250, warn() {} });
      const options = { help: 'H "\n', labels: ["a"], unit: "none", maxSeries: 5 } as const;
      const counter = registry.counter({ ...options, name: "c_total" }),
        gauge = registry.gauge({ ...options, name: "g" });
      const histogram = registry.histogram({ ...options, name: "h", buckets: [1, 1e6] });
      const exponential = registry.exponentialHistogram({ ...options, name: "e" });
      const summary = registry.summary({ ...options, name: "s" });
      const states = registry.stateSet({ name: "door", help: "D", states: ["open", '"shut"'], labels: ["a"] });
      registry.info({ name: "build_info", help: "B", values: { version: "1.0" } });
      for (const { label: a, value } of script) {
        const exemplar = { labels: { at: a.slice(0, 40) } };
        counter.inc({ a }, value, exemplar);
        gauge.set({ a }, 1 - value);
        histogram.observe({ a }, value, exemplar);
        exponential.observe({ a }, value, exemplar);
        summary.observe({ a }, value);
        states.with({ a }).set('"shut"');
      }
      const families = decodeFamilies(registry.exposeProtobuf()),
        text = parseExposition(registry.expose(), "prometheus");
      assertEquals(families.map(({ name, help, type }) => [name, help, type.toLowerCase()]), [
        ...text.map(({ name, help, type }) => [name, help, type]),
      ]);
      assertEquals(
        families.map((family) => samplesOf(family).map(({ exemplar: _, ...sample }) => sample)),
        // The bucket without a bound is not needed where there are native ones.
        text.map(({ name, samples }) => samples.filter(({ labels }) => name !== "e" || labels["le"] !== "+Inf")),
      );
      const exemplars = parseExposition(registry.expose("openmetrics"), "openmetrics").flatMap(({ samples }) => samples)
        .flatMap(({ exemplar }) => exemplar ?? []);
      assertEquals(
        families.flatMap(samplesOf).flatMap(({ exemplar }) => exemplar ?? []),
        exemplars,
      );
    }),
    { numRuns: 30 },
  ));

Deno.test("Registry.exposeProtobuf() has the buckets of an exponential histogram as they are", () =>
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), fc.constantFrom(0, 1, 2, 1.5))),
      (values) => {
        const registry = new Registry(), options = { name: "e_bytes", help: "E", unit: "bytes" } as const;
        const series = registry.exponentialHistogram(options);
        for (const value of values) series.observe(value);
        const histogram = decodeFamilies(registry.exposeProtobuf())[0]?.metric[0]?.histogram;
        assert(histogram?.schema !== undefined);
        const scale = LogarithmicScale.of(histogram.schema), expected = new Map<number, number>();
        for (const value of values.filter((value) => value > 0)) {
          const index = scale.indexOf(value);
          expected.set(index, (expected.get(index) ?? 0) + 1);
        }
        const filled = [...nativeBuckets(histogram)].filter(([, count]) => count > 0);
        assertEquals(
          new Map(filled.toSorted(([a], [b]) => a - b)),
          new Map([...expected].toSorted(([a], [b]) => a - b)),
        );
        assertEquals([histogram.zeroCount, histogram.zeroThreshold, histogram.sampleCount], [
          values.filter((value) => value === 0).length,
          2 ** -128,
          values.length,
        ]);
      },
    ),
  ));

Deno.test("Registry.exposeProtobuf() marks a histogram as native that has observed nothing, and tells units and folds", () => {
  const registry = new Registry({ warn() {} });
  registry.exponentialHistogram({ name: "e_bytes", help: "E", unit: "bytes" });
  const requests = registry.counter({ name: "requests_total", help: "R", labels: ["user"], maxSeries: 1 });
  for (const user of ["a", "b"]) requests.inc({ user });
  const [empty, counter, folded] = decodeFamilies(registry.exposeProtobuf());
  assertEquals([empty?.unit, counter?.unit, empty?.metric[0]?.histogram?.zeroThreshold], [
    "bytes",
    undefined,
    2 ** -128,
  ]);
  assertEquals(counter?.metric.map(({ label }) => label), [{ user: "a" }, { otel_metric_overflow: "true" }]);
  assertEquals(folded?.name, "puffin_metrics_folded_total");
});

Deno.test("ProtobufWriter writes integers and lengths of any size as the specification has them", () => {
  const writer = new ProtobufWriter();
  writer.int(1, 150);
  writer.sint(2, -2);
  writer.int(3, 2 ** 53 - 1);
  const message = writer.begin(4);
  writer.packedSints(6, [3, -135]);
  writer.string(16, "x".repeat(128));
  writer.end(message);
  assertEquals(
    [...writer.bytes().slice()],
    [
      ...[0x08, 0x96, 0x01], // field 1: 150
      ...[0x10, 0x03], // field 2: −2 zigzag
      ...[0x18, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
      ...[0x22, 0x89, 0x01, 0x32, 0x03, 0x06, 0x8d, 0x02], // a message of 137 bytes, packed 3 and −135
      ...[0x82, 0x01, 0x80, 0x01, ...new Array(128).fill(0x78)],
    ],
  );
});
