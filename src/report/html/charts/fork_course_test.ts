import { assert, assertEquals } from "@std/assert";
import { createRandom } from "../../../measure/random.ts";
import { changeOfLevel, forkCourses } from "./fork_course.ts";
import type { DrawnSample } from "./samples_of.ts";

const samplesOf = (...forks: readonly (readonly number[])[]): DrawnSample[] =>
  forks.flatMap((values, fork) => values.map((valueNs) => ({ fork, valueNs })))
    .map((sample, order) => ({ ...sample, order, cause: null, hasCollected: null }));

const series = (valueNs: (place: number) => number) => Array.from({ length: 24 }, (_, place) => valueNs(place));

Deno.test("forkCourses finds a change of level by the place of its first sample, whatever was left out before it", () => {
  const values = series((place) => (place < 9 ? 100 : 124) + place % 2);
  const [first, second] = forkCourses(samplesOf(series((place) => 100 + place % 2), values));
  assertEquals([first?.shift, second?.shift], [null, { order: 24 + 9, ratio: 1.24 }]);
  const disturbed = samplesOf(values).map((sample) =>
    sample.order < 2 ? { ...sample, cause: "steal" as const } : sample
  );
  assertEquals(forkCourses(disturbed)[0]?.shift?.order, 9);
});

Deno.test("forkCourses follows a slow drift by a running median, each of a third of the fork's samples", () => {
  const [course] = forkCourses(samplesOf(series((place) => 100 + 0.5 * place + place % 2)));
  assertEquals(course?.shift, null);
  assertEquals(course?.window, 9);
  assertEquals([course?.trend[0]?.order, course?.trend.at(-1)?.order], [4, 19]);
  assert(course !== undefined && course.trend.length <= 12);
  assertEquals(course.trend, course.trend.toSorted((a, b) => a.valueNs - b.valueNs));
});

Deno.test("forkCourses has no trend for less than 5 %, for few samples, for noise and for what is 0", () => {
  const random = createRandom(5);
  const trendOf = (values: readonly number[]) => forkCourses(samplesOf(values))[0]?.trend;
  assertEquals(trendOf(series((place) => 100 + place / 4)), []);
  assertEquals(trendOf([100, 120, 140, 160]), []);
  assertEquals(trendOf(series(() => 0)), []);
  const noisy = Array.from({ length: 400 }, () => trendOf(series(() => 100 * (1 + 0.3 * random.nextFloat()))));
  assert(noisy.filter((trend) => trend?.length !== 0).length <= 10, "1 % is expected of noise");
});

Deno.test("forkCourses leaves out forks of which nothing counts", () => {
  const samples = samplesOf(series(() => 100), series(() => 100));
  const disturbed = samples.map((sample) => sample.fork === 0 ? { ...sample, cause: "suspend" as const } : sample);
  assertEquals(forkCourses(disturbed).map(({ fork }) => fork), [1]);
});

Deno.test("changeOfLevel says whole percents, and factors where they are easier to grasp", () => {
  const told = [1.252, 0.704, 1.1, 4.06, 0.0123].map(changeOfLevel);
  assertEquals(told, ["+25 %", "−30 %", "+10 %", "4.06×", "0.0123×"]);
});
