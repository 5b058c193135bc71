import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sampleFigure } from "../../../compare/testdata/sample_comparison.ts";
import { pairsChart } from "./pairs_chart.ts";
import { processesChart } from "./processes_chart.ts";

const figure = sampleFigure(1000);

/** How many parts, each from its own start, the path of that class has. */
function paths(svg: string, className: string): number {
  const group = svg.match(new RegExp(`<g class="${className}">(.*?)</g>|<path [^>]*class="${className}"[^>]*>`));
  return group?.[0].match(/M/g)?.length ?? 0;
}

Deno.test("processesChart has a line of dots for each run, and names the runs where there are several", () => {
  const one = processesChart(figure, sampleFigure(1300));
  assertEquals([paths(one, "dots baseline"), paths(one, "dots current")], [1, 1]);
  assertStringIncludes(one, "Baseline 1.00 µs over 8 processes, current 1.30 µs over 8 processes");
  const three = processesChart({ ...figure, forks: [[990], [1000, 1010], [1005]] }, figure);
  assertEquals(paths(three, "dots baseline"), 3);
  assertStringIncludes(three, ">baseline 3<");
});

Deno.test("processesChart does not grow with the number of runs", () => {
  const many = processesChart({ ...figure, forks: Array.from({ length: 500 }, () => [1000]) }, figure);
  assertStringIncludes(many, ">baseline (500)<");
});

Deno.test("pairsChart draws each pair in order, and nothing without pairs", () => {
  const svg = pairsChart({ pairRatios: [1.1, 1.12, 1.09, 3], ratio: 1.1, threshold: 0.03 }) ?? "";
  assertStringIncludes(svg, "Ratios within 4 pairs of processes, in order: 1.100, 1.120");
  assert(paths(svg, "dots") === 1 && svg.includes('class="band"'));
  assertEquals(pairsChart({ pairRatios: [], ratio: 1, threshold: 0.03 }), undefined);
});
