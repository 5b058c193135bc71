import { assert, assertEquals } from "@std/assert";
import { csvReport } from "./csv.ts";
import { PLAIN } from "./testdata/options.ts";
import { hostileDocument, sampleBenchmark, sampleDocument } from "./testdata/sample_document.ts";
import { visibleText } from "../visible_text.ts";

/** RFC 4180 as its grammar says; a field that breaks it makes this throw. */
function parseCsv(text: string): string[][] {
  const record = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  const lines: string[][] = [[]];
  while (record.lastIndex < text.length) {
    const match = record.exec(text);
    assert(match !== null, "not RFC 4180");
    lines.at(-1)?.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "\r\n") lines.push([]);
  }
  lines.pop();
  return lines;
}

Deno.test("csv has one line a benchmark and keeps every name, commas, quotes and line ends included", () => {
  const document = hostileDocument();
  const [headings = [], ...lines] = parseCsv(csvReport.render(document, PLAIN));
  assertEquals(lines.length, document.benchmarks.length);
  assert(lines.every((line) => line.length === headings.length));
  const column = headings.indexOf("name");
  assertEquals(
    lines.map((line) => line[column]?.replace(/^'/, "")),
    document.benchmarks.map(({ name }) =>
      // deno-lint-ignore no-control-regex -- the control characters among the hostile names
      name.replace(/[\x07\x1b\x9b\u200b\u202c\u202e\u2066\u2069\ufeff]/g, visibleText)
    ),
  );
});

Deno.test("csv writes control characters as escapes, which readers of CSV and terminals survive", () => {
  const benchmarks = [sampleBenchmark({ name: "\0a\x1b[31mb\x9b\tc\nd\u202e", nominalNs: 10 })];
  const [headings = [], line = []] = parseCsv(
    csvReport.render(sampleDocument({ benchmarks, scaling: [], groups: [] }), PLAIN),
  );
  assertEquals(line[headings.indexOf("name")], "\\u{0}a\\u{1b}[31mb\\u{9b}\tc\nd\\u{202e}");
});

Deno.test("csv lets no text begin like a formula", () => {
  for (const line of parseCsv(csvReport.render(hostileDocument(), PLAIN))) {
    for (const cell of line) assert(!/^[=+@\t\r]|^-(?![\d.])/.test(cell), cell);
  }
});

Deno.test("csv leaves the figures of a failed benchmark empty", () => {
  const [headings = [], ...lines] = parseCsv(csvReport.render(sampleDocument(), PLAIN));
  const failed = lines.find((line) => line[headings.indexOf("status")] === "failed");
  assertEquals(failed?.[headings.indexOf("median_ns")], "");
  assertEquals(failed?.[headings.indexOf("failure")], 'threw in fork 2: The lock "a" was not free');
});
