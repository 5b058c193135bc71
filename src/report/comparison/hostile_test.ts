/** What every format makes of texts that would act, and of more benchmarks than it has room for. */
import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { setColorEnabled, stripAnsiCode } from "@std/fmt/colors";
import stringWidth from "string-width";
import { sampleComparison, samplePairedComparison } from "../../compare/testdata/sample_comparison.ts";
import { githubComparison, workflowCommand } from "./github.ts";
import { jsonComparison } from "./json.ts";
import { junitComparison } from "./junit.ts";
import { boundedMarkdown, LEAST_MARKDOWN_BYTES, markdownComparison, MAX_COMMENT_BYTES } from "./markdown.ts";
import { tableComparison } from "./table.ts";
import { ACTING_NAMES, hostileComparison, largeComparison } from "./testdata/comparisons.ts";

const PLAIN = { width: 80, color: false, savedTo: [] };
const bytes = (text: string) => new TextEncoder().encode(text).length;

Deno.test("table of a comparison never exceeds its width, from 24 columns up, whatever the names", () => {
  for (const comparison of [sampleComparison(), samplePairedComparison(), hostileComparison()]) {
    for (const width of [24, 30, 40, 55, 59, 60, 72, 80, 100, 120, 160, 200, 300]) {
      for (const line of tableComparison.render(comparison, { ...PLAIN, width }).split("\n")) {
        assert(stringWidth(line) <= width, `${stringWidth(line)} columns at ${width}: ${line}`);
      }
    }
  }
});

Deno.test("no format writes a character that acts, or a line that GitHub's runner obeys", () => {
  for (const report of [tableComparison, markdownComparison, junitComparison, githubComparison]) {
    for (const width of [24, 80, 200]) {
      const page = report.render(hostileComparison(), { ...PLAIN, width });
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/.test(page));
      assert(report !== junitComparison || !/[\ufffe\uffff]/.test(page));
      for (const line of page.split("\n").filter((text) => /^\s*::|##\[/.test(text))) {
        assert(report === githubComparison && /^::(error|warning|notice) title=[^:,]*::/.test(line), line);
      }
    }
  }
});

Deno.test("json of a comparison is the comparison, and writes no character that acts", () => {
  const page = jsonComparison.render(hostileComparison(), PLAIN);
  assertEquals(JSON.parse(page), JSON.parse(JSON.stringify(hostileComparison())));
  // deno-lint-ignore no-control-regex -- control characters are what must not be there
  assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]/.test(page));
});

Deno.test("table of a comparison in colour is the plain one once its colours are taken away", () => {
  setColorEnabled(true); // without effect under NO_COLOR
  const colored = tableComparison.render(sampleComparison(), { ...PLAIN, color: true });
  setColorEnabled(!Deno.noColor);
  const plain = tableComparison.render(sampleComparison(), PLAIN);
  assertEquals(colored !== plain, !Deno.noColor);
  assertEquals(stripAnsiCode(colored).replace(/ +$/gm, ""), plain);
});

Deno.test("table of 10,000 benchmarks has a line for each, and says the verdict again at the end", () => {
  const lines = tableComparison.render(largeComparison(), PLAIN).trimEnd().split("\n");
  assertEquals(lines.filter((line) => line.startsWith("Benchmark number")).length, 10_000);
  assertEquals(lines.filter((line) => line.startsWith("SLOWER: 1,000 slower, 9,000 inconclusive")).length, 2);
  assert(lines.length < 10_040, "what the undecided need is said in a few footnotes");
});

Deno.test("markdown lets no text become markup, a mention or a link, and every line of a table has the same cells", () => {
  const page = markdownComparison.render(hostileComparison(), PLAIN);
  assertEquals([...new Set(page.match(/<[^>]*>/g))].toSorted(), [
    "</code>",
    "</details>",
    "</summary>",
    "<code>",
    "<details>",
    "<summary>",
  ]);
  assert(!/`|\[link\]|https:\/\/|www\.|@everyone|&#64;everyone|[^&]#1\b|&#35;1\b/.test(page));
  for (const block of page.split("\n\n")) {
    const cells = block.split("\n").filter((line) => line.startsWith("|")).map((line) => line.split("|").length);
    assert(new Set(cells).size <= 1, block);
  }
});

Deno.test("markdown fits a comment and any smaller room, ends at a whole line, and counts what is missing", () => {
  for (const comparison of [hostileComparison(), largeComparison()]) {
    for (const room of [LEAST_MARKDOWN_BYTES, 20_000, MAX_COMMENT_BYTES, 1024 * 1024]) {
      const page = boundedMarkdown(comparison, room);
      assert(bytes(page) <= room, `${bytes(page)} bytes in ${room}`);
      assertEquals(page.match(/<details>/g)?.length, page.match(/<\/details>/g)?.length);
      for (const line of page.split("\n")) if (line.startsWith("|")) assert(line.endsWith(" |"), line);
    }
  }
  const page = markdownComparison.render(largeComparison(), PLAIN);
  const missing = [...page.matchAll(/^\| and ([\d,]+) more \|/gm)].map(([, count]) => Number(count?.replace(",", "")));
  const shown = page.match(/^\| <code>/gm)?.length ?? 0;
  assertEquals(shown + missing.reduce((total, count) => total + count, 0), 10_000);
  assert(bytes(page) > 0.95 * MAX_COMMENT_BYTES, "the room is used");
});

Deno.test("github writes at most ten annotations of a level, the tenth with the number of the others", () => {
  const lines = githubComparison.render(largeComparison(), PLAIN).trimEnd().split("\n");
  for (const [command, more] of [["error", "991"], ["warning", "8,991"]] as const) {
    const own = lines.filter((line) => line.startsWith(`::${command} `));
    assertEquals(own.length, 10);
    assertStringIncludes(own[9] ?? "", `and ${more} more`);
  }
  assertStringIncludes(lines[1] ?? "", "Benchmark number 9990", "the worst is first");
});

Deno.test("workflowCommand escapes as the runner unescapes", () => {
  assertEquals(
    workflowCommand("error", "a:b,c%\r\n", "a:b,c%\r\n"),
    "::error title=a%3Ab%2Cc%25%0D%0A::a:b,c%25%0D%0A",
  );
});

Deno.test("junit is well-formed whatever the texts, and counts what it holds", async () => {
  const xml = junitComparison.render(hostileComparison(), PLAIN);
  const count = (text: string) => xml.split(text).length - 1;
  const n = ACTING_NAMES.length;
  assertMatch(
    xml,
    new RegExp(`<testsuites name="[^"]*" tests="${4 * n}" failures="${n}" errors="${n}" skipped="${2 * n}">`),
  );
  assertEquals([count("<testcase "), count("<failure "), count("<error "), count("<skipped ")], [4 * n, n, n, 2 * n]);
  if (xmllint === undefined) return;
  const child = new Deno.Command(xmllint, { args: ["--noout", "-"], stdin: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(xml));
  await writer.close();
  const { code, stderr } = await child.output();
  assertEquals({ code, stderr: new TextDecoder().decode(stderr) }, { code: 0, stderr: "" });
});

/** The reference parser, where it is there. */
const xmllint = ["/usr/bin/xmllint", "/usr/local/bin/xmllint"].find((path) => {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
});
