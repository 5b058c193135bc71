/** Suites, with all that a benchmark can say of itself: puffin-bench run examples/benchmarks/suite_bench.ts */

import { bench, suite } from "puffin-bench";

suite("text", { title: "Splitting and joining" }, (bench) => {
  bench("split", {
    params: { words: [10, 1000] }, // a benchmark for each value; reports fit how the time grows
    setup: ({ words }) => ({ line: Array(words).fill("word").join(" "), found: 0 }), // not timed
    teardown: (state) => {
      if (state.found === 0) throw new Error("nothing was split");
    },
    throughput: ({ words }) => ({ elements: words }),
  }, (state, { words }) => {
    state.found = state.line.split(" ").length;
    return state.found === words; // false means that the operation failed
  });

  bench(
    "join",
    { group: "concatenate", baseline: true, iterations: 1000 },
    () => ["a", "b", "c"].join("").length === 3,
  );
  bench("plus", { group: "concatenate", iterations: 1000 }, () => "a" + String(Math.sqrt(4)) + "c");

  bench("awaited", { timeoutMs: 5000 }, async () => {
    await Promise.resolve();
  });
});

// A benchmark that is in no suite belongs to that of the file.
bench("on its own", () => new Date(0).toISOString());
