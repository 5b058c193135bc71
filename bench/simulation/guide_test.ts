import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { ORDERINGS, PLACEMENTS, type Result } from "./combinations.ts";
import { FINDINGS, Outcomes } from "./findings.ts";
import { listItem, table } from "./format.ts";
import { COMBINATIONS, fillGuide, guideParts, refuted } from "./guide.ts";
import type { Outcome, Waits } from "./ledger.ts";
import { makeWorkload, OWNERS, PRIORITIES } from "./workload.ts";

const GUIDE = new URL("../../docs/choosing-an-allocator.md", import.meta.url);

function waits(meanMs: number): Waits {
  return { count: 1_000, meanMs, p99Ms: 10 * meanMs, maxMs: 20 * meanMs };
}

function outcome(meanMs: number): Outcome {
  return {
    utilisation: { cpu: 0.5, memoryGb: 0.25, gpu: 0 },
    fairness: 0.9,
    waits: waits(meanMs),
    waitsByLevel: PRIORITIES.map(() => waits(meanMs)),
    waitsByOwner: OWNERS.map(() => waits(meanMs)),
  };
}

/** Outcomes that are all alike, so that no finding holds. */
const alike: Result[] = Object.keys(PLACEMENTS).flatMap((placement) =>
  Object.keys(ORDERINGS).map((ordering) => ({ placement, ordering, outcome: outcome(1_234) }))
);

Deno.test("the guide has a place for every generated part, and nothing else is touched", async () => {
  const size = { requests: 10_000, nodes: 40, seed: 1 };
  const parts = guideParts({ size, workload: makeWorkload(size), results: alike });
  const guide = await Deno.readTextFile(GUIDE), filled = fillGuide(guide, parts);
  for (const part of Object.values(parts)) assertStringIncludes(filled, part);
  const prose = (text: string) => text.replaceAll(/<!-- simulated: .*? -->[^]*?<!-- end -->/g, "");
  assertEquals(prose(filled), prose(guide));
  assertEquals(fillGuide(filled, parts), filled, "filling it again changes nothing");
  assertThrows(() => fillGuide("# Empty", parts), RangeError, 'it has no line "<!-- simulated: size -->"');
});

Deno.test("the guide's tables have a row for every combination, and are laid out", () => {
  const size = { requests: 10_000, nodes: 40, seed: 1 };
  const { combinations = "", owners = "", size: sentence } = guideParts({
    size,
    workload: makeWorkload(size),
    results: alike,
  });
  assertEquals(combinations.split("\n").length, COMBINATIONS + 2);
  assertEquals(
    combinations.split("\n")[2],
    "| first fit | FIFO                       | 50.0 % | 25.0 % |    0.900 |          1.2 |        12.3 |            24.7 |",
  );
  assertEquals(owners.split("\n")[0]?.split(" | ").length, 8);
  assert(sentence?.startsWith("10,000 requests over 40 nodes in "));
  assertEquals(
    table(["a", "long name"], [["text", "1.0"]], 1),
    "| a    | long name |\n| ---- | --------: |\n| text |       1.0 |",
  );
});

Deno.test("the guide's sentences are broken into lines as the formatter does it", () => {
  assertEquals(listItem("short"), "- short");
  assertEquals(listItem(`${"word ".repeat(30)}end`), `- ${"word ".repeat(23).trimEnd()}\n  ${"word ".repeat(7)}end`);
});

Deno.test("the guide as it is says all that there is to say, in the sentences of this version", async () => {
  const guide = await Deno.readTextFile(GUIDE);
  const told = [...guide.matchAll(/^- \*\*([^*]*?\.)\*\*/gm)].map(([, title]) => title);
  assertEquals(told, FINDINGS.map(({ title }) => title));
});

Deno.test("the guide says nothing that its figures do not bear out", () => {
  const outcomes = new Outcomes(alike);
  assertEquals(FINDINGS.filter(({ holds }) => holds(outcomes)), [], "where all are alike, there is nothing to say");
  assertEquals(refuted(alike), FINDINGS.map(({ title }) => title));
  assertThrows(() => outcomes.of("best fit", "LIFO"), RangeError, "Cannot find best fit with LIFO");
});
