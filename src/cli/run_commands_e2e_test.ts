import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { GROUP_BOUNDS } from "../compare/group_verdicts.ts";
import type { ForkResult, ResultDocument } from "../measure/document.ts";
import { parseDocument } from "../measure/document_file.ts";
import { ratioToBaseline } from "../measure/statistics/group_ratio.ts";
import { inTempDir, PUFFIN_BENCH, start } from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

const TINY = ["--runs", "3", "--warmup", "0", "--no-host-figures"];

/** Runs the program on commands. */
function runCommands(texts: readonly string[], args: readonly string[], cwd?: string) {
  const commands = texts.flatMap((text) => ["--command", text]);
  return puffinBench(["run", ...commands, ...args], cwd === undefined ? {} : { cwd });
}

function figuresOf(document: ResultDocument, name: string) {
  const benchmark = document.benchmarks.find((result) => result.name === name);
  assert(benchmark !== undefined && benchmark.status !== "failed");
  return benchmark;
}

const noPosixShell = Deno.build.os === "windows"; // the commands below are of sh

Deno.test({
  name: "puffin-bench run --command measures commands, and compare takes what it saved",
  ignore: noPosixShell,
  fn: () =>
    inTempDir(async (cwd) => {
      const texts = ["sleep 0.03", 'sleep 0.001; echo "$HOME" >> log; echo {}'];
      const args = [...TINY, "--prepare", "echo prepared >> log", "--save-results", "--format"];
      const { code, stdout, stderr } = await runCommands(texts, [...args, "json"], cwd);
      assertEquals(code, 0, stderr);
      const document = parseDocument(stdout, "stdout");
      const slow = figuresOf(document, "sleep 0.03");
      assertEquals([slow.iterations, slow.baseline], [3, true]);
      assert(slow.statistics.min > 20e6);
      if (Deno.build.os === "linux") {
        assert(
          slow.forks.every(({ samples }) => samples.processes?.userNs !== null && samples.processes !== undefined),
        );
        assert(slow.memory.residentBytes > 100_000 && slow.memory.residentBytes < 30e6, `${slow.memory.residentBytes}`);
      }
      const log = (await Deno.readTextFile(join(cwd, "log"))).trimEnd().split("\n");
      assertEquals(
        log.filter((line) => line === "prepared").length,
        8,
        "before the observed run and three more of both",
      );
      assertEquals(log.length, 12);

      const again = await runCommands(texts, [...args, "html"], cwd);
      assertEquals(again.code, 0, again.stderr);
      assertStringIncludes(again.stdout, "sleep 0.03");
      assertStringIncludes(again.stdout, "3 blocks, which stand for forks"); // of 3, or of 2 to 3 if the host disturbs a run
      const saved = [...Deno.readDirSync(join(cwd, "results"))].map(({ name }) => name);
      const documents = saved.filter((name) => name.endsWith(".json")).toSorted().map((name) => join("results", name));
      const compared = await puffinBench(["compare", ...documents, "--fail-on", "none", "--format", "json"], {
        cwd,
      });
      assertEquals(compared.code, 0, compared.stderr);
      assertEquals(JSON.parse(compared.stdout).benchmarks.length, 2);
    }),
});

Deno.test({
  name: "puffin-bench run --command reports commands that fail or are not there, and measures the others",
  ignore: noPosixShell,
  fn: async () => {
    const texts = ["true", "echo no luck >&2; exit 7", "no-such-program --at-all"];
    const { code, stdout } = await runCommands(texts, [...TINY, "--format", "json"]);
    assertEquals(code, 1);
    const outcomes = parseDocument(stdout, "stdout").benchmarks.map((result) =>
      result.status === "failed" ? result.failure.message : ""
    );
    assertEquals(outcomes[0], "");
    assertStringIncludes(outcomes[1] ?? "", 'exit code 7; stderr ends with "no luck"');
    assertStringIncludes(outcomes[2] ?? "", "exit code 127 (command not found)");
    const shown = await runCommands(["printf 'out\\n'; exit 7"], [...TINY, "--ignore-failure", "--show-output"]);
    assertEquals(shown.code, 0, shown.stderr);
    assertEquals(shown.stderr.match(/^out$/gm)?.length, 4);
    assertStringIncludes(shown.stdout, "exit code 7");
    const unstarted = await runCommands(["no-such-program --at-all"], [...TINY, "--shell", "none"]);
    assertEquals(unstarted.code, 1);
    const mixed = await runCommands(["true"], ["bench.ts"]);
    assertEquals(mixed.code, 2);
    assertStringIncludes(mixed.stderr, "measure files and commands apart");
    assertStringIncludes(unstarted.stdout, "command not found");
  },
});

Deno.test({
  name: "puffin-bench run --command is interrupted with its command",
  ignore: noPosixShell,
  fn: () =>
    inTempDir(async (cwd) => {
      // The command tells that it runs by a file that is a pipe: opening it waits for the other side.
      await new Deno.Command("mkfifo", { args: ["begun"], cwd }).output();
      const args = ["run", "--command", "echo $$ > begun; exec sleep 60", "--no-host-figures", "--format", "json"];
      const child = start(PUFFIN_BENCH, args, { cwd });
      const pid = Number(await Deno.readTextFile(join(cwd, "begun")));
      child.kill("SIGINT");
      const { code, stdout } = await child.output();
      assertEquals(code, 130);
      assertEquals(parseDocument(new TextDecoder().decode(stdout), "stdout").run.status, "interrupted");
      let isAlive = true;
      try {
        Deno.kill(pid, "SIGKILL");
      } catch {
        isAlive = false;
      }
      assertEquals(isAlive, false, "the command is gone, too");
    }),
});

/** Where hyperfine is; undefined if it is not installed. */
async function hyperfineVersion(): Promise<string | undefined> {
  try {
    const { stdout } = await new Deno.Command("hyperfine", { args: ["--version"] }).output();
    return new TextDecoder().decode(stdout).trim();
  } catch {
    return undefined;
  }
}

Deno.test({
  name: "puffin-bench run --command and hyperfine agree on the ratio of two commands",
  ignore: await hyperfineVersion() === undefined, // what is not installed cannot be compared with
  fn: () =>
    inTempDir(async (cwd) => {
      const texts = ["sleep 0.02", "sleep 0.06"];
      const theirs = ["--shell=none", "--runs=10", "--warmup=1", "--export-json=theirs.json", ...texts];
      const { success } = await new Deno.Command("hyperfine", { args: theirs, cwd, stdin: "null", stderr: "null" })
        .output();
      assert(success);
      const results: { results: { times: number[] }[] } = JSON.parse(await Deno.readTextFile(join(cwd, "theirs.json")));
      const [first = [], second = []] = results.results.map(({ times }) => times);
      const expected = ratioToBaseline(second.map(asFork), first.map(asFork), 0.999);

      const args = ["--shell", "none", "--runs", "10", "--no-host-figures", "--format", "json"];
      const { code, stdout, stderr } = await runCommands(texts, args, cwd);
      assertEquals(code, 0, stderr);
      const actual = parseDocument(stdout, "stdout").groups[0]?.ratio;
      assert(expected !== null && actual !== null && actual !== undefined);
      const told = `hyperfine ${expected.low} to ${expected.high}, ours ${actual.low} to ${actual.high}`;
      // Both measured at another time: what a host adds to the start of every process, a millisecond, may have changed.
      const margin = 1 + GROUP_BOUNDS.threshold;
      assert(actual.low <= expected.high * margin && expected.low <= actual.high * margin, told);
    }),
});

/** A run of hyperfine as a fork of one sample. */
function asFork(seconds: number, fork: number): ForkResult {
  const nothing = { cpuNs: null, runQueueDelayNs: null, involuntarySwitches: null, garbageCollected: null };
  const samples = { ...nothing, wallNs: [seconds * 1e9], startMs: [0], excluded: [] };
  return { fork, batchSize: 1, overheadNs: 0, warmup: { iterations: 0, durationMs: 0, steady: true }, samples };
}
