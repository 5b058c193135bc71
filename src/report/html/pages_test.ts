import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { createHash } from "node:crypto";
import { sampleCompared, sampleComparison, samplePairedComparison } from "../../compare/testdata/sample_comparison.ts";
import { packedWithin, unpacked } from "../../measure/packed_document.ts";
import { PLAIN } from "../testdata/options.ts";
import { HOSTILE_NAMES, hostileDocument, sampleBenchmark, sampleDocument } from "../testdata/sample_document.ts";
import { render } from "./comparison_page.ts";
import { htmlReport } from "./result_page.ts";
import { hostileComparison } from "./testdata/hostile_comparison.ts";
import { largeDocument } from "./testdata/large_document.ts";

/** Both kinds of page, plain and hostile, each rendered when it is first looked at. */
const PAGES = ([
  ["a result", () => htmlReport.render(sampleDocument(), PLAIN)],
  ["a hostile result", () => htmlReport.render(hostileDocument(), PLAIN)],
  ["an empty result", () => htmlReport.render(sampleDocument({ benchmarks: [], scaling: [], groups: [] }), PLAIN)],
  ["a comparison", () => render(sampleComparison(), PLAIN)],
  ["a paired comparison", () => render(samplePairedComparison(), PLAIN)],
  ["a hostile comparison", () => render(hostileComparison(), PLAIN)],
  ["an empty comparison", () => render(sampleComparison({ benchmarks: [], controls: [] }), PLAIN)],
] as const).map(([name, render]) => [name, once(render)] as const);

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

for (const [name, render] of PAGES) {
  Deno.test(`page of ${name} allows its one style sheet and its one script, and nothing else`, () => {
    const page = render();
    assertMatch(page, /content="default-src 'none'; style-src 'sha256-[\w+/=]+'; script-src 'sha256-[\w+/=]+';/);
    assert(!page.includes("unsafe-inline"));
    for (const [kind, tag] of [["style", "style"], ["script", 'script type="module"']] as const) {
      const parts = page.split(`<${tag}>`);
      assertEquals(parts.length, 2, `one ${kind}`);
      const content = parts[1]?.split(`</${kind}>`)[0] ?? "";
      assertStringIncludes(page, `${kind}-src 'sha256-${createHash("sha256").update(content).digest("base64")}'`);
    }
    assertEquals(page.match(/<(?:script|style)\b/g)?.length, 2);
  });

  Deno.test(`page of ${name} asks for nothing from elsewhere, and acts on nothing by itself`, () => {
    const markup = render().replace(/<script[\s\S]*?<\/script>/, "");
    assert(!/<(?:img|iframe|object|embed|base|form[^>]*action)\b/i.test(markup));
    assert(!/<[^>]*\s(?:on\w+|style|src|srcdoc)=/i.test(markup.replace(/"[^"]*"/g, '""')), "no handlers, no styles");
    const targets = [...markup.matchAll(/(?:xlink:)?href="([^"]{0,40})/g)].map(([, target = ""]) => target);
    assertEquals(
      targets.filter((target) => !/^(?:#[\w-]+$|data:,)/.test(target)),
      [],
    );
  });

  Deno.test(`page of ${name} has every id once, and every link within it leads somewhere`, () => {
    const markup = render().replace(/<script[\s\S]*?<\/script>/, "");
    const ids = [...markup.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    assertEquals(ids.length, new Set(ids).size);
    for (const [, target] of markup.matchAll(/href="#([^"]*)"/g)) assert(ids.includes(target), `#${target}`);
  });
}

/** The document that a page holds for download. */
function downloaded(page: string): unknown {
  return unpacked(packedWithin(page) ?? "", 1e8);
}

Deno.test("page of a result holds the whole document for download", () => {
  assertEquals(downloaded(htmlReport.render(hostileDocument(), PLAIN)), JSON.parse(JSON.stringify(hostileDocument())));
});

Deno.test("page of a comparison holds the whole comparison for download", () => {
  assertEquals(downloaded(render(sampleComparison(), PLAIN)), JSON.parse(JSON.stringify(sampleComparison())));
});

Deno.test("page of the 172 benchmarks of four suites, of 8 forks and 24 rounds on a busy host, stays under 1 MB", () => {
  const page = htmlReport.render(largeDocument(), PLAIN);
  const bytes = new TextEncoder().encode(page).length;
  assert(bytes < 1_000_000, `${bytes} bytes`);
  assertEquals(page.match(/ data-index="/g)?.length, 172, "with the samples of all of them");
  assertEquals(page.match(/<dt>(?:Mean|MAD|p99|Memory|Measured)</g)?.length, 5 * 172, "and all that is known of each");
  assertStringIncludes(page, "charts show up to 6 samples of a fork; with scripts, all as soon as a line is unfolded.");
});

Deno.test("page of a result draws the samples of 400 benchmarks, and says so where there are more", () => {
  const plain = sampleBenchmark({ name: "a", nominalNs: 1000 });
  const benchmarks = Array.from({ length: 401 }, (_, i) => ({ ...plain, id: `core-agent/${i}`, name: `${i}` }));
  const page = htmlReport.render(sampleDocument({ benchmarks, scaling: [], groups: [] }), PLAIN);
  assertEquals(page.match(/ data-index="/g)?.length, 400);
  assertStringIncludes(page, "The samples of the first 400 benchmarks are drawn.");
});

Deno.test("page of a result is the same at every rendering", () => {
  assertEquals(htmlReport.render(sampleDocument(), PLAIN), htmlReport.render(sampleDocument(), PLAIN));
});

Deno.test("page of a result shows an interrupted run, warnings, references, the seed and the command", () => {
  const { run, benchmarks } = sampleDocument();
  const page = htmlReport.render(
    sampleDocument({
      run: { ...run, status: "interrupted" },
      references: benchmarks.slice(0, 1).map((result) => ({ ...result, name: "integers" })),
    }),
    PLAIN,
  );
  assertStringIncludes(page, "was interrupted");
  assertStringIncludes(page, "The host was busy: 61 % of its processors");
  assertStringIncludes(page, ">integers<");
  assertStringIncludes(page, "puffin-bench all --seed 7<");
});

Deno.test("page of a comparison tells the verdict first, and why the undecided is undecided", () => {
  const page = render(sampleComparison(), PLAIN);
  const text = page.replace(/<style>[\s\S]*?<\/style>|<[^>]*>/g, " ").replace(/\s+/g, " ");
  assertStringIncludes(text.slice(0, 700), "Slower: 1 failed, 1 slower, 2 inconclusive");
  assertStringIncludes(text, "4 more runs of about 40 s on each side");
  assertStringIncludes(text, "puffin-bench compare --baseline results/baseline.json --current results/current.json");
  assert(text.indexOf("Complex Agent Execution ▲ slower") < text.indexOf("Simple Agent Execution = same"));
});

Deno.test("page of a comparison across hosts says so on top and on every line", () => {
  const differences = [{ kind: "host", field: "environment.cpu.model", baseline: "A", current: "B" }] as const;
  const page = render(sampleComparison({ differences }), PLAIN);
  assertStringIncludes(page, "circumstances differ");
  assertEquals(page.match(/<i>across hosts<\/i>/g)?.length, sampleComparison().benchmarks.length);
});

Deno.test("page of a comparison of 10,000 benchmarks tells how many it leaves out", () => {
  const benchmarks = Array.from({ length: 10_000 }, (_, i) => sampleCompared(`name ${i}`, { percent: i % 7 }));
  const page = render(sampleComparison({ benchmarks }), PLAIN);
  assertStringIncludes(page, "And 8000 more");
  assert(page.length < 6_000_000, `${page.length}`);
});

Deno.test("pages escape names within attributes and text", () => {
  for (const page of [htmlReport.render(hostileDocument(), PLAIN), render(hostileComparison(), PLAIN)]) {
    const body = page.slice(page.indexOf("<body>"));
    for (const name of HOSTILE_NAMES.filter((name) => /[<>]/.test(name))) assert(!body.includes(name), name);
    assert(!body.includes("\u202e") && !body.includes("\x1b"));
  }
});
