import { assertEquals } from "@std/assert";
import type { Environment } from "../measure/document_environment.ts";
import { sampleDocument } from "../measure/testdata/sample_document.ts";
import { differencesBetween, differencesOver } from "./circumstances.ts";
import { runOf } from "./testdata/simulated_runs.ts";

const { environment } = sampleDocument;

function runIn(changes: Partial<Environment>) {
  return runOf("a.json", [], { environment: { ...environment, ...changes }, settings: { timeMs: "120" } });
}

Deno.test("differencesBetween() names host, runtime, flags, settings and tool, with both values", () => {
  const run = runIn({});
  const { runtime } = environment;
  const cases = [
    [
      runIn({ cpu: { ...environment.cpu, model: "B" }, fingerprint: "x" }),
      "host",
      "environment.cpu.model",
      "a processor",
      "B",
    ],
    [
      runIn({ runtime: { ...runtime, deno: "2.8.0" }, fingerprint: "x" }),
      "runtime",
      "environment.runtime.deno",
      "2.7.11",
      "2.8.0",
    ],
    [
      runIn({ runtime: { ...runtime, standalone: true } }),
      "runtime",
      "environment.runtime.standalone",
      "false",
      "true",
    ],
    [runIn({ v8Flags: [] }), "runtime", "environment.v8Flags", "--expose-gc", "none"],
    [runIn({ fingerprint: "x" }), "host", "environment.fingerprint", "0123456789ab", "x"],
    [{ ...run, settings: { timeMs: "24" } }, "settings", "settings.timeMs", "120", "24"],
    [{ ...run, settings: { timeMs: "120", __proto__x: "1" } }, "settings", "settings.__proto__x", "unknown", "1"],
    [{ ...run, tool: "mitata 1.0.34" }, "settings", "tool", "puffin-bench", "mitata"],
  ] as const;
  for (const [other, kind, field, baseline, current] of cases) {
    assertEquals(differencesBetween(run, other), [{ kind, field, baseline, current }]);
  }
});

Deno.test("differencesBetween() finds none where only commit, flags' order, patch release of the kernel or version differ", () => {
  const run = runIn({ v8Flags: ["--a", "--b"], kernel: "6.1.2" });
  const git = { commit: "f".repeat(40), branch: null, dirty: true };
  const other = runIn({ v8Flags: ["--b", "--a"], kernel: "6.1.9", git, memoryBytes: 1 });
  assertEquals(differencesBetween(run, { ...other, tool: "puffin-bench 0.2.0" }), []);
});

Deno.test("differencesBetween() takes what only one file tells for a difference, but not that neither knows", () => {
  const run = runIn({});
  const silent = { ...run, environment: null, settings: {} };
  const fields = differencesBetween(run, silent).map(({ field }) => field);
  assertEquals(fields.includes("environment.os") && fields.includes("settings.timeMs"), true);
  assertEquals(environment.cpu.governor, null);
  assertEquals(fields.includes("environment.cpu.governor"), false);
});

Deno.test("differencesBetween() of two tools names the tools and nothing else", () => {
  const other = runOf("b.json", [], { tool: "hyperfine" });
  const tools = { kind: "settings", field: "tool", baseline: "puffin-bench", current: "hyperfine" } as const;
  assertEquals(differencesBetween(runIn({}), other), [tools]);
});

Deno.test("differencesOver() finds runs of one side that differ from each other, each difference once", () => {
  const [quick, slow] = [runIn({ v8Flags: ["--jitless"] }), runIn({})];
  assertEquals(differencesOver({ baseline: [slow, quick, quick], current: [slow] }).length, 1);
  assertEquals(differencesOver({ baseline: [slow], current: [slow, slow] }), []);
});
