import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { comparisonFrom } from "../compare/comparison_file.ts";
import { sampleComparison } from "../compare/testdata/sample_comparison.ts";
import { hostileComparison } from "../report/comparison/testdata/comparisons.ts";
import { baselineIndex } from "./baseline_index.ts";
import { comparableDocument, writeResults } from "./testdata/comparable.ts";
import { hasProgram, inTempDir, type Outcome, PUFFIN_BENCH, runOnTerminal, testSource } from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

const usual = comparableDocument();

/** Results of every kind, by what they have to tell about `a.json`. */
const RESULTS = {
  "a.json": usual,
  "same.json": comparableDocument({ minute: 1 }),
  "slow.json": comparableDocument({ minute: 2, factors: { beta: 3, gamma: 0.3 } }),
  "fails.json": comparableDocument({ minute: 3, failing: ["delta"] }),
  "host.json": comparableDocument({ minute: 4, fingerprint: "elsewhere" }),
  "other.json": comparableDocument({ minute: 5, names: ["eta"] }),
  "fewer.json": comparableDocument({ minute: 6, names: ["alpha", "beta"] }),
  "near.json": comparableDocument({ minute: 7, factors: { alpha: 1.07 } }),
  "copy.json": usual,
} as const;

/** Hands a folder with these results, and more, to `use`, and a way to run the program there. */
function withResults(
  use: (
    bench: (args: readonly string[], env?: Record<string, string>) => Promise<Outcome>,
    folder: string,
  ) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  return inTempDir(async (folder) => {
    await writeResults(folder, { ...RESULTS, ...more });
    await use((args, env = {}) => puffinBench(args, { cwd: folder, env }), folder);
  });
}

/** One line on stderr, nothing on stdout, exit code 2. */
function assertRefused({ code, stdout, stderr }: Outcome, message: RegExp) {
  assertEquals({ code, stdout }, { code: 2, stdout: "" }, stderr);
  // deno-lint-ignore no-control-regex -- control characters are what must not be there
  assertMatch(stderr, /^error: [^\x00-\x1f\x7f-\x9f]+\n$/);
  assertMatch(stderr, message);
}

testSource(
  "puffin-bench compare tells by its exit code what became of the benchmarks",
  () =>
    withResults(async (bench) => {
      const cases = [
        [["same.json"], 0, /^SAME: 6 same\n/],
        [["slow.json"], 1, /^SLOWER: 1 slower, 1 faster, 4 same\n/],
        [["fails.json"], 1, /^FAILED: 1 failed, 5 same\n/],
        [["fewer.json"], 0, /^SAME: 4 removed, 2 same\n/],
        [["fewer.json", "--fail-on", "removed"], 1, /removed/],
        [["slow.json", "--fail-on", "failed"], 0, /^SLOWER/],
        [["slow.json", "--fail-on", "none"], 0, /^SLOWER/],
        [["near.json"], 0, /^INCONCLUSIVE: 1 inconclusive, 5 same\n/],
        [["near.json", "--fail-on", "slower,inconclusive"], 3, /^INCONCLUSIVE/],
        [["slow.json", "--fail-on", "slower, inconclusive"], 1, /^SLOWER/],
        [["slow.json", "--threshold", "400%"], 0, /^SAME/],
        [["slow.json", "--strict", "--level", "99"], 1, /any wrong verdict/],
      ] as const;
      for (const [args, expected, page] of cases) {
        const { code, stdout, stderr } = await bench(["compare", "a.json", ...args]);
        assertEquals({ code, stderr }, { code: expected, stderr: "" }, args.join(" "));
        assertMatch(stdout, page);
      }
    }),
);

testSource("puffin-bench compare is not green if no benchmark could be compared", () =>
  withResults(async (bench) => {
    const { code, stdout, stderr } = await bench(["compare", "a.json", "other.json"]);
    assertEquals({ code, stderr }, {
      code: 2,
      stderr: "error: No benchmark could be compared; measure the same benchmarks on both sides\n",
    });
    assertMatch(stdout, /^NOT COMPARED: 6 removed, 1 added\n/);
  }));

testSource(
  "puffin-bench compare refuses other hosts, and warns on every line with --across-hosts",
  () =>
    withResults(async (bench) => {
      assertRefused(
        await bench(["compare", "a.json", "host.json"]),
        /environment\.fingerprint is "3f9a21c0" and "elsewhere"/,
      );
      const { code, stdout } = await bench(["compare", "a.json", "host.json", "--across-hosts"]);
      assertEquals(code, 0);
      assertEquals(stdout.match(/^(?:alpha|beta|gamma|delta|epsilon|zeta) .* h(\[\d\])?$/gm)?.length, 6);
      assertStringIncludes(stdout, 'Differs: environment.fingerprint was "3f9a21c0", is "elsewhere"');
    }),
);

testSource(
  "puffin-bench compare refuses the same run on both sides, or twice on one",
  () =>
    withResults(async (bench) => {
      assertRefused(await bench(["compare", "a.json", "a.json"]), /both sides hold the same run/);
      assertRefused(await bench(["compare", "a.json", "copy.json"]), /"a\.json" and "copy\.json": both sides/);
      assertRefused(await bench(["compare", "--baseline", "a.json", "a.json", "--current", "same.json"]), /a\.json/);
    }),
);

testSource(
  "puffin-bench compare pools several files of a side, named or by a pattern",
  () =>
    withResults(async (bench) => {
      const pooled = ["--baseline", "a.json", "same.json", "--current", "pool/*.json", "--format", "json"];
      const { code, stdout, stderr } = await bench(["compare", ...pooled]);
      assertEquals({ code, stderr }, { code: 0, stderr: "" });
      const { baseline, current } = comparisonFrom(JSON.parse(stdout), "stdout");
      assertEquals(baseline.sources.map(({ name }) => name), ["a.json", "same.json"]);
      assertEquals(current.sources.map(({ name }) => name), ["pool/1.json", "pool/2.json"]);
      assertRefused(await bench(["compare", "a.json", "none*.json"]), /"none\*\.json": no file matches/);
    }, { "pool/1.json": comparableDocument({ minute: 10 }), "pool/2.json": comparableDocument({ minute: 11 }) }),
);

Deno.test("puffin-bench compare finds the baseline and the newest result, and says which", () =>
  withResults(async (bench) => {
    assertRefused(await bench(["compare"]), /Cannot find a baseline: there is no "results\/baseline\.json"/);
    assertRefused(
      await bench(["compare", "--baseline", "a.json", "--output-dir", "out"]),
      /Cannot find a result in "out"/,
    );
    await bench(["baseline", "save", "a.json"]);
    const found = await bench(["compare"]);
    assertEquals({ code: found.code, stderr: found.stderr }, {
      code: 1,
      stderr: "Baseline: results/baseline.json\nCurrent: results/benchmark_results_20260102_000000.json\n",
    });
    const current = await bench(["compare", "same.json"]);
    assertEquals([current.code, current.stderr], [0, "Baseline: results/baseline.json\n"]);
    assertRefused(await bench(["compare", "a.json", "same.json", "--current", "slow.json"]), /--current together with/);
  }, {
    "results/benchmark_results_20260101_000000.json": RESULTS["same.json"],
    "results/benchmark_results_20260102_000000.json": RESULTS["slow.json"],
  }));

testSource("puffin-bench compare heeds puffin-bench.json; flags win over it", () => {
  const config = { threshold: 400, thresholds: { "core-agent/*": 300, "core-agent/beta": 20, "renamed/*": 5 } };
  return withResults(async (bench) => {
    const own = await bench(["compare", "a.json", "slow.json", "--format", "json"]);
    assertEquals([own.code, own.stderr], [1, ""]);
    const { benchmarks, options, warnings } = comparisonFrom(JSON.parse(own.stdout), "stdout");
    const thresholds = benchmarks.map((entry) => entry.status === "compared" ? [entry.name, entry.threshold] : []);
    assertEquals(Object.fromEntries(thresholds), { alpha: 3, beta: 0.2, gamma: 3, delta: 3, epsilon: 3, zeta: 3 });
    assertEquals(options.threshold, 4);
    assertStringIncludes(
      warnings.map(({ message }) => message).join("\n"),
      'no benchmark matches the threshold "renamed/*"',
    );
    assertEquals((await bench(["compare", "a.json", "slow.json", "--threshold", "500"])).code, 0);
    assertEquals((await bench(["compare", "a.json", "slow.json", "--config", "mild.json"])).code, 0);
    assertEquals(
      (await bench(["compare", "a.json", "slow.json", "--config", "mild.json", "--fail-on", "slower"])).code,
      1,
    );
    assertRefused(await bench(["compare", "a.json", "slow.json", "--config", "bad.json"]), /"bad\.json": level is 5/);
    assertRefused(
      await bench(["compare", "a.json", "slow.json", "--config", "none.json"]),
      /"none\.json": there is no such/,
    );
  }, { "puffin-bench.json": config, "mild.json": { failOn: [] }, "bad.json": { level: 5 } });
});

Deno.test("puffin-bench compare writes each format, and nothing but it, to stdout or to the file", () =>
  withResults(async (bench, folder) => {
    const starts = {
      table: /^SLOWER: /,
      json: /^\{"format":"puffin-bench\/comparison"/,
      markdown: /^## ▲ SLOWER/,
      html: /^<!DOCTYPE html>/i,
      github: /^SLOWER: .*\n::error title=beta%3A slower::/,
      junit: /^<\?xml version="1\.0"/,
    };
    for (const [format, start] of Object.entries(starts)) {
      const { code, stdout, stderr } = await bench(["compare", "a.json", "slow.json", "--format", format]);
      assertEquals({ code, stderr }, { code: 1, stderr: "" }, format);
      assertMatch(stdout, start);
    }
    for (
      const [name, format] of [["o.md", "markdown"], ["o.json", "json"], ["o.xml", "junit"], [
        "o.html",
        "html",
      ]] as const
    ) {
      const { code, stdout, stderr } = await bench(["compare", "a.json", "slow.json", "--output", name]);
      assertEquals({ code, stdout, stderr }, { code: 1, stdout: "", stderr: `Written to ${name}\n` });
      assertMatch(await Deno.readTextFile(`${folder}/${name}`), starts[format]);
    }
    assertRefused(await bench(["compare", "a.json", "slow.json", "--output", "a.json/x"]), /Cannot write "a\.json\/x"/);
    assertRefused(await bench(["compare", "a.json", "slow.json", "--format", "csv"]), /expected one of table, json/);
  }));

testSource(
  "puffin-bench compare tells GitHub Actions more, without touching stdout",
  () =>
    withResults(async (bench, folder) => {
      const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: `${folder}/summary.md` };
      const json = await bench(["compare", "a.json", "slow.json", "--format", "json"], env);
      assertEquals(json.code, 1);
      comparisonFrom(JSON.parse(json.stdout), "stdout");
      assertMatch(json.stderr, /^::error title=beta%3A slower::/m);
      const github = await bench(["compare", "a.json", "slow.json", "--format", "github"], env);
      assertMatch(github.stdout, /^::error title=beta%3A slower::/m);
      assertEquals(github.stderr, "");
      const summary = await Deno.readTextFile(`${folder}/summary.md`);
      assertEquals(summary.match(/^## ▲ SLOWER/gm)?.length, 2);
      const elsewhere = await bench(["compare", "a.json", "slow.json"], { GITHUB_STEP_SUMMARY: `${folder}/no.md` });
      assertEquals(elsewhere.stderr, "");
    }),
);

const [first] = usual.benchmarks;
const edited = (change: (text: string) => string) => change(JSON.stringify(usual));

/** What must be refused as a side of a comparison, and what the message says. */
const BROKEN: Readonly<Record<string, readonly [content: unknown, message: RegExp]>> = {
  "truncated.json": [edited((text) => text.slice(0, text.length / 2)), /not JSON/],
  "empty.json": ["", /empty/],
  "version.json": [edited((text) => text.replace('"version":2', '"version":99')), /"version" to be 2, found 99/],
  "negative.json": [edited((text) => text.replace('"wallNs":[', '"wallNs":[-5,')), /wallNs\[0\] is -5/],
  "nan.json": [edited((text) => text.replace('"wallNs":[', '"wallNs":[null,')), /wallNs\[0\] is null/],
  "duplicate.json": [{ ...usual, benchmarks: [first, first] }, /benchmarks\[1\]\.id is "core-agent\/alpha": .*twice/],
  "contradiction.json": [
    edited((text) => text.replace(/"p25":[\d.]+/, '"p25":1')),
    /benchmarks\[0\]\.statistics\.p25 is 1/,
  ],
  "prototype.json": ['{"__proto__":{"format":"puffin-bench/result"},"version":2}', /Cannot read/],
  "binary.json": ["\0\x01\x02", /Cannot read/],
  "cycle.json": [
    baselineIndex(["cycle2.json"]),
    /"\.?\/?cycle\.json": runs names the file itself, through "cycle2\.json"/,
  ],
  "cycle2.json": [baselineIndex(["cycle.json"]), /runs names the file itself/],
  "lost.json": [baselineIndex(["gone.json"]), /"gone\.json": there is no such file/],
};

testSource(
  "puffin-bench compare refuses whatever is no result, on either side, in one line that names the file",
  () =>
    withResults(async (bench, folder) => {
      const names = [...Object.keys(BROKEN), "missing.json", "folder", "huge.json"];
      const messages = [...Object.values(BROKEN).map(([, message]) => message), /no such file/, /not a file/, /500 MB/];
      await Deno.mkdir(`${folder}/folder`);
      await Deno.truncate(await created(`${folder}/huge.json`), 500 * 1024 * 1024); // sparse: it takes no room
      const before = [...Deno.readDirSync(folder)].length;
      for (const [index, name] of names.entries()) {
        const message = messages[index] ?? /./;
        assertRefused(await bench(["compare", "a.json", name, "--output", "page.md"]), message);
        if (index % 4 === 0) assertRefused(await bench(["compare", name, "a.json"]), message);
      }
      assertEquals([...Deno.readDirSync(folder)].length, before, "nothing is written");
    }, Object.fromEntries(Object.entries(BROKEN).map(([name, [content]]) => [name, content]))),
);

async function created(path: string): Promise<string> {
  await Deno.writeTextFile(path, "");
  return path;
}

testSource(
  "puffin-bench compare refuses wrong values, naming flag, value and what is allowed",
  () =>
    withResults(async (bench) => {
      const cases = [
        [["--threshold", "0"], /--threshold "0": expected a percentage from 0\.1 to 1000/],
        [["--threshold", "-5"], /--threshold "-5"/],
        [["--level", "0.95"], /--level "0\.95": expected a percentage from 50 to 99\.9;/],
        [
          ["--fail-on", "slower,slow"],
          /--fail-on "slower,slow": expected none, or some of slower,failed,removed,inconclusive/,
        ],
        [["--fail-on", "none,slower"], /--fail-on/],
        [["--format", "yaml"], /--format "yaml": expected one of table, json, markdown, html, github, junit/],
        [["third.json"], /too many arguments/],
      ] as const;
      for (const [args, message] of cases) {
        assertRefused(await bench(["compare", "a.json", "same.json", ...args]), message);
      }
    }),
);

testSource(
  "puffin-bench report shows a saved comparison in its formats, and two results without judging",
  () =>
    withResults(async (bench) => {
      const table = await bench(["report", "comparison.json"]);
      assertEquals([table.code, table.stderr], [0, ""]);
      assertMatch(table.stdout, /^SLOWER: 1 failed, 1 slower/);
      assertMatch((await bench(["report", "comparison.json", "--format", "junit"])).stdout, /^<\?xml/);
      const two = await bench(["report", "a.json", "slow.json"]);
      assertEquals([two.code, two.stderr], [0, ""]);
      assertMatch(two.stdout, /^SLOWER: 1 slower, 1 faster/);
      assertRefused(await bench(["report", "comparison.json", "--format", "csv"]), /--format "csv" for a comparison/);
      assertRefused(await bench(["report", "a.json", "--format", "github"]), /--format "github" for a result/);
      assertRefused(await bench(["report", "odd.json"]), /"odd\.json": verdict is "slow"/);
      const hostile = await bench(["report", "hostile.json"]);
      assertEquals(hostile.code, 0);
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]|^\s*::/m.test(hostile.stdout));
    }, {
      "comparison.json": sampleComparison(),
      "odd.json": { ...sampleComparison(), verdict: "slow" },
      "hostile.json": JSON.stringify(hostileComparison()),
    }),
);

const hasScript = Deno.build.os === "linux" && hasProgram("script");

Deno.test({
  name: `puffin-bench compare uses colours on a terminal only${hasScript ? "" : " (skipped: no util-linux script)"}`,
  ignore: !hasScript,
  fn: () =>
    withResults(async (_bench, cwd) => {
      const args = ["compare", "a.json", "slow.json"];
      const colored = await runOnTerminal(PUFFIN_BENCH, args, { cwd });
      assertEquals(colored.code, 1);
      assertStringIncludes(colored.stdout, "\x1b[31m");
      const plain = await runOnTerminal(PUFFIN_BENCH, args, { cwd, env: { NO_COLOR: "1", COLUMNS: "60" } });
      assert(!plain.stdout.includes("\x1b"));
      assert(plain.stdout.split("\n").every((line) => [...line.trimEnd()].length <= 60));
    }),
});
