import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { sampleBenchmark } from "../../testdata/sample_document.ts";
import { distributionChart } from "./distribution_chart.ts";
import { forkCourses } from "./fork_course.ts";
import { SAMPLES_SPAN, samplesChart } from "./samples_chart.ts";
import { type DrawnSample, MAX_DRAWN_A_FORK, samplesOf, valueScale } from "./samples_of.ts";

const benchmark = sampleBenchmark({ name: "a", nominalNs: 1000 });
const samples = samplesOf(benchmark);
const scale = valueScale(samples.map(({ valueNs }) => valueNs));

function chartOf(samples: readonly DrawnSample[], drawnAFork = MAX_DRAWN_A_FORK): string {
  const scale = valueScale(samples.map(({ valueNs }) => valueNs));
  return samplesChart({ samples, courses: forkCourses(samples), scale, index: 4, drawnAFork });
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

Deno.test("distributionChart shows the density, and the samples of the other chart turned", () => {
  const svg = distributionChart({ samples, medianNs: 1000, scale, index: 4 });
  assertStringIncludes(svg, '<use class="strips" href="#d4"/>');
  assertStringIncludes(chartOf(samples), '<g id="d4"><path class="forks" d="M147 6h94"/><path class="dots" ');
  assertEquals(paths(svg, "density").length, 1);
  // The style sheet turns them: the least value of the first sample stands at the left above, the largest of the last to the right.
  const css = Deno.readTextFileSync(new URL("../../../../templates/style/chart.css", import.meta.url));
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = (css.match(/\.strips .*matrix\((.*)\)/)?.[1] ?? "").split(",").map(
    Number,
  );
  const turned = (x: number, y: number) => [a * x + c * y + e, b * x + d * y + f].map(Math.round);
  assertEquals([turned(SAMPLES_SPAN.left, 134), turned(SAMPLES_SPAN.right, 6)], [[16, 62], [324, 118]]);
});

Deno.test("distributionChart leaves out the points of the density amid others as high", () => {
  const two = samples.map((sample) => ({ ...sample, valueNs: sample.order === 0 ? 2000 : 1000 + sample.order % 2 }));
  const scale = { low: 1000, high: 2000, beyond: 0 };
  const [density = ""] = paths(distributionChart({ samples: two, medianNs: 1000, scale, index: 4 }), "density");
  assert(corners(density) < 12, density);
});

Deno.test("samplesChart draws every sample in its fork, and what was left out by its cause", () => {
  const marked = samples.map((sample) => sample.order === 13 ? { ...sample, cause: "steal" as const } : sample);
  const svg = samplesChart({ samples: marked, courses: [], scale, index: 4, drawnAFork: 100 });
  assertEquals(paths(svg, "dots").map(corners), [12, 11, 12]);
  assertEquals(paths(svg, "out steal").map(corners), [1]);
  assertStringIncludes(svg, 'data-index="4"');
  assertStringIncludes(svg, "36 samples in the order measured, 1 left out");
});

Deno.test("samplesChart draws a part of each fork where not all are asked for, and says between which values to draw the others", () => {
  const svg = chartOf(twoForks((place) => 1000 + place), 6);
  assertEquals(paths(svg, "dots").map(corners), [6, 6]);
  assertStringIncludes(svg, 'data-scale="1000 1023"');
  assertStringIncludes(svg, "48 samples in the order measured");
  assert(!chartOf(twoForks((place) => 1000 + place)).includes("data-scale"), "nothing is missing");
});

Deno.test("the charts of one benchmark of 8 forks and 24 rounds take less than 3 kB", () => {
  const many = Array.from({ length: 8 * 24 }, (_, order) => ({
    order,
    fork: Math.floor(order / 24),
    valueNs: 1000 + 50 * Math.sin(order * 12.9898) ** 3,
    cause: null,
    hasCollected: order % 3 === 0,
  }));
  const scale = valueScale(many.map(({ valueNs }) => valueNs));
  const size = distributionChart({ samples: many, medianNs: 1000, scale, index: 4 }).length + chartOf(many).length;
  assert(size < 3000, `${size}`);
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

Deno.test("samplesChart draws a rule and a label at a lasting change of level, beneath the plot", () => {
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
