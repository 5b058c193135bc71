/** A suite in which everything is well. */
import type { Suite } from "../definition.ts";
import { suite } from "../suite.ts";

function busy(units: number): number {
  let x = 1;
  for (let i = 0; i < units; i++) x = (x * 1103515245 + 12345) & 0x7fffffff;
  return x;
}

export const basic: Suite = suite("basic", { title: "Bodies of known cost" }, (bench) => {
  bench("empty", () => {});
  bench("empty async", async () => {});
  bench("add object", { group: "objects", baseline: true }, () => ({ a: 1, b: [2] }));
  bench("two objects", { group: "objects" }, () => [{ a: 1, b: [2] }, { a: 1, b: [2] }]);
  bench("busy", { params: { n: [100, 1000, 10_000] } }, (_, { n }) => busy(n));
  bench("timer promise", () => new Promise((resolve) => setTimeout(resolve, 1)));
  bench("await chain", async () => {
    await Promise.resolve(1);
    return await Promise.resolve(2);
  });
  bench(
    "array",
    { setup: () => ({ list: [] as number[] }), beforeIteration: (state) => state.list = [3, 1, 2] },
    (state) => state.list.sort(),
  );
  // Fails if a round ever has another number of iterations.
  bench("counted", {
    iterations: 50,
    setup: () => ({ left: 0 }),
    beforeRound: (state) => {
      state.left = 50;
    },
  }, (state) => state.left-- > 0);
});
