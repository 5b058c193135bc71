import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import type { DefineBenchmark } from "./definition.ts";
import { bench } from "./authoring/bench.ts";
import { defineSuite, suite } from "./suite.ts";

function messageOf(define: (bench: DefineBenchmark) => void, name = "numbers"): string {
  return assertThrows(() => suite(name, { title: "Numbers" }, define), TypeError).message;
}

Deno.test("suite() without options has its name as its title, and needs a function", () => {
  assertEquals(suite("numbers", (bench) => bench("one", () => 1)).title, "numbers");
  const wrong: unknown = { title: "Numbers" };
  assertThrows(() => Reflect.apply(suite, undefined, ["numbers", wrong]), TypeError, "expected a function");
});

Deno.test("suite() keeps the benchmarks in the order of definition, with and without options", () => {
  const fn = () => 1;
  const defined = suite("numbers", { title: "Numbers" }, (bench) => {
    bench("one", fn);
    bench("two", { group: "g", baseline: true, params: { n: [1, 2] }, iterations: 5 }, fn);
  });
  assertEquals(defined.benchmarks, [
    { name: "one", options: {}, fn },
    { name: "two", options: { group: "g", baseline: true, params: { n: [1, 2] }, iterations: 5 }, fn },
  ]);
});

Deno.test("the bench() that a file imports belongs to the suite in whose function it is called", () => {
  const fn = () => 1;
  const outer = suite("outer", (outerBench) => {
    bench("one", fn);
    const inner = suite("inner", () => bench("two", { iterations: 5 }, fn));
    assertEquals(inner.benchmarks, [{ name: "two", options: { iterations: 5 }, fn }]);
    assertThrows(() =>
      suite("broken", () => {
        throw new Error("no");
      })
    );
    bench("three", fn);
    outerBench("four", fn);
  });
  assertEquals(outer.benchmarks.map(({ name }) => name), ["one", "three", "four"]);
});

Deno.test("suite() accepts any text as a benchmark's name", () => {
  const names = ["<script>alert(1)</script>", "a\nb", "\u{1F427}", "x".repeat(10_000), " ", "a/b=c"];
  const defined = suite("numbers", { title: "Numbers" }, (bench) => names.forEach((name) => bench(name, () => 1)));
  assertEquals(defined.benchmarks.map(({ name }) => name), names);
});

Deno.test("suite() rejects what cannot be measured, and says why in one line", () => {
  const fn = () => 1;
  const cases: [string, (bench: DefineBenchmark) => void][] = [
    ['its name is ""; give it a text', (bench) => bench("", fn)],
    ['two benchmarks have the id "numbers/a"', (bench) => [bench("a", fn), bench("a", fn)]],
    [
      'two benchmarks have the id "numbers/a/n=1"',
      (bench) => [bench("a/n=1", fn), bench("a", { params: { n: [1] } }, fn)],
    ],
    ['two benchmarks have the id "numbers/a/n=1"', (bench) => bench("a", { params: { n: [1, "1"] } }, fn)],
    ['option "params.n": a parameter needs a value', (bench) => bench("a", { params: { n: [] } }, fn)],
    ['option "params.n.0"', (bench) => bench("a", { params: { n: [NaN] } }, fn)],
    ['option "iterations"', (bench) => bench("a", { iterations: 0 }, fn)],
    ['option "timeoutMs"', (bench) => bench("a", { timeoutMs: -1 }, fn)],
    ['option "setup": expected a function, got number', (bench) => bench("a", untyped({ setup: 3 }), fn)],
    ['its options: there is no "iteration"; expected group', (bench) => bench("a", untyped({ iteration: 5 }), fn)],
    ["its options: expected an object, got an array", (bench) => bench("a", untyped([]), fn)],
    ['option "params": a name must not be empty', (bench) => bench("a", { params: { "": [1] } }, fn)],
    ['option "params.n": expected an array, got 1', (bench) => bench("a", untyped({ params: { n: 1 } }), fn)],
    ['option "expected.maxDurationMs": expected a finite number above 0, got undefined', (bench) => {
      bench("a", untyped({ expected: { operation: "add", minOpsPerSecond: 1 } }), fn);
    }],
    ["a baseline without a group", (bench) => bench("a", { baseline: true }, fn)],
    ['group "g" has two baselines, "a" and "b"', (bench) => {
      bench("a", { group: "g", baseline: true }, fn);
      bench("b", { group: "g", baseline: true }, fn);
    }],
    ["it has no benchmarks", () => {}],
  ];
  for (const [expected, define] of cases) {
    const message = messageOf(define);
    assertStringIncludes(message, expected);
    assertEquals(message.includes("\n"), false, message);
  }
});

/** What a file in JavaScript may pass. */
function untyped(options: unknown): Record<never, never> {
  return Object(options);
}

Deno.test("suite() cuts a very long name in its messages", () => {
  const long = "y".repeat(10_000);
  const message = messageOf((bench) => [bench(long, () => 1), bench(long, () => 1)]);
  assertEquals(message.length < 400, true, message);
});

Deno.test("suite() rejects a name that a command line could not call", () => {
  for (const name of ["", "Core", "core agent", "core_agent", "-core"]) {
    assertStringIncludes(messageOf((bench) => bench("a", () => 1), name), "lower-case words joined by hyphens");
  }
});

Deno.test("defineSuite() keeps its benchmarks from deno bench, to which suite() gives them", () => {
  const registered: string[] = [];
  const original = Object.getOwnPropertyDescriptor(Deno, "bench");
  assert(original !== undefined);
  Object.defineProperty(Deno, "bench", { ...original, value: ({ name }: { name: string }) => registered.push(name) });
  try {
    defineSuite("own", { title: "Own" }, (bench) => bench("hidden", () => {}));
    suite("mine", { title: "Mine" }, (bench) => bench("shown", () => {}));
  } finally {
    Object.defineProperty(Deno, "bench", original);
  }
  assertEquals(registered, ["shown"]);
});
