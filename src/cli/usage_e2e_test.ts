import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { writeDocument } from "../measure/document_file.ts";
import { sampleDocument } from "../report/testdata/sample_document.ts";
import { inTempDir, PUFFIN_BENCH, run, testSource } from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

/** Wrong usage: nothing on stdout, one line on stderr, no stack, exit code 2. */
async function assertUsageError(args: readonly string[], message: RegExp, env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await puffinBench(args, { env });
  assertEquals({ code, stdout }, { code: 2, stdout: "" }, stderr);
  assertMatch(stderr, /^error: [^\n]+\n$/);
  assertMatch(stderr, message);
}

Deno.test("puffin-bench --help lists commands and exit codes, and each command has its own help, all on stdout", async () => {
  const { code, stdout, stderr } = await puffinBench(["--help"]);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const commands = [
    "all",
    "core-agent",
    "resource-management",
    "coordination",
    "observability",
    "core-floors",
    "run",
    "new",
    "list",
    "report",
    "compare",
    "baseline",
    "ab",
    "system",
    "doctor",
    "schema",
    "completions",
    "manual",
  ];
  for (const word of [...commands, "Exit codes", "130"]) assertStringIncludes(stdout, word);
  assert(!/\bfork\b/.test(stdout.replace("forks", "")), "the fork command is hidden");
  const helps = await Promise.all(commands.map((command) => puffinBench([command, "--help"])));
  for (const [index, help] of helps.entries()) {
    assertEquals({ code: help.code, stderr: help.stderr }, { code: 0, stderr: "" });
    assertStringIncludes(help.stdout, `Usage: puffin-bench ${commands[index]} `);
    assert(help.stdout.split("\n").every((line) => line.length <= 80), "help fits 80 columns");
  }
});

Deno.test("puffin-bench --version prints name and version", async () => {
  assertEquals(await run(PUFFIN_BENCH, ["--version"]), {
    code: 0,
    stdout: `puffin-bench ${config.version}\n`,
    stderr: "",
  });
});

testSource("puffin-bench without a command shows its help on stderr and exits with 2", async () => {
  const { code, stdout, stderr } = await run(PUFFIN_BENCH, []);
  assertEquals({ code, stdout }, { code: 2, stdout: "" });
  assertStringIncludes(stderr, "Usage: puffin-bench");
});

Deno.test("puffin-bench refuses wrong usage in one line, with a suggestion where one is near", async () => {
  await assertUsageError(["core-agnet"], /unknown command 'core-agnet' \(Did you mean core-agent\?\)/);
  await assertUsageError(["all", "--fliter", "x"], /unknown option '--fliter' \(Did you mean --filter\?\)/);
  await assertUsageError(["nothing-like-it"], /unknown command 'nothing-like-it'; see puffin-bench --help/);
  await assertUsageError(["all", "--time"], /'--time <duration>' argument missing/);
  await assertUsageError(["all", "surplus"], /too many arguments/);
  await assertUsageError(["report"], /missing required argument 'file'/);
});

testSource("puffin-bench refuses wrong values, naming flag, value and what is allowed", async () => {
  await assertUsageError(["all", "--filter", "["], /--filter "\[": expected a regular expression \(Unterminated/);
  await assertUsageError(["all", "--filter", "no such benchmark"], /no benchmark's id matches/);
  await assertUsageError(["all", "--time", "-1"], /--time "-1": expected a duration above 0 and up to 1 h/);
  await assertUsageError(["all", "--format", "yaml"], /"yaml": expected one of table, json, csv, markdown, html/);
  await assertUsageError(["all", "--forks", "0"], /--forks "0": expected a whole number from 1 to 1000/);
  await assertUsageError(["all", "--iterations", "1.5"], /--iterations "1.5"/);
  await assertUsageError(["all", "--rounds", "many"], /--rounds "many"/);
  await assertUsageError(
    ["all", "--seed", "4294967296"],
    /--seed "4294967296": expected a whole number from 0 to 4294967295/,
  );
  await assertUsageError(["all", "--timeout", "0"], /--timeout "0"/);
  await assertUsageError(["list", "--format", "html"], /"html": expected one of table, json/);
  await assertUsageError(["all"], /PUFFIN_BENCH_FORKS "none"/, { PUFFIN_BENCH_FORKS: "none" });
});

testSource("puffin-bench refuses an output folder that cannot be written before it measures", async () => {
  await inTempDir(async (path) => {
    await Deno.writeTextFile(`${path}/file`, "");
    await assertUsageError(["all", "--save-results", "--output-dir", `${path}/file`], /Cannot write to .*file"/);
    await assertUsageError(["all", "--save-results", "--output-dir", `${path}/file/sub`], /Cannot write to .*sub"/);
  });
});

Deno.test("puffin-bench list shows suites and benchmarks, as text and as JSON, from any folder", async () => {
  await inTempDir(async (cwd) => {
    const text = await puffinBench(["list"], { cwd });
    assertEquals(text.code, 0, text.stderr);
    assertStringIncludes(text.stdout, "core-agent/Simple Agent Execution");
    const json = await puffinBench(["list", "--format", "json"], { cwd });
    const { suites } = JSON.parse(json.stdout);
    assertEquals(suites.map(({ name }: { name: string }) => name), [
      "core-agent",
      "resource-management",
      "coordination",
      "observability",
      "core-floors",
    ]);
  });
});

Deno.test("puffin-bench schema shows the JSON Schema of each document, with its $id", async () => {
  for (const [name, id] of [["result", "urn:puffin-bench:result:2"], ["comparison", "urn:puffin-bench:comparison:1"]]) {
    const { code, stdout } = await puffinBench(["schema", String(name)]);
    const { $id, $schema, type } = JSON.parse(stdout);
    assertEquals([code, $id, $schema, type], [0, id, "https://json-schema.org/draft/2020-12/schema", "object"]);
  }
  await assertUsageError(["schema", "nothing"], /expected result or comparison/);
});

testSource("puffin-bench sends nothing of a name to the terminal as it is, whatever it says of it", async () => {
  await inTempDir(async (cwd) => {
    const odd = "a\x1b]0;title\x07\x9b2J\u202eb";
    await writeDocument(
      join(cwd, "run.json"),
      sampleDocument({ warnings: [{ code: "x", message: odd, benchmarkId: null }] }),
    );
    const outcomes = await Promise.all([
      ["new", odd],
      ["report", "run.json", "--output", `${odd}.md`],
      ["report", "run.json", "--format", "json"],
      ["doctor", "run.json", "--format", "json"],
      ["baseline", "save", "run.json", "--output-dir", odd],
      ["report", odd, "--debug"],
      [odd],
    ].map((args) => puffinBench(args, { cwd })));
    assertEquals(outcomes.map(({ code }) => code), [0, 0, 0, 1, 0, 2, 2]);
    for (const { stdout, stderr } of outcomes) {
      assertMatch(stdout + stderr, /title/);
      // deno-lint-ignore no-control-regex -- control characters are what must not be there
      assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/.test(stdout + stderr), JSON.stringify(stdout + stderr));
    }
  });
});
