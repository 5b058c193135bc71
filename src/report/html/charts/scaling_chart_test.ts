import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { scalingChart } from "./scaling_chart.ts";

const linear = {
  suite: "s",
  name: "n",
  parameter: "states",
  params: {},
  exponent: 1,
  rSquared: 1,
  points: [10, 100, 1000].map((value) => ({ value, p25: 50 * value })),
};

/** The corners of the path of that class. */
function line(svg: string, className: string): number[] {
  const element = svg.match(new RegExp(`<path [^>]*class="${className}"[^>]*>`))?.[0];
  const path = element?.match(/ d="M(\d+) (\d+)l(\d+)(-\d+)"/);
  return (path ?? []).slice(1).map(Number);
}

Deno.test("scalingChart draws the fit of proportional growth along the line of proportional growth", () => {
  const svg = scalingChart(linear) ?? "";
  assertEquals(line(svg, "fit").length, 4, svg);
  assertEquals(line(svg, "fit"), line(svg, "proportional"));
  assertEquals(svg.match(/<title>/g)?.length, 3);
  assertStringIncludes(svg, "fitted exponent 1.00");
});

Deno.test("scalingChart is silent where a logarithmic scale has no place", () => {
  assertEquals(scalingChart({ ...linear, points: [{ value: 0, p25: 5 }, { value: 3, p25: 5 }] }), undefined);
  assert(scalingChart({ ...linear, exponent: 0, points: linear.points.map((point) => ({ ...point, p25: 7 })) }));
});
