import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import fc from "fast-check";
import { gunzipSync } from "node:zlib";
// @ts-types="../../templates/script/unpack.d.ts"
import { bytesOfDigits } from "../../templates/script/unpack.js";
import { sampleBenchmark, sampleDocument } from "../report/testdata/sample_document.ts";
import { packed, packedWithin, unpacked } from "./packed_document.ts";

const MAX_BYTES = 10_000_000;

/** What an unpacked value is as JSON: byte for byte what the value itself is. */
function throughPacking(value: unknown): string {
  return JSON.stringify(unpacked(packed(value), MAX_BYTES));
}

Deno.test("packed() keeps any value that JSON has, with the order of its keys", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
    assertEquals(throughPacking(value), JSON.stringify(value));
  }));
});

Deno.test("packed() keeps numbers of all kinds, alone and in lists, under whatever name", () => {
  const number = fc.oneof(
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.constantFrom(-0, 0, NaN, Infinity, 5e-324),
  );
  const name = fc.constantFrom(
    "a",
    "b",
    "__proto__",
    "constructor",
    "0",
    "",
    "samples",
    "statistics",
    "forks",
    "leastNs",
  );
  const record = fc.array(fc.tuple(name, fc.oneof(number, fc.array(number)))).map(Object.fromEntries);
  fc.assert(fc.property(fc.array(record), (value) => {
    assertEquals(throughPacking(value), JSON.stringify(value));
  }));
});

/** What a clock says may be a fraction, and is no infinity: JSON has none. */
const fraction = fc.double({ noNaN: true, noDefaultInfinity: true });
const list = (of: fc.Arbitrary<number>) => fc.array(of, { minLength: 3, maxLength: 3 });
const whole = fc.nat(1e12);
const micros = fc.nat(1e9).map((us) => 1000 * us);

Deno.test("packed() keeps the samples and the statistics of forks to the bit, whether they agree or not", () => {
  const samples = fc.record({
    wallNs: list(fc.oneof({ weight: 9, arbitrary: whole }, fraction)),
    cpuNs: fc.option(list(fc.oneof({ weight: 9, arbitrary: micros }, whole))),
    runQueueDelayNs: fc.option(list(fc.oneof({ weight: 9, arbitrary: micros }, whole))),
    startMs: list(fc.oneof({ weight: 9, arbitrary: whole }, fraction)),
    excluded: fc.uniqueArray(fc.nat(2)).map((places) => places.map((index) => ({ index, cause: "steal" }))),
  });
  const fork = fc.record({
    batchSize: fc.integer({ min: 1, max: 1e6 }),
    overheadNs: fc.double({ min: 0, max: 9 }),
    samples,
  });
  const statistics = fc.record({
    min: whole,
    median: fc.option(whole),
    forkP25: fc.array(whole),
    p99: fc.constant(true),
  });
  fc.assert(fc.property(fc.array(fork), statistics, (forks, statistics) => {
    const benchmark = { statistics, forks };
    // A statistic that is \`true\` is none: no document has it.
    const value = { ...benchmark, statistics: { ...statistics, p99: 1 } };
    assertEquals(throughPacking([value]), JSON.stringify([value]));
  }));
});

Deno.test("packed() keeps a result as it is, and says nothing twice that its samples say", () => {
  const document = sampleDocument();
  assertEquals(throughPacking(document), JSON.stringify(document));
  const result = sampleBenchmark({ name: "a", nominalNs: 1000 });
  const odd = {
    ...result,
    statistics: { ...result.statistics, p25: Math.PI, p95: Math.E, p99: Math.SQRT2, mad: Math.LN2 },
  };
  assert(packed(result).length + 40 < packed(odd).length);
});

Deno.test("packed() has nothing in it that HTML has a use for", () => {
  assertMatch(packed(sampleDocument()), /^[!#-%'-;=-~]+$/);
});

Deno.test("packed() has no byte too many or too few, whatever the length: browsers take nothing behind the end of a file", () => {
  for (let length = 0; length < 60; length++) {
    const file = bytesOfDigits(packed(Array.from({ length }, (_, i) => `${length * 7919 + i * 104729}`)));
    const size = new DataView(file.buffer).getUint32(file.length - 4, true); // as a file of gzip ends
    assertEquals(size, gunzipSync(file).length, `${length}`);
  }
});

Deno.test("unpacked() refuses a damaged text, and one that is too large", () => {
  const text = packed({ list: Array.from({ length: 5000 }, (_, i) => i) });
  assertThrows(() => unpacked(text.slice(0, -20), MAX_BYTES));
  assertThrows(() => unpacked(text, 5000), RangeError);
});

Deno.test("packedWithin() finds what a page holds, and nothing elsewhere", () => {
  const template = '<template id="packed">abc</template>';
  assertEquals(packedWithin(`<!DOCTYPE html>\n<body>${template}`), "abc");
  assertEquals(packedWithin(`\ufeff<!doctype html>${template}`), "abc");
  assertEquals(packedWithin(`{"name":"<!DOCTYPE html>${template.replaceAll('"', "'")}"}`), undefined);
  assertEquals(packedWithin("<!DOCTYPE html><p>"), undefined);
});
