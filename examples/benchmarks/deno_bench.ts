/**
 * An existing file of `deno bench`, as it is: puffin-bench run examples/benchmarks/deno_bench.ts
 *
 * All options mean what they mean there, but that the warm-up goes on until the speed is steady, and that permissions grant nothing:
 * they only say which --allow-… the benchmark needs.
 */

const text = JSON.stringify({ list: Array.from({ length: 100 }, (_, i) => i) });

Deno.bench("JSON.parse", { group: "copy", baseline: true }, () => {
  JSON.parse(text);
});

Deno.bench("structuredClone", { group: "copy" }, () => {
  structuredClone({ list: [1, 2, 3] });
});

// Only what lies between start and end is timed, however short it is.
Deno.bench("sort", (b) => {
  const list = Array.from({ length: 1000 }, (_, i) => (i * 7919) % 1000);
  b.start();
  list.sort((x, y) => x - y);
  b.end();
});

Deno.bench({ name: "a timer", n: 3, warmup: 1, fn: () => new Promise((resolve) => setTimeout(resolve, 1)) });
Deno.bench({ name: "not today", ignore: true, fn: () => {} });
