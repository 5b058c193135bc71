import { assertEquals } from "@std/assert";
import type { MeasureEvent } from "../measure/events.ts";
import { sampleBenchmark, sampleFailure } from "../report/testdata/sample_document.ts";
import { createProgress, formatTimeLeft } from "./progress.ts";

/** A display that writes into a list, with a clock that the test moves. */
function display(redraws: boolean, stacks = false) {
  const written: string[] = [];
  const clock = { now: 0 };
  const progress = createProgress({
    output: { write: () => Promise.resolve(true), writeNow: (text) => void (text !== "" && written.push(text)) },
    terminal: { width: 72, color: false, redraws },
    now: () => clock.now,
    stacks,
  });
  return { progress, written, clock };
}

const step = (doneRatio: number): MeasureEvent => ({
  type: "progress",
  doneRatio,
  remainingMs: 61_000,
  fork: 0,
  phase: "round",
  benchmarkId: "core/simple",
});
const finished: MeasureEvent = {
  type: "benchmark_finished",
  result: sampleBenchmark({ name: "a\nb", nominalNs: 1000, changes: { status: "optimized_out" } }),
};
const failed: MeasureEvent = { type: "benchmark_finished", result: sampleFailure("c", "boom\nbang") };

Deno.test("createProgress writes one plain line a benchmark off a terminal", () => {
  const { progress, written } = display(false);
  for (const event of [step(0.1), finished, step(0.5), failed]) progress.listener(event);
  progress.end();
  assertEquals(written.map((line) => line.replace(/median .* µs/, "median N µs")), [
    "core-agent/a\\nb: median N µs (optimised away)\n",
    "FAILED core-agent/c: threw: boom\\nbang\n",
  ]);
});

Deno.test("createProgress redraws one line in place on a terminal, at most ten times a second, and takes it away", () => {
  const { progress, written, clock } = display(true);
  const planned: MeasureEvent = { type: "planned", benchmarks: 2, forks: 8, expectedMs: 61_000 };
  for (const event of [planned, step(0.25), step(0.3)]) progress.listener(event);
  clock.now = 150;
  progress.listener(step(0.5));
  progress.listener(finished);
  progress.end();
  assertEquals(written, [
    "Measuring 2 benchmarks in 8 forks, about 1 min 01 s\n",
    "\r\x1b[2K[#####---------------] 25% 1 min 01 s left  round 1/8 core/simple",
    "\r\x1b[2K[##########----------] 50% 1 min 01 s left  round 1/8 core/simple",
    "\r\x1b[2K",
  ]);
});

Deno.test("createProgress keeps a benchmark's own lines and warnings apart from the drawn line", () => {
  const { progress, written } = display(true);
  progress.listener(step(0.25));
  progress.listener({ type: "output", text: "one\n\x1b[2Jtwo\n" });
  progress.listener({ type: "warning", warning: { code: "busy", message: "Busy", benchmarkId: null } });
  progress.listener({
    type: "warning",
    warning: { code: "unsteady", message: "Unsteady", benchmarkId: "core/simple" },
  });
  assertEquals(written.slice(1), ["\r\x1b[2K| one\n", "| \\u{1b}[2Jtwo\n", "Warning: Busy\n"]);
});

Deno.test("createProgress shows stacks only when asked to", () => {
  const { progress, written } = display(false, true);
  progress.listener(failed);
  assertEquals(written.slice(1), ["| Error: boom\n", "|     at run (file:///bench.ts:1:1)\n"]);
});

Deno.test("formatTimeLeft rounds up and never goes below 0", () => {
  const words = [-5, 0, 1, 59_000, 60_000, 3_599_500, 7_380_000].map(formatTimeLeft);
  assertEquals(words, ["0 s", "0 s", "1 s", "59 s", "1 min 00 s", "1 h 00 min", "2 h 03 min"]);
});
