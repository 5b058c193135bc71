import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Suite } from "../definition.ts";
import { collectSuites, loadModuleSuites } from "./module_suites.ts";
import { SelfTiming } from "./self_timing.ts";

/** Loads a file with that text. */
async function load(text: string): Promise<readonly Suite[]> {
  const folder = await Deno.makeTempDir({ prefix: "puffin-modules-" });
  try {
    const path = join(folder, "bench.js");
    await Deno.writeTextFile(path, text);
    return await loadModuleSuites({ path, suite: "file" });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("loadModuleSuites() reads every way to call Deno.bench", async () => {
  const [suite, ...others] = await load(`
    Deno.bench("name and function", () => 1);
    Deno.bench(function named() { return 2; });
    Deno.bench({ name: "in options", group: "g", baseline: true, n: 50, fn: () => 3 });
    Deno.bench({ group: "g", name: "options first" }, () => 4);
    Deno.bench("name, options, function", { group: "g" }, () => 5);
    Deno.bench("options without a name", { fn: () => 6 });
    Deno.bench({ name: "ignored", ignore: true, fn: () => 7 });
    Deno.bench.ignore("ignored as well", () => 8);
    Deno.bench("name and function", () => 9);`);
  assertEquals(others, []);
  const benchmarks = suite?.benchmarks ?? [];
  assertEquals(benchmarks.map(({ name, fn }) => [name, fn(undefined, {})]), [
    ["name and function", 1],
    ["named", 2],
    ["in options", 3],
    ["options first", 4],
    ["name, options, function", 5],
    ["options without a name", 6],
    ["name and function #2", 9],
  ]);
  const { setup, ...options } = benchmarks[2]?.options ?? {};
  assertEquals(options, { group: "g", baseline: true });
  assertEquals(benchmarks.map(({ leastIterations }) => leastIterations), [undefined, undefined, 50, ...Array(4)]);
  assert(setup?.({}) instanceof SelfTiming);
  assertEquals(suite?.name, "file");
});

Deno.test("collectSuites() measures only what is marked so, if anything is, and counts the others", async () => {
  const collect = async (text: string) => {
    const url = `data:application/javascript,${encodeURIComponent(text)}`;
    const { suites, leftOut } = await collectSuites({ path: "/x.js", url, suite: "file" });
    return [leftOut, suites.flatMap(({ benchmarks }) => benchmarks.map(({ name }) => name))];
  };
  const plain = `
    Deno.bench("a", () => 1);
    Deno.bench({ name: "c", ignore: true, fn: () => 3 });`;
  assertEquals(await collect(plain), [0, ["a"]]);
  assertEquals(await collect(`${plain} Deno.bench({ name: "b", only: true, fn: () => 2 });`), [1, ["b"]]);
  assertEquals(await collect(`${plain} Deno.bench.only("b", () => 2);`), [1, ["b"]]);
});

Deno.test("loadModuleSuites() prefers suites that are exported to what they register", async () => {
  const suite = `{ name: "mine", title: "t", benchmarks: [{ name: "x", options: {}, fn: () => 1 }] }`;
  const registering = `Deno.bench("x", () => 1); export default ${suite};`;
  assertEquals((await load(registering)).map(({ name }) => name), ["mine"]);
  assertEquals((await load(`export default [${suite}, ${suite}];`)).length, 2);
});

Deno.test("loadModuleSuites() hands a context to each, and runs as many iterations first as are asked for", async () => {
  const [suite] = await load(`
    let calls = 0;
    Deno.bench({ name: "named", warmup: 3, fn: (b) => [b.name, String(b), /^file:.*bench\\.js$/.test(b.origin), ++calls] });`);
  const { fn, options, isLenient } = suite?.benchmarks[0] ?? {};
  const state = options?.setup?.({});
  for (let round = 0; round < 2; round++) await options?.beforeRound?.(state, {});
  assertEquals(fn?.(state, {}), ["named", "[object BenchContext]", true, 4]);
  assertEquals(isLenient, true);
});

Deno.test("loadModuleSuites() makes one group of those without, if one of them is a baseline; the first of two is", async () => {
  const [suite] = await load(`
    Deno.bench({ name: "a", baseline: true, fn: () => 1 });
    Deno.bench({ name: "b", baseline: true, fn: () => 2 });
    Deno.bench({ name: "c", group: "g", fn: () => 3 });`);
  assertEquals(suite?.benchmarks.map(({ options: { group, baseline } }) => [group, baseline]), [
    ["file", true],
    ["file", false],
    ["g", false],
  ]);
});

Deno.test("loadModuleSuites() collects suites, benchmarks and methods that are handed to a runner", async () => {
  const authoring = import.meta.resolve("../authoring/mod.ts");
  const suites = await load(`
    import { bench, BenchmarkRunner, suite } from ${JSON.stringify(authoring)};
    suite("strings", (bench) => bench("trim", () => " a ".trim()));
    bench("sum", { params: { n: [1, 2] } }, (_, { n }) => n + n);
    class Mine { list = [1]; first() { return this.list[0] === 1; } free() { return true; } }
    const mine = new Mine();
    const runner = new BenchmarkRunner(mine);
    runner.runBenchmark("First", mine.first, { iterations: 1000 });
    new BenchmarkRunner().runBenchmark("Free", mine.free);
    Deno.bench("third way", () => 1);`);
  assertEquals(suites.map(({ name, benchmarks }) => [name, ...benchmarks.map(({ name }) => name)]), [
    ["strings", "trim"],
    ["file", "sum", "First", "Free", "third way"],
  ]);
  const first = suites[1]?.benchmarks[1];
  assertEquals([first?.fn(undefined, {}), first?.options.iterations], [true, 1000]);
  assertStringIncludes(String(first?.fn), "this.list");
  await assertRejects(
    () =>
      load(`
        import { BenchmarkRunner } from ${JSON.stringify(authoring)};
        class Mine { list = [1]; first() { return this.list[0] === 1; } }
        new BenchmarkRunner().runBenchmark("First", new Mine().first);`),
    TypeError,
    "new BenchmarkRunner(benchmarks)",
  );
});

Deno.test("loadModuleSuites() keeps the text of what is measured, so that its hash follows a change", async () => {
  const [one, two] = [await load(`Deno.bench("x", (b) => 1);`), await load(`Deno.bench("x", (b) => 2);`)];
  assert(String(one[0]?.benchmarks[0]?.fn) !== String(two[0]?.benchmarks[0]?.fn));
  assertEquals(String(one[0]?.benchmarks[0]?.fn), "(b) => 1");
});

Deno.test("loadModuleSuites() puts Deno.bench back, and says what is wrong with a file", async () => {
  const before = Deno.bench;
  const error = await assertRejects(() => load("export default 1;"), TypeError, "it has no benchmarks");
  assertStringIncludes(error.message, "bench.js");
  await assertRejects(() => load("throw new RangeError('no room');"), RangeError, "no room");
  await assertRejects(() => load("Deno.bench({});"), TypeError, "it has no function");
  await assertRejects(() => load("Deno.bench(() => 1);"), TypeError, "it has no name");
  assert(Deno.bench === before);
});
