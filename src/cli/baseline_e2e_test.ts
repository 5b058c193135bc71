import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { readRuns } from "./baseline_index.ts";
import { comparableDocument, writeResults } from "./testdata/comparable.ts";
import {
  hasProgram,
  inTempDir,
  type Outcome,
  PUFFIN_BENCH,
  type RunOptions,
  start,
  testSource,
} from "./testdata/program.ts";
import { CAN_MAKE_SMALL_DISK, onSmallDisk, WITHOUT_SMALL_DISK } from "./testdata/small_disk.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

const RESULTS = Object.fromEntries([0, 1, 2].map((minute) => [
  `results/benchmark_results_2026010${minute + 1}_000000.json`,
  comparableDocument({ minute, factors: minute === 2 ? { beta: 3 } : {} }),
]));
const [OLD = "", , NEWEST = ""] = Object.keys(RESULTS);

/** Hands a folder with three results to `use`, and a way to run `baseline` there. */
function withResults(
  use: (baseline: (...args: readonly string[]) => Promise<Outcome>, folder: string) => Promise<void>,
): Promise<void> {
  return inTempDir(async (folder) => {
    await writeResults(folder, RESULTS);
    await use((...args) => puffinBench(["baseline", ...args], { cwd: folder }), folder);
  });
}

const startedIn = async (folder: string) =>
  (await readRuns(`${folder}/results/baseline.json`)).map((run) => run.startedAt);
const startOf = (minute: number) => comparableDocument({ minute }).run.startedAt;

Deno.test("puffin-bench baseline save takes the newest result, and replaces nothing without --force", () =>
  withResults(async (baseline, folder) => {
    const path = "results/baseline.json";
    assertEquals(await baseline("save", OLD), { code: 0, stdout: "", stderr: `Baseline: ${path}\n` });
    assertEquals((await baseline("save", OLD)).stderr, `${path} holds exactly that already\n`);
    const refused = await baseline("save");
    assertEquals([refused.code, refused.stdout], [2, ""]);
    assertMatch(refused.stderr, /^error: Cannot replace "results\/baseline\.json": [^\n]*; pass --force\n$/);
    assertEquals(await startedIn(folder), [startOf(0)]);
    assertEquals(await baseline("save", "--force"), {
      code: 0,
      stdout: "",
      stderr: `Baseline: ${path}; the one before is kept\n`,
    });
    assertEquals(await startedIn(folder), [startOf(2)]);
    assertEquals((await baseline("save", "--current", "newest")).code, 0);
  }));

testSource(
  "puffin-bench baseline save pools several files, which stay when the results are cleaned up",
  () =>
    withResults(async (baseline, folder) => {
      const { code, stderr } = await baseline("save", "results/benchmark_results_*.json");
      assertEquals([code, stderr], [0, "Baseline: results/baseline.json (3 runs)\n"]);
      for (const name of Object.keys(RESULTS)) await Deno.remove(`${folder}/${name}`);
      assertEquals(await startedIn(folder), [0, 1, 2].map(startOf));
    }),
);

testSource(
  "puffin-bench baseline show tells what it is and what was before it, as text and as JSON",
  () =>
    withResults(async (baseline) => {
      const none = await baseline("show");
      assertEquals(none.code, 2);
      assertMatch(none.stderr, /^error: Cannot show "results\/baseline\.json": there is no baseline yet; [^\n]+\n$/);
      await baseline("save", OLD);
      await baseline("save", NEWEST, "--force");
      const { code, stdout, stderr } = await baseline("show");
      assertEquals([code, stderr], [0, ""]);
      const [head, facts, history, newer, older] = stdout.split("\n");
      assertEquals([head, history], ["results/baseline.json: 1 run", "History:"]);
      assertMatch(
        facts ?? "",
        /^ {2}2026-11-23 14:02:00 UTC · commit 802c30cdea · host 3f9a21c0 · .* · 6 benchmarks · puffin-bench/,
      );
      assertMatch(
        newer ?? "",
        /^ {2}2026-11-23 14:02:00 UTC {2}results\/baselines\/20261123T140200Z_[0-9a-f]{8}\.json$/,
      );
      assertMatch(older ?? "", /^ {2}2026-11-23 14:00:00 UTC /);
      const json = JSON.parse((await baseline("show", "--format", "json")).stdout);
      assertEquals([json.runs[0].benchmarks, json.history.length], [6, 2]);
    }),
);

Deno.test("puffin-bench baseline update shows the verdict before it replaces, and takes nothing older", () =>
  withResults(async (baseline, folder) => {
    assertMatch((await baseline("update")).stderr, /^error: Cannot update .*: there is no baseline yet/);
    await baseline("save", Object.keys(RESULTS)[1] ?? "");
    const asked = await baseline("update");
    assertEquals(asked.code, 2);
    assertMatch(asked.stdout, /^SLOWER: 1 slower, 5 same\n/);
    assertMatch(asked.stderr, /^error: Cannot replace [^\n]*--force\n$/);
    assertEquals(await startedIn(folder), [startOf(1)]);
    const { code, stdout } = await baseline("update", "--force");
    assertEquals(code, 0);
    assertMatch(stdout, /^SLOWER/);
    assertEquals(await startedIn(folder), [startOf(2)]);
    assertMatch((await baseline("update", OLD, "--force")).stderr, /^error: .*it is older than the baseline/);
  }));

testSource(
  "puffin-bench baseline update of another host says why it is not compared",
  () =>
    withResults(async (baseline, folder) => {
      await writeResults(folder, { "host.json": comparableDocument({ minute: 5, fingerprint: "elsewhere" }) });
      await baseline("save", OLD);
      const { code, stdout, stderr } = await baseline("update", "host.json", "--force");
      assertEquals([code, stdout], [0, ""]);
      assertMatch(stderr, /^Not compared: Cannot compare .*elsewhere.*\nBaseline: /);
      assertEquals(await startedIn(folder), [startOf(5)]);
    }),
);

testSource(
  "puffin-bench baseline save refuses what is no result, and leaves nothing behind",
  () =>
    withResults(async (baseline, folder) => {
      await writeResults(folder, { "broken.json": "{", "out": "a file" });
      for (const args of [["broken.json"], ["missing.json"], [OLD, "--output-dir", "out"]]) {
        const { code, stdout, stderr } = await baseline("save", ...args);
        assertEquals([code, stdout], [2, ""]);
        assertMatch(stderr, /^error: [^\n]+\n$/);
      }
      assertEquals([...Deno.readDirSync(`${folder}/results`)].length, 3);
      const both = await baseline("save", OLD, "--current", NEWEST);
      assertMatch(both.stderr, /--current beside/);
    }),
);

testSource("puffin-bench baseline help fits 80 columns and names its commands", async () => {
  const helps = await Promise.all([["baseline", "--help"], ["baseline", "save", "--help"], ["compare", "--help"]].map(
    (args) => puffinBench(args),
  ));
  for (const { code, stdout } of helps) {
    assertEquals(code, 0);
    assert(stdout.split("\n").every((line) => line.length <= 80), stdout);
  }
  for (const word of ["save", "show", "update"]) assertStringIncludes(helps[0]?.stdout ?? "", word);
  assertEquals((await puffinBench(["baseline"])).code, 2);
});

testSource({
  name: `puffin-bench baseline save keeps the old baseline on a full disk${WITHOUT_SMALL_DISK}`,
  ignore: !CAN_MAKE_SMALL_DISK,
  fn: () =>
    withResults((baseline, folder) =>
      onSmallDisk(262_144, async (disk) => {
        assertEquals((await baseline("save", OLD, "--output-dir", disk)).code, 0);
        const before = await Deno.readTextFile(`${disk}/baseline.json`);
        const room = new Uint8Array(262_144);
        await Deno.writeFile(`${disk}/filler`, room).catch(() => {}); // as much of it as there is room for
        const { code, stdout, stderr } = await baseline("save", NEWEST, "--output-dir", disk, "--force");
        assertEquals([code, stdout], [2, ""]);
        assertMatch(stderr, /^error: Cannot write "[^"]*baseline\.json": No space left on device[^\n]*make room\n$/);
        assertEquals(await Deno.readTextFile(`${disk}/baseline.json`), before);
        const names = [...Deno.readDirSync(disk), ...Deno.readDirSync(`${disk}/baselines`)].map(({ name }) => name);
        assertEquals(names.filter((name) => name.endsWith(".tmp")), [], folder);
      })
    ),
});

const hasScript = Deno.build.os === "linux" && hasProgram("script");

/** Runs on a pseudo-terminal, where somebody types. */
async function typing(answer: string, args: readonly string[], options: RunOptions): Promise<string> {
  const line = [...PUFFIN_BENCH, ...args].map((word) => `'${word}'`).join(" ");
  const command = `printf '${answer}' | script --quiet --return --command "${line}" /dev/null`;
  const child = start(["sh", "-c", command], [], options);
  const { stdout } = await child.output();
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: `puffin-bench baseline save asks on a terminal${hasScript ? "" : " (skipped: no util-linux script)"}`,
  ignore: !hasScript,
  fn: () =>
    withResults(async (baseline, cwd) => {
      await baseline("save", OLD);
      const refused = await typing("n\\n", ["baseline", "save"], { cwd });
      assertStringIncludes(refused, "Replace the baseline results/baseline.json? [y/N]");
      assertStringIncludes(refused, "Left as it was");
      assertEquals(await startedIn(cwd), [startOf(0)]);
      assertStringIncludes(await typing("y\\n", ["baseline", "save"], { cwd }), "the one before is kept");
      assertEquals(await startedIn(cwd), [startOf(2)]);
    }),
});
