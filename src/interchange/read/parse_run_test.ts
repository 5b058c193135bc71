import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { BenchmarkData } from "../../compare/run_data.ts";
import { DocumentError } from "../../measure/document_error.ts";
import { sampleDocument } from "../../report/testdata/sample_document.ts";
import { fixture, FIXTURES } from "../testdata/fixture.ts";
import { parseRun } from "./parse_run.ts";

/** A benchmark in one line: id, estimator, unit, figures; or why it has none. */
function brief({ id, status, message, estimator, unit, processes }: BenchmarkData): string {
  if (status !== "ok") return `${id}: ${status} ${message}`.trim();
  return `${id}: ${estimator} ${
    processes.map(({ value, samples }) => `${Number(value.toPrecision(6))}/${samples}`).join(" ")
  } ${unit}`;
}

async function read(name: (typeof FIXTURES)[number]) {
  return parseRun(await fixture(name), name);
}

Deno.test("parseRun() reads deno bench: the upper quartile, one process", async () => {
  const run = await read("deno_bench_2.7.11.json");
  assertEquals(run.tool, "deno bench 2.7.11");
  assertEquals(run.settings, { runtime: "Deno/2.7.11 x86_64-unknown-linux-gnu", cpu: "AMD EPYC" });
  assertEquals(run.benchmarks.map(brief), [
    "d_bench.ts/sum: p75 403.698/151 ns",
    "d_bench.ts/json/parse: p75 104.961/504 ns",
    "d_bench.ts/json/fails: failed boom",
  ]);
});

Deno.test("parseRun() reads mitata: the lower quartile, arguments as parameters, its own mark for what was removed", async () => {
  const run = await read("mitata_1.0.34.json");
  assertEquals([run.tool, run.startedAt], ["mitata", "2026-11-23T21:31:04.370Z"]);
  assertEquals(run.benchmarks.map(brief), [
    "mitata/plain: p25 89.9436/null ns",
    "sizes/sum $n/$m/n=100/m=x: p25 30.7024/null ns",
    "sizes/sum $n/$m/n=1000/m=x: p25 310.829/null ns",
    "mitata/nothing: optimized_out it takes hardly longer than mitata's empty function",
    "mitata/throws: failed boom",
    "mitata/async: p25 110.597/null ns",
  ]);
  assertEquals(run.benchmarks[1]?.params, { n: 100, m: "x" });
});

Deno.test("parseRun() holds a result of mitata against the empty function of its own kind", () => {
  const stats = (kind: string, avg: number, gc?: object) => ({
    kind,
    avg,
    p25: avg,
    ...(gc === undefined ? {} : { gc }),
  });
  const runs = [stats("fn", 15), stats("fn", 15, {}), stats("iter", 15), stats("iter", 50)].map((stats, i) => ({
    name: `${i}`,
    args: {},
    stats,
  }));
  const noop = { fn: { avg: 10 }, fn_gc: { avg: 20 }, iter: { avg: 30 } };
  const text = JSON.stringify({
    layout: [{ name: null }],
    benchmarks: runs.map((run) => ({ alias: run.name, group: 0, runs: [run] })),
    context: { noop },
  });
  assertEquals(parseRun(text, "x").benchmarks.map(({ status }) => status), [
    "ok",
    "optimized_out",
    "optimized_out",
    "ok",
  ]);
});

Deno.test("parseRun() reads what mitata prints of a program's second run, which has no name but 0", () => {
  const run = { name: "a", args: {}, stats: { kind: "fn", avg: 15, p25: 15 } };
  const text = JSON.stringify({ layout: [{ name: 0 }], benchmarks: [{ alias: "a", runs: [run] }], context: {} });
  assertEquals(parseRun(text, "x").benchmarks.map(({ id }) => id), ["mitata/a"]);
});

Deno.test("parseRun() reads hyperfine: every time is a process", async () => {
  const run = await read("hyperfine_1.15.0.json");
  assertEquals(run.benchmarks.map(brief), [
    "hyperfine/sleep 0.01/n=1: value 11529900/1 12291300/1 11811700/1 ns",
    "hyperfine/sleep 0.02/n=2: value 21660000/1 21901400/1 21641400/1 ns",
  ]);
});

Deno.test("parseRun() pools what hyperfine measured of one command, and takes the median where no times are", () => {
  const results = [
    { command: "a", times: [0.5, 0.25] },
    { command: "b", median: 2, stddev: null },
    { command: "a", times: [1] },
  ];
  assertEquals(parseRun(JSON.stringify({ results }), "x").benchmarks.map(brief), [
    "hyperfine/a: value 500000000/1 250000000/1 1000000000/1 ns",
    "hyperfine/b: median 2000000000/null ns",
  ]);
});

Deno.test("parseRun() reads Google Benchmark: a mean, or the median of the repetitions; every unit in nanoseconds", async () => {
  const run = await read("google_benchmark_1.7.1.json");
  assertEquals(run.startedAt, "2026-11-23T21:13:29.000Z");
  assertEquals(run.settings, { host_name: "host", num_cpus: "2", library_build_type: "debug" });
  assertEquals(run.benchmarks.map(brief), [
    "gb/BM_Fill/8: mean 15.1031/1 ns",
    "gb/BM_Fill/64: mean 15.4557/1 ns",
    "gb/named/n=8: mean 15.3167/1 ns", // microseconds in the file
    "gb/BM_T<std::vector<int>>/repeats=3: median 0.551158/3 ns",
    "gb/BM_Err: failed no disk",
  ]);
  assertEquals((await read("google_benchmark_1.7.1_aggregates.json")).benchmarks.map(brief), [
    "gb/BM_Fill/8: median 21.279/3 ns",
    "gb/BM_Err: failed no disk",
  ]);
});

Deno.test("parseRun() reads pytest-benchmark: the lower quartile, the file as suite, parameters without their brackets", async () => {
  const run = await read("pytest_benchmark_3.2.2.json");
  assertEquals([run.tool, run.commit, run.settings["cpu"]], ["pytest-benchmark 3.2.2", null, "AMD EPYC"]);
  assertEquals(run.benchmarks.map(brief), [
    "test_x.py/test_sum/n=10: p25 146.2/20 ns",
    "test_x.py/test_sum/n=100: p25 440.6/20 ns",
    "test_x.py/TestK::test_m: p25 133.2/20 ns",
  ]);
});

Deno.test("parseRun() keeps pytest's own label where a parameter is written with its address in memory", async () => {
  const changed = (await fixture("pytest_benchmark_3.2.2.json")).replace(
    '"n": 100',
    '"n": "UNSERIALIZABLE[<X at 0x7f>]"',
  );
  assertEquals(parseRun(changed, "x").benchmarks[1]?.id, "test_x.py/test_sum[100]");
});

Deno.test("parseRun() reads a document of this program", () => {
  const document = sampleDocument();
  const run = parseRun(JSON.stringify(document), "ours.json");
  assertEquals(run.benchmarks.map(({ id }) => id), document.benchmarks.map(({ id }) => id));
  assertEquals(run.environment, document.environment);
});

Deno.test("parseRun() overlooks bare NaN where it needs no number, and names the field where it does", async () => {
  const text = await fixture("google_benchmark_1.7.1_aggregates.json");
  const odd = text.replace(/("aggregate_name": "cv"[^}]*"real_time": )[^,]+/, "$1NaN");
  assert(odd !== text);
  assertEquals(parseRun(odd, "x").benchmarks.length, 2);
  const broken = text.replace(/("aggregate_name": "median"[^}]*"real_time": )[^,]+/, "$1-Infinity");
  assertStringIncludes(
    assertThrows(() => parseRun(broken, "x"), DocumentError).message,
    'benchmarks[1].real_time is "-Infinity": expected a time above 0',
  );
});

/** Where a file is damaged, and what the message must hold. */
const DAMAGES: readonly [(typeof FIXTURES)[number], RegExp, string, string][] = [
  ["deno_bench_2.7.11.json", /("p75": )[^,]+/, "$1-1", "benches[0].results[0].ok.p75 is -1: expected a number above 0"],
  ["deno_bench_2.7.11.json", /("p75": )[^,]+/, "$10", "benches[0].results[0].ok.p75 is 0: "],
  ["deno_bench_2.7.11.json", /("p75": )[^,]+/, "$1NaN", 'benches[0].results[0].ok.p75 is "NaN": '],
  ["deno_bench_2.7.11.json", /("p75": )[^,]+/, "$11e999", "benches[0].results[0].ok.p75 is "],
  [
    "deno_bench_2.7.11.json",
    /"version": 1/,
    '"version": 2',
    'expected "version" of deno bench --json to be 1, found 2',
  ],
  ["deno_bench_2.7.11.json", /"ok"/, '"fine"', "benches[0].results[0] is "],
  ["deno_bench_2.7.11.json", /"group": null,\s+"name": "sum"/, '"group": "json", "name": "parse"', "occurs twice"],
  [
    "mitata_1.0.34.json",
    /("p25": )[^,]+/,
    "$1null",
    "benchmarks[0].runs[0].stats.p25 is null: expected a number above 0",
  ],
  ["mitata_1.0.34.json", /"stats"/, '"state"', 'benchmarks[0].runs[0] is {"state":'],
  ["hyperfine_1.15.0.json", /0\.0115299\d+/g, "0", "results[0].times[0] is 0: expected seconds above 0 (hyperfine -N"],
  ["hyperfine_1.15.0.json", /0\.0115299\d+/g, '"fast"', 'results[0].times[0] is "fast": '],
  ["hyperfine_1.15.0.json", /0\.0115299\d+/g, "1e300", "results[0].times[0] is 1e+300: "],
  ["google_benchmark_1.7.1.json", /("time_unit": )"us"/, '$1"fortnight"', 'benchmarks[2].time_unit is "fortnight": '],
  [
    "google_benchmark_1.7.1.json",
    /("real_time": )[^,]+/,
    "$1-3",
    "benchmarks[0].real_time is -3: expected a time above 0",
  ],
  ["pytest_benchmark_3.2.2.json", /("q1": )[^,]+/, "$1-1e-9", "benchmarks[0].stats.q1 is -1e-9: "],
  ["pytest_benchmark_3.2.2.json", /"test_x.py::test_sum\[10\]"/, "7", "benchmarks[0].fullname is 7: "],
];

for (const [name, where, damage, expected] of DAMAGES) {
  Deno.test(`parseRun() names file and field: ${name} with ${expected}`, async () => {
    const text = await fixture(name);
    const damaged = text.replace(where, damage);
    assert(damaged !== text, "the damage applies");
    const { message } = assertThrows(() => parseRun(damaged, "a/b.json"), DocumentError);
    assertStringIncludes(message, 'Cannot read "a/b.json": ');
    assertStringIncludes(message, expected);
    assertEquals(message.includes("\n"), false, "one line");
  });
}

Deno.test("parseRun() says of a file that is cut off that it is, wherever it is cut", async () => {
  for (const name of FIXTURES.filter((name) => name.endsWith(".json"))) {
    const text = (await fixture(name)).trimEnd();
    for (let end = 1; end < text.length; end += 97) {
      const error = assertThrows(() => parseRun(text.slice(0, end), name), DocumentError);
      assertEquals(error.code, "document_not_json", `${name} cut at ${end}`);
      assertStringIncludes(error.message, "it is not JSON");
    }
  }
});

Deno.test("parseRun() refuses what is none of the formats, in one line that names the file", () => {
  const cases: [string, string][] = [
    ["", "it is empty"],
    [" \n\ufeff", "it is empty"],
    ["hello", "neither JSON nor Go benchmark text"],
    ["PASS\nok  \tx\t0.1s\n", "neither JSON nor Go benchmark text"],
    ["{}", "of no known kind"],
    ["[]", "of no known kind"],
    ['{"results": 5}', "of no known kind"],
    ['{"results": []}', "of no known kind"],
    ['{"__proto__": {"format": "puffin-bench/result"}}', "of no known kind"],
    ['{"format": "puffin-bench/result"}', '"version" to be 2, found missing'],
    ['{"Time":"2026","Action":"output","Output":"x"}\n{"Time":"2026","Action":"pass"}\n', "without -json"],
    ["[".repeat(1_000_000), "perhaps cut off"],
    ['{"a":'.repeat(100_000) + "1" + "}".repeat(100_000), "of no known kind"],
    [
      '{"version": ' + "[".repeat(1_000_000) + "]".repeat(1_000_000) + ', "runtime": 1, "benches": []}',
      "found [[[[[…]]]]]",
    ],
  ];
  for (const [text, expected] of cases) {
    const { message } = assertThrows(() => parseRun(text, "x.json"), DocumentError);
    assertStringIncludes(message, 'Cannot read "x.json": ');
    assertStringIncludes(message, expected);
    assertEquals(message.includes("\n"), false, "one line");
  }
});

Deno.test("parseRun() takes keys of Object's prototype for names like any other", () => {
  const results = ["constructor", "toString", "__proto__"].map((key) =>
    JSON.parse(`{"command": "${key}", "times": [1],
    "parameters": {"${key}": "1", "valueOf": "2"}}`)
  );
  const run = parseRun(JSON.stringify({ results }), "x");
  assertEquals(run.benchmarks.map(({ id }) => id), [
    "hyperfine/constructor/constructor=1/valueOf=2",
    "hyperfine/toString/toString=1/valueOf=2",
    "hyperfine/__proto__/valueOf=2", // a record that the prototype's key could get into would not be one
  ]);
  assertEquals(Object.keys({}).length, 0);
  assertEquals(Object.getPrototypeOf(run.benchmarks[2]?.params ?? null), Object.prototype);
});

Deno.test("parseRun() reads or refuses with a DocumentError, whatever a value of a fixture is replaced with", async () => {
  const texts = await Promise.all(FIXTURES.filter((name) => name.endsWith(".json")).map(fixture));
  const values = fc.oneof(fc.jsonValue(), fc.constantFrom(0, -1, 1e308, 5e-324, "", "__proto__", "\ud800", null));
  fc.assert(
    fc.property(fc.constantFrom(...texts), fc.nat(), values, (text, place, value) => {
      const tokens = [...text.matchAll(/: (?:"[^"]*"|-?[\d.e+-]+|true|false|null)/g)];
      const token = tokens[place % tokens.length];
      if (token === undefined) return;
      const changed = `${text.slice(0, token.index)}: ${JSON.stringify(value)}${
        text.slice(token.index + token[0].length)
      }`;
      try {
        for (const { processes } of parseRun(changed, "x").benchmarks) {
          for (const process of processes) assert(process.value > 0 && process.value < Infinity);
        }
      } catch (error) {
        assert(error instanceof DocumentError, String(error));
        assertEquals(error.message.includes("\n"), false, "one line");
      }
    }),
    { numRuns: 1_000 },
  );
});
