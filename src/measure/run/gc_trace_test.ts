import { assertEquals } from "@std/assert";
import { attributePauses, isTraceLine } from "./gc_trace.ts";

const MEMORY = "9.2 (10.6) -> 9.2 (11.1) MB, pooled: 0.0 MB,";
const MU = "(average mu = 1.000, current mu = 1.000)";

const scavenge = (ms: number, isolate = "0x1") =>
  `[7:${isolate}]       35 ms: Scavenge ${MEMORY} ${ms} / 0.00 ms ${MU} allocation failure; `;
const full = (ms: number) =>
  `[7:0x1]      135 ms: Incremental Mark-Compact ${MEMORY} ${ms} / 0.00 ms (+ 1.2 ms in 3 steps since start of marking) ${MU} finalize incremental marking`;
const forced = Array.from(
  { length: 4 },
  () => `[7:0x1]       35 ms: Scavenge ${MEMORY} 0.22 / 0.00 ms ${MU} testing; `,
);
const forcedFull =
  `[7:0x1]       41 ms: Mark-Compact 9.2 (11.1) -> 9.1 (10.4) MB, pooled: 0.8 MB, 5.90 / 0.00 ms ${MU} testing; GC in old space requested`;

Deno.test("attributePauses() counts what lies between a benchmark's two marks", () => {
  const lines = [
    scavenge(9),
    forcedFull,
    ...forced,
    scavenge(0.5),
    full(1.5),
    ...forced,
    scavenge(9),
    ...forced,
    ...forced,
    scavenge(9),
  ];
  assertEquals(attributePauses(lines, 2), [
    { pauses: 2, totalMs: 2, maxMs: 1.5 },
    { pauses: 0, totalMs: 0, maxMs: 0 },
  ]);
});

Deno.test("attributePauses() leaves out other isolates, and counts collections that a benchmark asks for itself", () => {
  const lines = [...forced, scavenge(3, "0x2"), forced[0] ?? "", scavenge(0.5), ...forced];
  assertEquals(attributePauses(lines, 1), [{ pauses: 2, totalMs: 0.72, maxMs: 0.5 }]);
});

Deno.test("attributePauses() knows a mark in whose middle an incremental collection is finished", () => {
  const lines = [...forced, scavenge(0.5), ...forced.slice(0, 2), full(1.5), ...forced.slice(2)];
  assertEquals(attributePauses(lines, 1), [{ pauses: 2, totalMs: 2, maxMs: 1.5 }]);
});

Deno.test("attributePauses() knows a mark of which V8 answered one request by finishing what it was marking", () => {
  const reason = "testing; Incremental marking forced finalization";
  const finished = full(25).replace("finalize incremental marking", reason);
  assertEquals(attributePauses([finished, ...forced.slice(1), scavenge(0.5), ...forced], 1), [
    { pauses: 1, totalMs: 0.5, maxMs: 0.5 },
  ]);
});

Deno.test("attributePauses() takes no mark for one that a benchmark's own collections only resemble", () => {
  const own = [...forced.slice(0, 2), scavenge(0.5), ...forced.slice(2), scavenge(0.5)];
  assertEquals(attributePauses([...forced, ...own, ...forced], 1)?.[0]?.pauses, 6);
});

Deno.test("attributePauses() attributes nothing if marks are missing", () => {
  assertEquals(attributePauses([...forced, scavenge(1)], 1), null);
  assertEquals(attributePauses([], 1), null);
});

Deno.test("isTraceLine() knows V8's lines of several versions from what a benchmark prints", () => {
  assertEquals([scavenge(1), full(2), ...forced, forcedFull].every(isTraceLine), true);
  assertEquals(
    isTraceLine(
      "[7346:0x56447a39f000]       34 ms: Scavenge 9.3 (10.4) -> 9.2 (10.6) MB, 0.36 / 0.00 ms  (average mu = 1.0)",
    ),
    true,
  );
  const kinds = [
    "Mark-Compact (reduce)",
    "Mark-Compact",
    "Minor Mark-Sweep",
    "Scavenge (promotion)",
    "Mark-Compact (reduce) (early)",
  ];
  assertEquals(kinds.every((kind) => isTraceLine(scavenge(1).replace("Scavenge", kind))), true);
  assertEquals(isTraceLine("[1] Scavenge hunt: 35 ms"), false);
});
