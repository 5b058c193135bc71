import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { desiredSize, requireScaling, type ScalingPolicy } from "./scaling.ts";

const policies: fc.Arbitrary<ScalingPolicy> = fc.oneof(
  fc.record({ by: fc.constant("queue" as const), tasksPerWorker: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ by: fc.constant("utilisation" as const), target: fc.double({ min: 0.1, max: 1, noNaN: true }) }),
  fc.double({ min: -5, max: 50 }).map((size) => ({ by: "schedule" as const, sizeAt: () => size })),
);

Deno.test("desiredSize() stays within its bounds, never leaves work without a worker, and grows with the load", () =>
  fc.assert(
    fc.property(
      policies,
      fc.nat(20),
      fc.nat(20),
      fc.nat(10),
      fc.integer({ min: 1, max: 10 }),
      (policy, running, waiting, min, more) => {
        const bounds = { min, max: min + more };
        const size = desiredSize(policy, { running, waiting, epochMs: 0 }, bounds);
        assert(Number.isInteger(size) && size >= min && size <= bounds.max);
        if (running + waiting > 0) assert(size >= 1);
        assert(desiredSize(policy, { running, waiting: waiting + 1, epochMs: 0 }, bounds) >= size);
      },
    ),
  ));

Deno.test("desiredSize() goes by what its policy says", () => {
  const load = { running: 4, waiting: 4, epochMs: 7 }, bounds = { min: 0, max: 100 };
  assertEquals(desiredSize({ by: "queue" }, load, bounds), 8);
  assertEquals(desiredSize({ by: "queue", tasksPerWorker: 3 }, load, bounds), 3);
  assertEquals(desiredSize({ by: "utilisation" }, load, bounds), 10);
  assertEquals(desiredSize({ by: "schedule", sizeAt: (epochMs) => epochMs * 2 }, load, bounds), 14);
  assertEquals(desiredSize({ by: "schedule", sizeAt: () => NaN }, load, bounds), 1);
});

Deno.test("requireScaling() refuses what makes no sense", () => {
  for (const [min, max] of [[0, 0], [-1, 4], [5, 4], [0, 1.5]] as const) {
    assertThrows(() => requireScaling({ by: "queue" }, { min, max }), RangeError, `${min} to ${max}`);
  }
  assertThrows(
    () => requireScaling({ by: "queue", tasksPerWorker: 0 }, { min: 0, max: 1 }),
    RangeError,
    "tasksPerWorker 0",
  );
  assertThrows(() => requireScaling({ by: "utilisation", target: 1.1 }, { min: 0, max: 1 }), RangeError, "target 1.1");
});
