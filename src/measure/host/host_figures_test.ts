import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { MeasuredBenchmark } from "../document.ts";
import { summaryOf } from "../run/assemble.ts";
import { sampleBenchmark, sampleFork, sampleSamples } from "../testdata/sample_document.ts";
import { figureFrom, FIGURES } from "./host_figures.ts";
import { hostSuite } from "./host_suite.ts";

/** A benchmark whose iterations took so long in each of the samples of each fork. */
function took(...forks: readonly (readonly number[])[]): MeasuredBenchmark {
  const measured = forks.map((wallNs, fork) => ({
    ...{ ...sampleFork, fork, batchSize: 1, overheadNs: 0 },
    samples: { ...sampleSamples, wallNs, excluded: [], garbageCollected: null },
  }));
  const { statistics } = summaryOf({ ...sampleBenchmark, forks: measured }, 1);
  return { ...sampleBenchmark, forks: measured, statistics };
}

const definitionOf = (name: string) => {
  const found = FIGURES.find((figure) => figure.name === name);
  assert(found !== undefined);
  return found;
};

const valueOf = (name: string, ...forks: readonly (readonly number[])[]) => {
  const figure = figureFrom(definitionOf(name), took(...forks));
  assert(figure.status === "measured", JSON.stringify(figure));
  return figure.value;
};

Deno.test("FIGURES are of the host suite's benchmarks, each once", () => {
  const benchmarks = FIGURES.map(({ benchmark }) => benchmark);
  assertEquals(benchmarks, hostSuite.benchmarks.map(({ name }) => name));
  assertEquals(new Set(FIGURES.map(({ name }) => name)).size, FIGURES.length);
});

Deno.test("figureFrom() has the units that people read", () => {
  const samples = [2_000, 2_000, 2_000];
  assertEquals(valueOf("integer", samples).point, 3_000); // 6,000 operations in 2 µs
  assertEquals(valueOf("float", samples).point, 1_000);
  assertEquals(valueOf("memory_latency", [25_600, 25_600, 25_600]).point, 100); // 256 loads
  assertAlmostEquals(valueOf("memory_bandwidth", [419_430.4, 419_430.4, 419_430.4]).point, 10, 1e-9); // 4 MiB moved
  assertEquals(valueOf("allocation", [20, 20, 20]).point, 100); // two objects
  assertEquals(valueOf("disk_sync_write", [3e6, 3e6, 3e6]).point, 3_000);
  assertEquals(valueOf("loopback_round_trip", samples).point, 2);
});

Deno.test("figureFrom() turns the interval of a rate round, and keeps it finite where few processes know little", () => {
  for (const name of ["integer", "memory_latency"]) {
    const { low, point, high } = valueOf(name, [90, 100, 110], [190, 200, 210]);
    assert(0 < low && low <= point && point <= high && Number.isFinite(high), `${name} ${low} ${point} ${high}`);
  }
});

Deno.test("figureFrom() is the lower quartile of a process, and the geometric mean of several", () => {
  assertAlmostEquals(valueOf("disk_sync_write", [1e3, 2e3, 3e3, 4e3, 5e6]).point, 2, 1e-12);
  assertAlmostEquals(valueOf("disk_sync_write", [1e3, 1e3, 1e3], [4e3, 4e3, 4e3]).point, 2, 1e-12);
  const { low, high } = valueOf("disk_sync_write", [1e3, 1e3, 1e3], [1e3, 1e3, 1e3]);
  assertAlmostEquals(low, 1, 1e-12);
  assertAlmostEquals(high, 1, 1e-12);
});

Deno.test("figureFrom() makes do with disturbed samples where no others are", () => {
  const disturbed = took([100, 110, 120, 130]);
  const excluded = [0, 1, 2].map((index) => ({ index, cause: "preemption" as const }));
  const forks = disturbed.forks.map((fork) => ({ ...fork, samples: { ...fork.samples, excluded } }));
  const { statistics } = summaryOf({ ...disturbed, forks }, 1);
  const figure = figureFrom(definitionOf("disk_sync_write"), { ...disturbed, forks, statistics });
  assertEquals(figure.status === "measured" ? [figure.value.point, figure.samples] : figure, [0.1075, 4]);
});

Deno.test("figureFrom() says why there is no figure", () => {
  const definition = definitionOf("loopback_round_trip");
  const failure = { reason: "setup_failed", message: "Permission denied", stack: null, fork: 0 } as const;
  const reasonOf = (result: Parameters<typeof figureFrom>[1]) => {
    const figure = figureFrom(definition, result);
    return figure.status === "missing" ? figure.reason : "";
  };
  assertEquals(reasonOf({ ...sampleBenchmark, status: "failed", failure }), "Permission denied");
  assert(reasonOf(undefined) !== "" && reasonOf(took([100, 110])) !== "" && reasonOf(took([0, 0, 0])) !== "");
});
