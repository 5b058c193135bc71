import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { exclusionCause, observe } from "./observation.ts";
import type { CounterReading } from "./thread_counters.ts";

const MS = 1e6;

/** What the counters add up to during a sample; `otherCpuMs` is the time of the process's other threads. */
interface Growth {
  readonly cpuMs?: number | null;
  readonly otherCpuMs?: number;
  readonly delayMs?: number | null;
  readonly switches?: number | null;
  readonly stealMs?: number | null;
  readonly clockGapMs?: number;
}

/** Readings around a sample in which the counters grew so. */
function readings({ cpuMs = 0, otherCpuMs = 0, delayMs = 0, switches = 0, stealMs = 0, clockGapMs = 0 }: Growth) {
  const before: CounterReading = {
    cpuNs: cpuMs === null ? null : 700 * MS,
    runQueueDelayNs: delayMs === null ? null : 40 * MS,
    involuntarySwitches: switches === null ? null : 12,
    processCpuNs: 900 * MS,
    stealMs: stealMs === null ? null : 130,
    clockGapMs: 1_795_443_061_084.25,
  };
  const plus = (value: number | null, growth: number | null) => value === null ? null : value + (growth ?? 0);
  const after: CounterReading = {
    cpuNs: plus(before.cpuNs, (cpuMs ?? 0) * MS),
    runQueueDelayNs: plus(before.runQueueDelayNs, (delayMs ?? 0) * MS),
    involuntarySwitches: plus(before.involuntarySwitches, switches),
    processCpuNs: before.processCpuNs + ((cpuMs ?? 0) + otherCpuMs) * MS,
    stealMs: plus(before.stealMs, stealMs),
    clockGapMs: before.clockGapMs + clockGapMs,
  };
  return [before, after] as const;
}

function causeOf(wallMs: number, growth: Growth) {
  const [before, after] = readings(growth);
  return exclusionCause(before, after, wallMs * MS);
}

Deno.test("exclusionCause() keeps a sample that had a processor to itself", () => {
  assertEquals(causeOf(5, { cpuMs: 5 }), null);
  assertEquals(causeOf(5, { cpuMs: 5.02, switches: 9, otherCpuMs: 3 }), null, "switches alone are no cause");
});

Deno.test("exclusionCause() drops a sample of which other processes took more than 5 %", () => {
  assertEquals(causeOf(100, { cpuMs: 94, delayMs: 6 }), "preemption");
  assertEquals(causeOf(100, { cpuMs: 96, delayMs: 4 }), null);
  assertEquals(causeOf(9, { cpuMs: 5, delayMs: 4 }), "preemption", "a time slice of a neighbour");
});

Deno.test("exclusionCause() keeps a sample that waited behind the process's own threads", () => {
  assertEquals(causeOf(9, { cpuMs: 5, delayMs: 4, otherCpuMs: 4 }), null, "a garbage collection");
  assertEquals(
    causeOf(9, { cpuMs: 5, delayMs: 4, otherCpuMs: 3 }),
    "preemption",
    "a millisecond of it is not explained",
  );
});

Deno.test("exclusionCause() does not count a delay before or after the sample", () => {
  assertEquals(causeOf(5, { cpuMs: 5.01, delayMs: 4 }), null);
});

Deno.test("exclusionCause() keeps a sample that waits for something else than a processor", () => {
  assertEquals(causeOf(100, { cpuMs: 1, delayMs: 0.1 }), null, "a timer");
});

Deno.test("exclusionCause() drops a sample of whose processors the hypervisor took more than 1 %", () => {
  assertEquals(causeOf(5, { cpuMs: 5, stealMs: 10 * navigator.hardwareConcurrency }), "steal");
  const longMs = 1_000 / navigator.hardwareConcurrency; // 1 % of the processors' time is then 10 ms, one step
  assertEquals(causeOf(longMs * 1.1, { cpuMs: longMs, stealMs: 10 }), null);
  assertEquals(causeOf(longMs * 0.9, { cpuMs: longMs, stealMs: 10 }), "steal");
});

Deno.test("exclusionCause() drops a sample during which the host slept, whatever else happened", () => {
  assertEquals(causeOf(5, { cpuMs: 5, clockGapMs: 51, stealMs: 500, delayMs: 5 }), "suspend");
  assertEquals(causeOf(5, { cpuMs: 5, clockGapMs: 49 }), null);
  assertEquals(causeOf(5, { cpuMs: 5, clockGapMs: -3_600_000 }), null, "the clock was set back");
  assertEquals(causeOf(60_000, { cpuMs: 60_000, clockGapMs: 100 }), null, "clocks may drift apart by a thousandth");
});

Deno.test("exclusionCause() knows no cause where the host does not tell", () => {
  assertEquals(causeOf(5, { cpuMs: null, delayMs: null, switches: null, stealMs: null, otherCpuMs: 5 }), null);
  assertEquals(causeOf(5, { cpuMs: null, delayMs: null, stealMs: null, clockGapMs: 60_000 }), "suspend");
});

Deno.test("observe() tells what each counter grew by", () => {
  const [before, after] = readings({ cpuMs: 4, otherCpuMs: 1, delayMs: 2, switches: 3 });
  assertEquals(observe(before, after, 7 * MS), {
    cpuNs: 4 * MS,
    runQueueDelayNs: 2 * MS,
    involuntarySwitches: 3,
    processCpuNs: 5 * MS,
    excluded: "preemption",
  });
});

Deno.test("observe() is null for what the host does not tell", () => {
  const [before, after] = readings({ cpuMs: null, delayMs: null, switches: null, stealMs: null, otherCpuMs: 1 });
  const nothing = { cpuNs: null, runQueueDelayNs: null, involuntarySwitches: null, excluded: null };
  assertEquals(observe(before, after, 7 * MS), { ...nothing, processCpuNs: MS });
});

Deno.test("observe() tells no counter below 0 and no delay longer than the sample, whatever it reads", () => {
  const ms = fc.integer({ min: -50, max: 50 });
  const growth = fc.record({ cpuMs: ms, otherCpuMs: ms, delayMs: ms, switches: ms, stealMs: ms, clockGapMs: ms });
  fc.assert(fc.property(growth, fc.integer({ min: 0, max: 20 }), (grown, wallMs) => {
    const [before, after] = readings(grown);
    const { cpuNs, runQueueDelayNs, involuntarySwitches, processCpuNs } = observe(before, after, wallMs * MS);
    for (const count of [cpuNs, runQueueDelayNs, involuntarySwitches, processCpuNs]) {
      assert(count !== null && count >= 0);
    }
    assert((runQueueDelayNs ?? 0) <= wallMs * MS);
  }));
});
