/** A suite whose benchmarks do and do not make garbage. */
import type { Suite } from "../definition.ts";
import { suite } from "../suite.ts";

function allocate(objects: number): object {
  let last = {};
  for (let i = 0; i < objects; i++) last = { i, last: i };
  return last;
}

function add(numbers: number): number {
  let sum = 0;
  for (let i = 0; i < numbers; i++) sum = (sum + i) & 0xffff;
  return sum;
}

export const garbage: Suite = suite("garbage", { title: "Bodies with and without garbage" }, (bench) => {
  bench("much", { iterations: 2 }, () => allocate(3_000_000)); // 240 MB a sample: more than any young generation
  bench("little", { iterations: 2 }, () => allocate(100));
  bench("none", () => add(10_000));
});
