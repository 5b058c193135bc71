import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { setColorEnabled, stripAnsiCode } from "@std/fmt/colors";
import stringWidth from "string-width";
import { tableReport } from "./table.ts";
import { PLAIN } from "./testdata/options.ts";
import { hostileDocument, sampleDocument } from "./testdata/sample_document.ts";

Deno.test("table never exceeds its width, from 24 columns up, whatever the names", () => {
  for (const document of [sampleDocument(), hostileDocument()]) {
    for (const width of [24, 30, 40, 55, 60, 72, 80, 100, 120, 160, 200, 300]) {
      for (const line of tableReport.render(document, { ...PLAIN, width }).split("\n")) {
        assert(stringWidth(line) <= width, `${stringWidth(line)} columns at ${width}: ${line}`);
      }
    }
  }
});

Deno.test("table shows no character that acts on a terminal", () => {
  const table = tableReport.render(hostileDocument(), PLAIN);
  // deno-lint-ignore no-control-regex -- control characters are what must not be there
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(table));
});

Deno.test("table drops the least important columns first", () => {
  const headings = (width: number) =>
    tableReport.render(sampleDocument(), { ...PLAIN, width }).split("\n").find((line) => line.startsWith("Benchmark"));
  assertEquals(headings(36)?.split(/\s{2,}/), ["Benchmark", "Median", "Flags"]);
  assertEquals(headings(80)?.split(/\s{2,}/), [
    "Benchmark",
    "Median",
    "±95 %",
    "Mean",
    "Throughput",
    "Met?",
    "Flags",
  ]);
});

Deno.test("table in colour is the plain table once its colours are taken away", () => {
  setColorEnabled(true); // without effect under NO_COLOR
  const colored = tableReport.render(sampleDocument(), { ...PLAIN, color: true });
  setColorEnabled(!Deno.noColor);
  const plain = tableReport.render(sampleDocument(), PLAIN);
  assertEquals(colored !== plain, !Deno.noColor);
  assertEquals(stripAnsiCode(colored).replace(/ +$/gm, ""), plain);
});

Deno.test("table says in words what failed, and where the run was written", () => {
  const table = tableReport.render(sampleDocument(), { ...PLAIN, savedTo: ["results/a b.json"] });
  assertStringIncludes(table, "FAILED threw in fork 2");
  assert(table.endsWith("Written to results/a b.json\n"));
});

Deno.test("table of a document without benchmarks says so", () => {
  const table = tableReport.render(sampleDocument({ benchmarks: [], scaling: [], groups: [] }), PLAIN);
  assertStringIncludes(table, "No benchmarks");
});
