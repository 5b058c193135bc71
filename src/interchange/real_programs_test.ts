/**
 * The formats against the programs themselves: what they write is read, what is written they read. A program that is not
 * installed skips its test; .ci/run installs them all.
 */
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import type { ResultDocument } from "../measure/document.ts";
import { loadReport } from "../report/mod.ts";
import { hasPrometheus, PrometheusServer } from "../observability/metrics/testdata/prometheus_server.ts";
import { PLAIN } from "../report/testdata/options.ts";
import { hostileDocument, sampleDocument } from "../report/testdata/sample_document.ts";
import { readInputText } from "../measure/input_text.ts";
import { inTempDir } from "../testdata/temp_dir.ts";
import { parseRun } from "./mod.ts";
import { plainText } from "./write/plain_text.ts";

/** Debian's own: its modules are not those of another Python that may come first on PATH. */
const PYTHON = "/usr/bin/python3";

const TIMEOUT_MS = 120_000;

const readRun = async (path: string) => parseRun(await readInputText(path), path);

function succeeds(program: string, ...args: readonly string[]): boolean {
  try {
    return new Deno.Command(program, { args: [...args], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** A test that is skipped, and says why, where its program is missing. */
function testWith(needed: string, isThere: boolean, name: string, fn: () => Promise<void>): void {
  Deno.test({ name: isThere ? name : `${name} (skipped: there is no ${needed})`, ignore: !isThere, fn });
}

/** Runs a program to its end; what it prints is the result. */
async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const command = new Deno.Command(program, { args: [...args], cwd, signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { stdout, stderr, success } = await command.output();
  assert(success, `${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
  return new TextDecoder().decode(stdout);
}

async function render(format: Parameters<typeof loadReport>[0], document: ResultDocument): Promise<string> {
  return (await loadReport(format)).render(document, PLAIN);
}

Deno.test("parseRun() reads what deno bench --json prints", () =>
  inTempDir(async (folder) => {
    await Deno.writeTextFile(
      join(folder, "x_bench.ts"),
      'Deno.bench("a b", { n: 20, warmup: 5 }, () => { JSON.parse("[1]"); });\nDeno.bench({ name: "c", group: "g", n: 20, warmup: 5, fn() { JSON.parse("[2]"); } });\n',
    );
    const path = join(folder, "deno.txt"); // Deno would take deno.json for its own configuration
    await Deno.writeTextFile(
      path,
      await run(Deno.execPath(), ["bench", "--no-config", "--no-check", "--json", "x_bench.ts"], folder),
    );
    const { tool, benchmarks } = await readRun(path);
    assertEquals(tool, `deno bench ${Deno.version.deno}`);
    assertEquals(benchmarks.map(({ id, status }) => `${id} ${status}`), ["x_bench.ts/a b ok", "x_bench.ts/g/c ok"]);
  }));

/** mitata measures each of a run's functions, four of its own among them, for 642 ms of its clock, and has no option to do less. */
const FAST_CLOCK = "const now = performance.now.bind(performance); performance.now = () => 20 * now();";

Deno.test("parseRun() reads what mitata prints, with samples and without, and of a program's second run", () =>
  inTempDir(async (folder) => {
    const script = join(folder, "bench.ts");
    await Deno.writeTextFile(
      script,
      `${FAST_CLOCK}
      const { bench, run } = await import("mitata");
      for (const [path, json] of [["all.json", {}], ["short.json", { debug: false, samples: false }]]) {
        bench("parse $n", function* (state) {
          const text = JSON.stringify(Array(100).fill(state.get("n")));
          yield () => JSON.parse(text);
        }).args({ n: [1] });
        bench("fails", () => { throw new Error("boom"); });
        await run({ format: { json }, throw: false, print: (text) => Deno.writeTextFileSync(path, text) });
      }`,
    );
    const config = new URL("../../deno.json", import.meta.url).pathname;
    await run(Deno.execPath(), ["run", "-A", "--config", config, script], folder);
    for (const name of ["all.json", "short.json"]) {
      const [parse, fails] = (await readRun(join(folder, name))).benchmarks;
      assertEquals([parse?.id, parse?.status, parse?.estimator], ["mitata/parse $n/n=1", "ok", "p25"]);
      assertEquals(parse?.processes[0]?.samples !== null, name === "all.json");
      assertEquals([fails?.status, fails?.message], ["failed", "boom"]);
    }
  }));

testWith(
  "hyperfine",
  succeeds("hyperfine", "--version"),
  "parseRun() reads what hyperfine exports",
  () =>
    inTempDir(async (folder) => {
      const path = join(folder, "result.json");
      const options = ["--runs", "3", "--style", "none", "--parameter-list", "n", "1,2", "--export-json", path];
      await run("hyperfine", [...options, "sleep 0.0{n}"], folder);
      const { benchmarks } = await readRun(path);
      assertEquals(benchmarks.map(({ id, params, processes }) => [id, params, processes.length]), [
        ["hyperfine/sleep 0.01/n=1", { n: "1" }, 3],
        ["hyperfine/sleep 0.02/n=2", { n: "2" }, 3],
      ]);
      for (const { processes } of benchmarks) assert(processes.every(({ value }) => value > 1e6), "nanoseconds");
    }),
);

testWith(
  "pytest-benchmark",
  succeeds(PYTHON, "-c", "import pytest_benchmark"),
  "parseRun() reads what pytest-benchmark writes",
  () =>
    inTempDir(async (folder) => {
      await Deno.writeTextFile(
        join(folder, "test_sum.py"),
        `import pytest
@pytest.mark.parametrize("n", [10, 20])
def test_sum(benchmark, n):
    benchmark.pedantic(lambda: sum(range(n)), rounds=5, iterations=10)
`,
      );
      const path = join(folder, "result.json");
      await run(PYTHON, ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--benchmark-json=${path}`], folder);
      const { tool, benchmarks } = await readRun(path);
      assert(tool.startsWith("pytest-benchmark "));
      assertEquals(benchmarks.map(({ id, estimator, processes }) => [id, estimator, processes[0]?.samples]), [
        ["test_sum.py/test_sum/n=10", "p25", 5],
        ["test_sum.py/test_sum/n=20", "p25", 5],
      ]);
    }),
);

const PARSE_JUNIT = `
import json, sys, junitparser
suites = junitparser.JUnitXml.fromstring(sys.argv[1].encode())
def outcome(case):
    return [[type(r).__name__, r.type, r.message] for r in case.result]
print(json.dumps([[s.name, s.tests, s.errors, s.skipped, [[c.classname, c.name, outcome(c)] for c in s]] for s in suites]))
`;

testWith(
  "junitparser",
  succeeds(PYTHON, "-c", "import junitparser"),
  "junit is read by junitparser, every name as it was",
  () =>
    inTempDir(async (folder) => {
      for (const document of [sampleDocument(), hostileDocument()]) {
        const parsed: unknown = JSON.parse(
          await run(PYTHON, ["-c", PARSE_JUNIT, await render("junit", document)], folder),
        );
        assertEquals(
          parsed,
          [...Map.groupBy(document.benchmarks, ({ suite }) => suite)].map(([suite, results]) => [
            suite,
            results.length,
            results.filter(({ status }) => status === "failed").length,
            results.filter(({ status }) => status === "optimized_out").length,
            results.map((result) => [suite, plainText(result.id.slice(suite.length + 1)), outcome(result)]),
          ]),
        );
      }
    }),
);

function outcome(result: ResultDocument["benchmarks"][number]): unknown[] {
  if (result.status === "failed") return [["Error", result.failure.reason, plainText(result.failure.message)]];
  return result.status === "ok" ? [] : [["Skipped", null, "optimised away: no different from an empty loop"]];
}

testWith(
  "Prometheus",
  hasPrometheus(),
  "openmetrics is scraped by Prometheus, every series and every label",
  async () => {
    const documents = [sampleDocument(), hostileDocument()];
    const pages = await Promise.all(documents.map((document) => render("openmetrics", document)));
    await using servers = new AsyncDisposableStack();
    const targets = pages.map((page) => `127.0.0.1:${servers.use(serve(page)).addr.port}`);
    await using prometheus = await PrometheusServer.start(targets, 1_000);
    for (const [index, document] of documents.entries()) {
      const scraped = await prometheus.untilSome(`{__name__=~"puffin_bench_.*",instance="${targets[index]}"}`);
      assertEquals(scraped.length, pages[index]?.split("\n").filter((line) => /^[a-z]/.test(line)).length);
      for (const result of document.benchmarks) {
        const series = scraped.find(({ metric }) =>
          metric["id"] === plainText(result.id) && (result.status !== "ok" || metric["stat"] === "p25")
        );
        assertEquals(series?.metric["benchmark"], plainText(result.name));
        assertEquals(Number(series?.value[1]), result.status === "ok" ? result.statistics.p25 / 1e9 : 0);
      }
    }
  },
);

/** Serves a page to a Prometheus. */
function serve(page: string) {
  const headers = { "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8" };
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response(page, { headers }));
}
