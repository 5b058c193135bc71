import process from "node:process";
import { assert, assertEquals } from "@std/assert";
import { type CounterReading, ThreadCounters } from "./thread_counters.ts";

/** Whether this host and these permissions show a thread's counters. */
function hasThreadCounters(): boolean {
  using counters = ThreadCounters.open();
  return counters.read().cpuNs !== null;
}

/** Keeps the processor busy until `isDone`, at most for ten seconds. */
function spin(isDone: () => boolean): void {
  const end = performance.now() + 10_000;
  while (!isDone() && performance.now() < end);
}

Deno.test("ThreadCounters.read() sees the CPU time that the process spends", () => {
  using counters = ThreadCounters.open();
  const before = counters.read();
  const start = process.cpuUsage();
  spin(() => process.cpuUsage(start).user + process.cpuUsage(start).system > 25_000);
  assert(counters.read().processCpuNs - before.processCpuNs > 20e6);
});

Deno.test({
  name: "ThreadCounters.read() shows the thread's CPU time of now, not of the kernel's last tick",
  ignore: !hasThreadCounters(),
  fn: () => {
    using counters = ThreadCounters.open();
    for (let i = 0; i < 20; i++) { // 0.4 ms each: a tick comes every 1 to 10 ms
      const before = counters.read();
      const start = performance.now();
      spin(() => performance.now() - start > 0.4);
      assert((counters.read().cpuNs ?? 0) - (before.cpuNs ?? 0) > 10_000, `in spin ${i}`);
    }
  },
});

Deno.test({
  name: "ThreadCounters.read() takes its own cost off",
  ignore: !hasThreadCounters(),
  fn: () => {
    using counters = ThreadCounters.open();
    const costs: number[] = [];
    let before: CounterReading = counters.read();
    for (let i = 0; i < 101; i++) {
      const after = counters.read();
      costs.push((after.cpuNs ?? 0) - (before.cpuNs ?? 0));
      before = after;
    }
    const middle = costs.toSorted((left, right) => left - right)[50] ?? 0;
    assert(Math.abs(middle) < 15_000, `${middle} ns are left of some 25,000`);
  },
});

Deno.test("ThreadCounters.read() goes on without the files once they are closed", () => {
  const counters = ThreadCounters.open();
  counters.close();
  counters.close();
  const { cpuNs, runQueueDelayNs, involuntarySwitches, stealMs, processCpuNs } = counters.read();
  assertEquals([cpuNs, runQueueDelayNs, involuntarySwitches, stealMs], [null, null, null, null]);
  assert(processCpuNs > 0);
});
