import { assertEquals } from "@std/assert";
import { flagsOf } from "./flags.ts";
import { sampleBenchmark } from "./testdata/sample_document.ts";

const plain = sampleBenchmark({ name: "a", nominalNs: 100 });
const { statistics } = plain;
const marks = (changes: Partial<typeof plain>) => flagsOf({ ...plain, ...changes }).map(({ mark }) => mark).join("");

Deno.test("flagsOf says nothing of a sound benchmark", () => assertEquals(marks({}), ""));

Deno.test("flagsOf marks each reason for doubt, the gravest first", () => {
  assertEquals(marks({ status: "optimized_out", steady: false }), "!", "its figures measure nothing anyway");
  assertEquals(marks({ steady: false, statistics: { ...statistics, medianInterval: null } }), "un");
  assertEquals(marks({ statistics: { ...statistics, medianInterval: null } }), "n");
  const excluded = { steal: 1, preemption: 3, suspend: 1 };
  assertEquals(marks({ statistics: { ...statistics, samples: 94, excluded } }), "x");
  assertEquals(marks({ statistics: { ...statistics, samples: 95, excluded } }), "", "5 of 100 are few");
  const outliers = { lowExtreme: 1, lowMild: 1, highMild: 1, highExtreme: 1 };
  assertEquals(marks({ statistics: { ...statistics, outliers } }), "o");
});

Deno.test("flagsOf calls an interval wide by its longer arm", () => {
  const interval = { point: 100, low: 98, high: 106, level: 0.95 };
  assertEquals(marks({ statistics: { ...statistics, median: 100, medianInterval: interval } }), "w");
  assertEquals(marks({ statistics: { ...statistics, median: 100, medianInterval: { ...interval, high: 104 } } }), "");
});

Deno.test("flagsOf advises commands to be run more often, for they have neither forks nor rounds", () => {
  const forks = plain.forks.map(({ samples, ...fork }) => {
    const processes = { userNs: null, systemNs: null, exitCodes: samples.wallNs.map(() => 0) };
    return { ...fork, samples: { ...samples, processes } };
  });
  const wide = { ...statistics, median: 100, medianInterval: { point: 100, low: 80, high: 120, level: 0.95 } };
  for (const changes of [wide, { ...statistics, medianInterval: null }]) {
    const [flag] = flagsOf({ ...plain, forks, statistics: changes });
    assertEquals([flag?.meaning.includes("--runs"), flag?.meaning.includes("--rounds")], [true, false]);
  }
});
