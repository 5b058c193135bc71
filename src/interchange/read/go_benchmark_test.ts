import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DocumentError } from "../../measure/document_error.ts";
import { fixture } from "../testdata/fixture.ts";
import { parseGoBenchmark } from "./go_benchmark.ts";

const PKG = "example.com/sorting";

function figures(text: string): Record<string, readonly number[]> {
  return Object.fromEntries(
    parseGoBenchmark(text, "x").benchmarks.map(({ id, processes }) => [id, processes.map(({ value }) => value)]),
  );
}

Deno.test("parseGoBenchmark() takes the lines of -count for samples of one process, and metrics for benchmarks of their own", async () => {
  const run = parseGoBenchmark(await fixture("go_1.19_count.txt"), "x");
  assertEquals(run.settings, { goos: "linux", goarch: "amd64", cpu: "AMD EPYC", gomaxprocs: "2" });
  const sort = run.benchmarks.filter(({ id }) => id.endsWith("/n=10/kind=random"));
  assertEquals(
    sort.map(({ name, unit, better, estimator, processes }) => [name, unit, better, estimator, processes]),
    [
      ["Sort", "ns", "lower", "median", [{ value: 538.05, samples: 2 }]],
      ["Sort [MB/s]", "MB/s", "higher", "median", [{ value: 148.69, samples: 2 }]],
      ["Sort [items/op]", "items/op", "lower", "median", [{ value: 10, samples: 2 }]],
      ["Sort [B/op]", "B/op", "lower", "median", [{ value: 104, samples: 2 }]],
      ["Sort [allocs/op]", "allocs/op", "lower", "median", [{ value: 2, samples: 2 }]],
    ],
  );
  assertEquals(sort[0]?.params, { n: 10, kind: "random" });
  assertEquals(run.benchmarks.at(-1)?.message, "a_test.go:12: boom");
  assertEquals(run.benchmarks.at(-1)?.status, "failed");
});

Deno.test("parseGoBenchmark() takes each of several outputs in one file for a process", async () => {
  const run = figures(await fixture("go_1.19_three_outputs.txt"));
  assertEquals(run[`${PKG}/Plain`], [8.014, 5.172, 4.981]);
  assertEquals(run[`${PKG}/Sort/n=10/kind=random`]?.length, 3);
});

Deno.test("parseGoBenchmark() takes a key that comes again for the next process, where no ok stands between", () => {
  const block = "goos: linux\npkg: p\nBenchmarkA 1 5 ns/op\nBenchmarkA 1 7 ns/op\n";
  assertEquals(figures(block + block), { "p/A": [6, 6] });
});

Deno.test("parseGoBenchmark() takes ok or PASS for the end of a process, where no key stands between", () => {
  assertEquals(figures("BenchmarkA 1 5 ns/op\nPASS\nok  \tp\t1s\nBenchmarkA 1 7 ns/op\n"), { "go/A": [5, 7] });
});

Deno.test("parseGoBenchmark() takes the processors of -cpu for a parameter, and a common number for a setting", async () => {
  const run = parseGoBenchmark(await fixture("go_1.19_cpu.txt"), "x");
  assertEquals(run.benchmarks.filter(({ name }) => name === "Plain").map(({ id }) => id), [
    `${PKG}/Plain/gomaxprocs=1`,
    `${PKG}/Plain/gomaxprocs=2`,
  ]);
  assertEquals(run.settings["gomaxprocs"], undefined);
  assertEquals(Object.keys(figures("BenchmarkA/size-10 1 1 ns/op\nBenchmarkB 1 1 ns/op\n")), ["go/A/size-10", "go/B"]);
});

Deno.test("parseGoBenchmark() passes over what go test -v writes between", async () => {
  const run = parseGoBenchmark(await fixture("go_1.19_verbose.txt"), "x");
  assertEquals(run.benchmarks.map(({ name, status }) => `${name} ${status}`), [
    "Plain ok",
    "Spaced/two_words ok",
    "Fails failed",
  ]);
});

Deno.test("parseGoBenchmark() heeds Unit lines, and takes times in any unit to nanoseconds", () => {
  const run = parseGoBenchmark(
    "Unit hits better=higher\nUnit B/s better=lower\nBenchmarkA-2 10 2 ms/op 3 p99-µs/op 4 hits 5 B/s\n",
    "x",
  );
  assertEquals(run.benchmarks.map(({ name, unit, better, processes }) => [name, unit, better, processes[0]?.value]), [
    ["A", "ns", "lower", 2e6],
    ["A [p99-µs/op]", "ns", "lower", 3e3],
    ["A [hits]", "hits", "higher", 4],
    ["A [B/s]", "B/s", "lower", 5],
  ]);
});

Deno.test("parseGoBenchmark() leaves out a metric that is ever 0: it has no ratio", () => {
  assertEquals(figures("pkg: p\nBenchmarkA 1 5 ns/op 0 B/op\nok\npkg: p\nBenchmarkA 1 5 ns/op 8 B/op\n"), {
    "p/A": [5, 5],
  });
});

Deno.test("parseGoBenchmark() tells of sub-benchmarks that failed, not of their parents, and of one that failed once that it did", () => {
  const text =
    "pkg: p\nBenchmarkA/x-2 1 5 ns/op\n--- FAIL: BenchmarkA\n    --- FAIL: BenchmarkA/x-2\n        a_test.go:1: boom\nFAIL\n";
  assertEquals(parseGoBenchmark(text, "x").benchmarks.map(({ id, status, message }) => [id, status, message]), [
    ["p/A/x", "failed", "a_test.go:1: boom"],
  ]);
});

Deno.test("parseGoBenchmark() reads commit and date, and configuration of Windows' line ends", () => {
  const run = parseGoBenchmark(
    "\ufeffcommit: 7cd9055\r\ndate: 2016-02-11T13:25:45-0500\r\nBenchmarkA 1 5 ns/op\r\n",
    "x",
  );
  assertEquals([run.commit, run.startedAt, run.benchmarks.length], ["7cd9055", "2016-02-11T18:25:45.000Z", 1]);
});

Deno.test("parseGoBenchmark() takes `__proto__` for no parameter", () => {
  const [benchmark] = parseGoBenchmark("BenchmarkA/__proto__=1/constructor=2 1 5 ns/op\n", "x").benchmarks;
  assertEquals(benchmark?.id, "go/A/__proto__=1/constructor=2");
  assertEquals(Object.entries(benchmark?.params ?? {}), [["constructor", 2]]);
});

const BROKEN: readonly [string, string][] = [
  ["BenchmarkA-2 100", 'line 1: "BenchmarkA-2 100": expected measurements after the iterations'],
  ["BenchmarkA 100 5", "line 1: "],
  ["\nBenchmarkA 100 5 ns/op 7", "line 2: "],
  ["BenchmarkA 1.5 5 ns/op", "expected the number of iterations"],
  ["BenchmarkA 0 5 ns/op", "expected the number of iterations"],
  ["BenchmarkA 1 five ns/op", "expected a number as measurement 1"],
  ["BenchmarkA 1 NaN ns/op", 'ns/op of "BenchmarkA" is NaN: expected a time above 0'],
  ["BenchmarkA 1 -3 ns/op", 'ns/op of "BenchmarkA" is -3: '],
  ["BenchmarkA 1 0 ns/op", 'ns/op of "BenchmarkA" is 0: '],
  ["BenchmarkA 1 +Inf ns/op", 'ns/op of "BenchmarkA" is Infinity: '],
  ["cpu: a\nBenchmarkA 1 5 ns/op\ncpu: b\nBenchmarkA 1 5 ns/op", 'line 3: cpu is "b", before it was "a"'],
];

for (const [text, expected] of BROKEN) {
  Deno.test(`parseGoBenchmark() names file and line: ${JSON.stringify(text)}`, () => {
    const { message } = assertThrows(() => parseGoBenchmark(text, "old.txt"), DocumentError);
    assertStringIncludes(message, 'Cannot read "old.txt": line ');
    assertStringIncludes(message, expected);
    assertEquals(message.includes("\n"), false, "one line");
  });
}
