import { assertAlmostEquals, assertEquals } from "@std/assert";
import type { HostFigure } from "../measure/document_environment.ts";
import { hostSpeeds } from "./host_speeds.ts";
import type { RunData } from "./run_data.ts";
import { runOf } from "./testdata/simulated_runs.ts";

type Measured = Extract<HostFigure, { status: "measured" }>;

function figure(name: string, point: number, changes: Partial<Measured> = {}): Measured {
  const isRate = name === "integer" || name === "float";
  return {
    name,
    kind: isRate ? "cpu" : "memory",
    unit: isRate ? "Mop/s" : "ns",
    better: isRate ? "higher" : "lower",
    status: "measured",
    value: { point, low: point / 1.1, high: point * 1.1, level: 0.95 },
    samples: 12,
    forks: 1,
    ...changes,
  };
}

const run = (source: string, ...hostFigures: HostFigure[]): RunData => ({ ...runOf(source, []), hostFigures });

Deno.test("hostSpeeds() is above 1 for the faster host, whichever way the unit goes", () => {
  const baseline = [run("a", figure("integer", 1000), figure("memory_latency", 100))];
  const current = [run("b", figure("integer", 2000), figure("memory_latency", 50))];
  const speeds = hostSpeeds({ baseline, current });
  assertEquals(speeds.map(({ kind }) => kind), ["cpu", "memory"]);
  for (const { speed, interval } of speeds) {
    assertAlmostEquals(speed, 2, 1e-12);
    assertAlmostEquals(interval?.high ?? 0, 2 * 1.1 ** Math.SQRT2, 1e-12); // two half widths, as errors add up
    assertAlmostEquals(interval?.low ?? 0, 2 / 1.1 ** Math.SQRT2, 1e-12);
  }
  assertAlmostEquals(speeds[1]?.figures[0]?.baseline ?? 0, 100, 1e-9);
  assertAlmostEquals(speeds[1]?.figures[0]?.current ?? 0, 50, 1e-9);
});

Deno.test("hostSpeeds() takes the geometric mean over figures of a kind, and over runs of a side", () => {
  const baseline = [
    run("a", figure("integer", 100), figure("float", 100)),
    run("b", figure("integer", 400), figure("float", 100)),
  ];
  const current = [run("c", figure("integer", 400), figure("float", 200))];
  const [cpu] = hostSpeeds({ baseline, current });
  assertEquals(cpu?.figures.map(({ name, speed }) => [name, Math.round(speed * 1e9) / 1e9]), [["integer", 2], [
    "float",
    2,
  ]]);
  assertAlmostEquals(cpu?.speed ?? 0, 2, 1e-12);
});

Deno.test("hostSpeeds() leaves out what a run lacks, could not measure, or tells in another unit", () => {
  const missing: HostFigure = {
    ...{ name: "integer", kind: "cpu", unit: "Mop/s", better: "higher" },
    status: "missing",
    reason: "it crashed",
  };
  const whole = run("a", figure("integer", 1), figure("float", 1));
  assertEquals(hostSpeeds({ baseline: [whole], current: [run("b")] }), []);
  assertEquals(hostSpeeds({ baseline: [whole], current: [runOf("b", [])] }), []);
  const floatOnly = hostSpeeds({ baseline: [whole], current: [run("b", missing, figure("float", 1))] });
  assertEquals(floatOnly.flatMap(({ figures }) => figures.map(({ name }) => name)), ["float"]);
  assertEquals(hostSpeeds({ baseline: [whole], current: [whole, run("c")] }), []);
  assertEquals(hostSpeeds({ baseline: [whole], current: [run("b", figure("integer", 1, { unit: "op/s" }))] }), []);
});

Deno.test("hostSpeeds() has no interval where a figure's own reaches 0", () => {
  const loose = figure(
    "integer",
    100,
    { value: { point: 100, low: 0, high: 300, level: 0.95 } },
  );
  const [cpu] = hostSpeeds({ baseline: [run("a", loose)], current: [run("b", figure("integer", 100))] });
  assertEquals([cpu?.speed, cpu?.interval, cpu?.figures[0]?.interval], [1, null, null]);
});
