import { assertEquals } from "@std/assert";
import { parseDocument } from "../measure/document_file.ts";
import { documentView } from "./document_view.ts";
import { hostileDocument, sampleBenchmark, sampleDocument } from "./testdata/sample_document.ts";

Deno.test("sampleDocument and hostileDocument are documents that a run could have written", () => {
  for (const document of [sampleDocument(), hostileDocument()]) {
    assertEquals(parseDocument(JSON.stringify(document), "sample"), document);
  }
});

Deno.test("documentView gathers a group's benchmarks and puts its ratios under it", () => {
  const suite = documentView(sampleDocument()).suites.find(({ name }) => name === "core-floors");
  assertEquals(
    suite?.groups.map(({ name, rows, notes }) => ({ name, labels: rows.map(({ label }) => label), notes })),
    [{
      name: "three async steps",
      labels: ["await chain", "agent.run()"],
      notes: ["agent.run(): 2.45x await chain (2.43 to 2.48)"],
    }],
  );
});

Deno.test("documentView marks a ratio whose interval holds 1, and one without an interval", () => {
  const [ratio] = sampleDocument().groups;
  const notes = (estimate: { point: number; low: number; high: number; level: number } | null) =>
    documentView(sampleDocument({ groups: ratio === undefined ? [] : [{ ...ratio, ratio: estimate }] }));
  const same = notes({ point: 1.01, low: 0.97, high: 1.05, level: 0.95 });
  assertEquals(same.suites[1]?.groups[0]?.notes, ["agent.run(): ~1.01x await chain (0.97 to 1.05)"]);
  assertEquals(same.legend.some(({ mark }) => mark === "~"), true);
  const none = notes(null);
  assertEquals(none.suites[1]?.groups[0]?.notes, ["agent.run(): 2.46x await chain (±∞)"]);
  assertEquals(none.legend.some(({ mark }) => mark === "±∞"), true);
  const benchmarks = sampleDocument().benchmarks.map((result) =>
    result.name === "await chain" && result.status === "ok" ? { ...result, status: "optimized_out" as const } : result
  );
  const groups = ratio === undefined ? [] : [{ ...ratio, ratio: null }];
  const unknown = documentView(sampleDocument({ benchmarks, groups }));
  const note = "agent.run(): no ratio to await chain, one of them has no figures";
  assertEquals(unknown.suites[1]?.groups[0]?.notes, [note]);
});

Deno.test("documentView gives warnings that differ in their numbers one footnote and refers to it from each benchmark", () => {
  const results = ["a", "b"].map((name) => sampleBenchmark({ name, nominalNs: 10 }));
  const view = documentView(sampleDocument({
    benchmarks: results,
    scaling: [],
    groups: [],
    warnings: [
      ...results.map(({ id }, i) => ({ code: "x", message: `odd in ${i + 5} of 8`, benchmarkId: id })),
      { code: "y", message: "busy", benchmarkId: null },
    ],
  }));
  assertEquals(view.footnotes.map(({ number, text }) => ({ number, text })), [{ number: 0, text: "Busy" }, {
    number: 1,
    text: "Odd in 5 to 6 of 8",
  }]);
  assertEquals(view.suites[0]?.groups[0]?.rows.map(({ marks }) => marks), ["[1]", "[1]"]);
});

Deno.test("documentView makes no range of the numbers in warnings about the run: processes are not between each other", () => {
  const messages = ["another run (process 17)", "another run (process 90)"];
  const { footnotes } = documentView(sampleDocument({
    warnings: messages.map((message) => ({ code: "another_run", message, benchmarkId: null })),
  }));
  assertEquals(footnotes.map(({ text }) => text), ["Another run (process 17)", "Another run (process 90)"]);
});

Deno.test("documentView counts what failed and what was slower than expected", () => {
  assertEquals(documentView(sampleDocument()).summary, "9 benchmarks measured, 1 FAILED, 1 slower than expected");
  assertEquals(documentView(sampleDocument({ benchmarks: [] })).summary, "0 benchmarks measured");
});
