import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sampleBenchmark } from "../../testdata/sample_document.ts";
import { distributionChart } from "./distribution_chart.ts";
import { forkCourses } from "./fork_course.ts";
import { samplesChart } from "./samples_chart.ts";
import { type DrawnSample, samplesOf, valueScale } from "./samples_of.ts";

const benchmark = sampleBenchmark({ name: "a", nominalNs: 1000 });
const samples = samplesOf(benchmark);
const scale = valueScale(samples.map(({ valueNs }) => valueNs));

function chartOf(samples: readonly DrawnSample[]): string {
  const scale = valueScale(samples.map(({ valueNs }) => valueNs));
  return samplesChart({ samples, courses: forkCourses(samples), scale, index: 4 });
}

/** Samples of two forks of 24 samples, whose values are made from their places within the fork. */
function twoForks(valueNs: (place: number, fork: number) => number): DrawnSample[] {
  return Array.from({ length: 48 }, (_, order) => {
    const fork = Math.floor(order / 24);
    return { order, fork, valueNs: valueNs(order % 24, fork), cause: null, hasCollected: false };
  });
}

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
  const svg = samplesChart({ samples: marked, courses: [], scale, index: 4 });
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
    hasCollected: order % 3 === 0,
  }));
  const scale = valueScale(many.map(({ valueNs }) => valueNs));
  const size = distributionChart(benchmark, many, scale).length + chartOf(many).length;
  assert(size < 4000, `${size}`);
});

Deno.test("samplesChart marks the samples with garbage collected, unless they are most of them", () => {
  const collecting = (share: number) =>
    twoForks((place) => 1000 + place % 3).map((sample) => ({ ...sample, hasCollected: sample.order < share * 48 }));
  assertEquals(paths(chartOf(collecting(0)), "collected"), []);
  assertEquals(paths(chartOf(collecting(0.25)), "collected").map(corners), [12]);
  assertStringIncludes(chartOf(collecting(0.25)), '0 left out, 12 with garbage collected"');
  assertEquals(paths(chartOf(collecting(0.5)), "collected").map(corners), [24]);
  assertEquals(paths(chartOf(collecting(1)), "collected"), []);
  assertStringIncludes(chartOf(collecting(1)), "48 with garbage collected");
});

Deno.test("samplesChart draws a rule and a label at a lasting change of level, above the plot", () => {
  const flat = chartOf(twoForks((place) => 1000 + place % 3));
  assertEquals(paths(flat, "shift"), []);
  assertStringIncludes(flat, 'viewBox="0 0 340 140"');
  const stepped = chartOf(twoForks((place, fork) => (fork === 1 && place >= 12 ? 1500 : 1000) + place % 3));
  assertEquals(paths(stepped, "shift").length, 1);
  assertStringIncludes(stepped, ">+50 %<");
  assertStringIncludes(stepped, 'viewBox="0 0 340 153"');
  assertStringIncludes(stepped, "a change of level in 1 fork, drift in 1 fork");
  assertEquals(paths(stepped, "dots").map(corners), paths(flat, "dots").map(corners));
});

Deno.test("samplesChart draws a trend line for each fork that drifts, and none for one that does not", () => {
  const svg = chartOf(twoForks((place, fork) => 1000 + place % 3 + (fork === 0 ? 5 * place : 0)));
  assertEquals(paths(svg, "trend").length, 1);
  assertStringIncludes(svg, "0 left out, drift in 1 fork");
});
