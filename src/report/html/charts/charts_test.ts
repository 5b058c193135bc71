import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sampleBenchmark } from "../../testdata/sample_document.ts";
import { distributionChart } from "./distribution_chart.ts";
import { samplesChart } from "./samples_chart.ts";
import { samplesOf, valueScale } from "./samples_of.ts";

const benchmark = sampleBenchmark({ name: "a", nominalNs: 1000 });
const samples = samplesOf(benchmark);
const scale = valueScale(samples.map(({ valueNs }) => valueNs));

/** The parts, each from its own start, of the path of that class. */
function paths(svg: string, className: string): string[] {
  const group = svg.match(
    new RegExp(
      `<g class="${className}">(.*?)</g>|<path class="${className}"[^>]*>|<path [^>]*class="${className}"[^>]*>`,
    ),
  );
  return [...(group?.[0] ?? "").matchAll(/ d="([^"]*)"/g)].flatMap(([, path = ""]) => path.split(/(?=M)/));
}

/** How many corners a path has: each is a sample. */
function corners(path: string): number {
  return [...path.matchAll(/([Mlhv])([^Mlhv]*)/g)].reduce((total, [, command = "", rest = ""]) => {
    const numbers = rest.match(/-?\d+/g)?.length ?? 0;
    return total + (command === "h" || command === "v" ? numbers : numbers / 2);
  }, 0);
}

Deno.test("distributionChart has one strip for each fork, with a tick for every sample that can be told apart", () => {
  const spread = samples.map((sample) => ({ ...sample, valueNs: 1000 + 10 * sample.order }));
  const scale = valueScale(spread.map(({ valueNs }) => valueNs));
  assertEquals(paths(distributionChart(benchmark, spread, scale), "strip").map(corners), [12, 12, 12]);
  const equal = samples.map((sample) => ({ ...sample, valueNs: 1000 + sample.order % 2 }));
  assertEquals(paths(distributionChart(benchmark, equal, scale), "strip").map((path) => corners(path) <= 2), [
    true,
    true,
    true,
  ]);
});

Deno.test("samplesChart draws every sample in its fork, and what was left out by its cause", () => {
  const marked = samples.map((sample) => sample.order === 13 ? { ...sample, cause: "steal" as const } : sample);
  const svg = samplesChart(marked, scale, 4);
  assertEquals(paths(svg, "dots").map(corners), [12, 11, 12]);
  assertEquals(paths(svg, "out steal").map(corners), [1]);
  assertStringIncludes(svg, 'data-index="4"');
  assertStringIncludes(svg, "36 samples in the order measured, 1 left out");
});

Deno.test("the charts of one benchmark of 8 forks and 24 rounds take less than 4 kB", () => {
  const many = Array.from({ length: 8 * 24 }, (_, order) => ({
    order,
    fork: Math.floor(order / 24),
    valueNs: 1000 + 50 * Math.sin(order * 12.9898) ** 3,
    cause: null,
  }));
  const scale = valueScale(many.map(({ valueNs }) => valueNs));
  const size = distributionChart(benchmark, many, scale).length + samplesChart(many, scale, 0).length;
  assert(size < 4000, `${size}`);
});
