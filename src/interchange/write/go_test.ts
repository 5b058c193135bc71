import { assert, assertEquals } from "@std/assert";
import { fromDocument } from "../../compare/document_run.ts";
import type { RunData } from "../../compare/run_data.ts";
import type { ResultDocument } from "../../measure/document.ts";
import { PLAIN } from "../../report/testdata/options.ts";
import { hostileDocument, sampleBenchmark, sampleDocument } from "../../report/testdata/sample_document.ts";
import { parseRun } from "../read/parse_run.ts";
import { goReport } from "./go.ts";

/** What must be the same on both sides: ids, outcomes, and the figure of every process to the last bit. */
function figures(run: RunData): [string, string, readonly number[]][] {
  return run.benchmarks.filter(({ unit, status }) => unit === "ns" && status !== "optimized_out")
    .map((
      { id, status, processes },
    ): [string, string, readonly number[]] => [id, status, processes.map(({ value }) => value)])
    .sort(([a], [b]) => a < b ? -1 : 1);
}

function documents(): ResultDocument[] {
  const odd = ["-10", "a-8", "A/b=c", "100%", "%20", "_", "Ünï", "\u0085"].map((name) =>
    sampleBenchmark({ name, nominalNs: 50, changes: { params: { "k=/ ": " v/=%", n: 1e21, flag: true, "": "" } } })
  );
  const memory = {
    allocatedBytes: 95.94,
    gc: { iterations: 1_000, pauses: 0, totalMs: 0, maxMs: 0 },
    heapUsedBytes: 1,
    residentBytes: 1,
  };
  const strange = sampleBenchmark({ name: "A", nominalNs: 9, changes: { suite: " two words/\t", memory } });
  return [sampleDocument(), hostileDocument(), sampleDocument({ benchmarks: [...odd, strange] })];
}

Deno.test("go is read back as the very figures of the document, whatever the names", () => {
  for (const document of documents()) {
    assertEquals(figures(parseRun(goReport.render(document, PLAIN), "x")), figures(fromDocument(document, "x")));
  }
});

Deno.test("go gives parameters and allocated bytes back", () => {
  const run = parseRun(goReport.render(sampleDocument(), PLAIN), "x");
  const resolution = run.benchmarks.find(({ params }) => params["states"] === 1_000);
  assertEquals(resolution?.name, "State Dependency Resolution");
  const bytes = run.benchmarks.find(({ name, unit }) => unit === "B/op" && name.startsWith("Simple"));
  assertEquals(bytes?.processes.length, 1, "measured once");
});

/** The grammar of the format's description: names without space, an even number of fields of at least four, keys in lower case. */
Deno.test("go has only lines that the format's description allows, and one a fork", () => {
  for (const document of documents()) {
    const lines = goReport.render(document, PLAIN).split("\n");
    const counts = new Map<string, number>();
    for (const line of lines) {
      if (line.startsWith("Benchmark")) {
        const fields = line.split(/[\s\x85]+/);
        assert(fields.length >= 4 && fields.length % 2 === 0, line);
        assert(/^Benchmark\S*-2$/.test(fields[0] ?? ""), line);
        assert(/^[1-9]\d*$/.test(fields[1] ?? ""), line);
        assert(
          fields.slice(2).every((field, i) =>
            i % 2 === 0 ? Number.isFinite(Number(field)) : /^(ns|B)\/op$/.test(field)
          ),
        );
        assert(!line.endsWith(" B/op") || /\t\d+ B\/op$/.test(line), "Go's own parser reads whole bytes only");
        counts.set(fields[0] ?? "", (counts.get(fields[0] ?? "") ?? 0) + 1);
      } else {
        const isIgnored = /^(#|PASS$|FAIL$|--- FAIL: | {4}\S|$)/.test(line);
        assert(isIgnored || /^[a-z]+: \S[^\n]*$/.test(line), line);
      }
    }
    assert([...counts.values()].every((count) => count === 3));
  }
});

Deno.test("go names nothing in its configuration that differs from run to run", () => {
  const document = sampleDocument();
  const other = sampleDocument({
    run: { ...document.run, id: "other", startedAt: "2027-01-01T00:00:00.000Z" },
    environment: { ...document.environment, git: null },
  });
  const configuration = (text: string) => text.split("\n").filter((line) => /^[a-z]+:/.test(line));
  assertEquals(configuration(goReport.render(other, PLAIN)), configuration(goReport.render(document, PLAIN)));
});
