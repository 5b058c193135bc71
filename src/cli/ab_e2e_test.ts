import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { Comparison } from "../compare/comparison.ts";
import { comparisonSchema } from "../compare/comparison_schema.ts";
import {
  hasProgram,
  HASTY_BENCH,
  inTempDir,
  type Outcome,
  outcomeOf,
  type Program,
  PUFFIN_BENCH,
  runOnTerminal,
  start,
  testSource,
} from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(HASTY_BENCH);

const isPosix = Deno.build.os !== "windows";

/** As little time as gives a pair, which is finished in any case: what is tested is what it does, not how well it measures. */
const SHORT = ["--budget", "100ms", "--quick", "--seed", "1"];

/** One benchmark, and a change so small that no budget decides it. */
const UNDECIDED = ["--threshold", "0.1", "--quick", "--filter", "sum", "--format", "json"];

/** A file of benchmarks. */
const BENCHMARKS = (loops: number | string) => `
Deno.bench("sum", () => {
  let sum = 0;
  for (let i = 0; i < ${loops}; i++) sum += i;
  return sum;
});
Deno.bench("join", () => [1, 2, 3].join());
`;

/** Runs the program where temporary files are in `folder`, and marks it and all its processes. */
async function ab(folder: string, args: readonly string[], cwd = folder): Promise<Outcome> {
  const mark = crypto.randomUUID();
  const temporary = join(folder, "tmp");
  await Deno.mkdir(temporary, { recursive: true });
  const outcome = await puffinBench(["ab", ...args], { cwd, env: { TMPDIR: temporary, AB_MARK: mark } });
  assertEquals(processesWith(mark), [], "no process is left");
  assertEquals([...Deno.readDirSync(temporary)].map(({ name }) => name), [], "no temporary file is left");
  return outcome;
}

/** The processes that live and were started with that mark in their environment; none where the system does not tell. */
function processesWith(mark: string): number[] {
  if (Deno.build.os !== "linux") return [];
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/environ`).includes(mark);
    } catch {
      return false; // it is gone
    }
  });
}

function comparisonOf({ stdout, stderr }: Outcome): Comparison {
  assert(stdout !== "", stderr);
  return comparisonSchema.parse(JSON.parse(stdout));
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
}

/** A program that is this command. */
function scriptOf(command: readonly string[]): string {
  return `#!/bin/sh\nexec ${command.map((word) => `'${word}'`).join(" ")} "$@"\n`;
}

/** One line on stderr that has all these words, nothing on stdout, exit code 2. */
function assertRefused({ code, stdout, stderr }: Outcome, ...words: readonly string[]): void {
  assertEquals({ code, stdout }, { code: 2, stdout: "" }, stderr);
  assertMatch(stderr, /^error: [^\n]+\n$/);
  for (const word of words) assertStringIncludes(stderr, word);
}

Deno.test("puffin-bench ab compares two files of benchmarks, and its exit code is their verdict", () =>
  inTempDir(async (folder) => {
    const imported = `import { loops } from "./loops.ts";\n${BENCHMARKS("loops")}Deno.bench("new", () => 1);`;
    await write(folder, {
      "old_parser.ts": BENCHMARKS(1_000),
      "new_parser.ts": imported,
      "loops.ts": "export const loops: number = 8_000;",
    });
    const outcome = await ab(folder, ["--a", "old_parser.ts", "--b", "new_parser.ts", "--format", "json", ...SHORT]);
    const { benchmarks, verdict, method, baseline, current, status } = comparisonOf(outcome);
    assertEquals([method, status, baseline.label, current.label], [
      "paired",
      "complete",
      "old_parser.ts",
      "new_parser.ts",
    ]);
    assertEquals(benchmarks.map(({ id, status }) => [id, status]), [
      ["file/sum", "compared"],
      ["file/join", "compared"],
      ["file/new", "added"],
    ]);
    assertEquals(outcome.code, verdict === "slower" ? 1 : 0);
    const [sum] = benchmarks;
    assert(sum?.status === "compared" && sum.ratio > 1.5, JSON.stringify(sum));
  }));

Deno.test({
  name: "puffin-bench ab compares two executables, only the suites that are named",
  ignore: !isPosix,
  fn: () =>
    inTempDir(async (folder) => {
      const script = scriptOf(PUFFIN_BENCH);
      await write(folder, { "puffin-bench-old": script, "puffin-bench-new": script });
      for (const name of ["puffin-bench-old", "puffin-bench-new"]) await Deno.chmod(join(folder, name), 0o755);
      const args = ["--a", "./puffin-bench-old", "--b", "./puffin-bench-new", "core-agent"];
      const outcome = await ab(folder, [...args, "--filter", "Metrics|Simple", "--format", "json", ...SHORT]);
      const { benchmarks, baseline, controls } = comparisonOf(outcome);
      assertEquals(benchmarks.map(({ suite, status }) => [suite, status]), [
        ["core-agent", "compared"],
        ["core-agent", "compared"],
      ]);
      assertMatch(baseline.sources[0]?.tool ?? "", /^puffin-bench \d/);
      assertEquals(controls.length, 2);
    }),
});

/** A repository of three commits: without the file, with it (`main`), with a slower one; and one more, `broken`. */
async function makeRepository(folder: string): Promise<void> {
  const git = async (...args: readonly string[]) => {
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    const { success, stderr } = await new Deno.Command("git", { args: [...identity, ...args], cwd: folder }).output();
    assert(success, new TextDecoder().decode(stderr));
  };
  await Deno.mkdir(join(folder, "bench"));
  await write(folder, { ".gitignore": "tmp\n" });
  await git("init", "--quiet", "--initial-branch=work");
  for (const text of [null, BENCHMARKS(100), BENCHMARKS(400), "this is no JavaScript"]) {
    if (text !== null) await write(folder, { "bench/parser_bench.ts": text });
    await git("add", ".");
    await git("commit", "--quiet", "--allow-empty", "-m", "x");
  }
  await git("branch", "broken");
  await git("reset", "--quiet", "--hard", "HEAD~1");
  await git("branch", "main", "HEAD~1");
}

const hasGit = hasProgram("git");

Deno.test({
  name:
    "puffin-bench ab compares a file at two revisions, saves what report shows again, and leaves no work tree whatever happens",
  ignore: !hasGit,
  fn: () =>
    inTempDir(async (folder) => {
      await makeRepository(folder);
      const workTrees = () => new Deno.Command("git", { args: ["worktree", "list"], cwd: folder }).outputSync().stdout;
      const own = join(folder, "unmounted"); // git would forget it on any clean-up of work trees
      assert(
        new Deno.Command("git", { args: ["worktree", "add", "--detach", own], cwd: folder }).outputSync().success,
      );
      await Deno.rename(own, `${own}.away`);
      const before = workTrees();
      const alike = ["--a", "HEAD~1", "--b", "main", "parser_bench.ts", "--format", "json", ...SHORT];
      const outcome = await ab(folder, alike, join(folder, "bench"));
      const { benchmarks, baseline } = comparisonOf(outcome);
      assertEquals(benchmarks.map(({ id, status }) => [id, status]), [
        ["parser_bench/sum", "compared"],
        ["parser_bench/join", "compared"],
      ]);
      assertMatch(baseline.sources[0]?.commit ?? "", /^[0-9a-f]{40}$/);
      const file = ["--a", "main", "--b", "HEAD", "bench/parser_bench.ts"];
      const changed = await ab(folder, [...file, ...SHORT, "--save-results", "--quiet"]);
      assertEquals(changed.stderr, "");
      const [saved = ""] = [...Deno.readDirSync(join(folder, "results"))].map(({ name }) => name);
      assertMatch(saved, /^benchmark_comparison_\d{8}_\d{6}\.json$/);
      assertStringIncludes(changed.stdout, saved);
      const path = join(folder, "results", saved);
      const comparison = comparisonSchema.parse(JSON.parse(await Deno.readTextFile(path)));
      assertEquals(comparison.benchmarks.map(({ status }) => status), ["incomparable", "compared"]);
      assertEquals((await puffinBench(["report", path])).code, 0);

      const args = (a: string, b: string) => ["--a", a, "--b", b, "bench/parser_bench.ts", ...SHORT];
      assertRefused(await ab(folder, args("HEAD~2", "main")), '"HEAD~2"', "it has no file", "bench/parser_bench.ts");
      assertRefused(await ab(folder, args("main", "broken")), '"broken"', "parser_bench.ts:1:6");
      assertRefused(await ab(folder, args("HEAD", "nowhere")), '--b "nowhere"', "no such file", "no such revision");
      assertRefused(await ab(folder, ["--a", "main", "--b", "HEAD", ...SHORT]), '"main"', "main.ts");
      assertEquals(workTrees(), before);
    }),
});

testSource({
  name: "puffin-bench ab refuses what is no program for it in one line, and leaves nothing behind",
  ignore: !isPosix,
  fn: () =>
    inTempDir(async (folder) => {
      await write(folder, {
        "garbage": "#!/bin/sh\nhead -c 3000000 /dev/urandom; echo '{}'\n",
        "silent": "#!/bin/sh\nexit 0\n",
        "crash": "#!/bin/sh\nkill -SEGV $$\n",
        "complains": "#!/bin/sh\nprintf 'Error: \\033[31mno licence\\n' >&2; exit 9\n",
        "endless": "#!/bin/sh\nyes\n",
        "good": scriptOf(PUFFIN_BENCH),
        "parent": "#!/bin/sh\nsleep 1000 & echo; exit 1\n",
        "odd": "no program at all",
        "text": "no program either",
        "a.js": BENCHMARKS(10),
        "none.js": "export default 1;",
        "wrong.js": "Deno.bench('x', () => {}); throw new Error('no\\nroom');",
      });
      for (const name of ["garbage", "silent", "crash", "complains", "endless", "good", "parent", "odd"]) {
        await Deno.chmod(join(folder, name), 0o755);
      }
      const refused = async (a: string, b: string, ...words: readonly string[]) => {
        assertRefused(await ab(folder, ["--a", a, "--b", b, ...SHORT]), ...words);
      };
      await refused("./garbage", "./garbage", '"./garbage"');
      await refused("./silent", "./crash", 'A "./silent"', "exit code 0", "before it said hello");
      await refused("./crash", "./silent", 'A "./crash"', "SIGSEGV");
      await refused("./complains", "./silent", 'A "./complains"', "exit code 9", "no licence");
      await refused("./endless", "./good", 'A "./endless"', "no puffin-bench that knows ab");
      await refused("./good", "./endless", 'B "./endless"', "no puffin-bench that knows ab");
      await refused("./parent", "./silent", 'A "./parent"', "exit code 1");
      await refused("./odd", "./silent", "A ", "./odd");
      await refused("./text", "./silent", '--a "./text"', "may not be executed");
      await refused("./missing", "./silent", '--a "./missing"', "no such file");
      await refused(".", "./silent", '--a "."', "folder");
      await refused("a.js", "none.js", 'B "none.js"', "has no benchmarks");
      await refused("wrong.js", "a.js", 'A "wrong.js"', "no room");
      await refused("a.js", "./silent", "a.js", "one is a file of benchmarks");
    }),
});

testSource("puffin-bench ab refuses wrong usage", () =>
  inTempDir(async (folder) => {
    await write(folder, { "a.js": BENCHMARKS(10) });
    assertRefused(await ab(folder, ["--a", "a.js"]), "--b <program>");
    assertRefused(await ab(folder, ["--a", "a.js", "--b", "a.js", "--budget", "soon"]), "--budget", "duration");
    assertRefused(await ab(folder, ["--a", "a.js", "--b", "a.js", "core-agent"]), "core-agent", "--filter");
    for (const output of ["none/x.json", "."]) { // before anything is measured: nothing but the error is told
      assertRefused(await ab(folder, ["--a", "a.js", "--b", "a.js", "--output", output]), output, "--output");
    }
    assertRefused(await ab(folder, ["--a", "a.js", "--b", "a.js", "--filter", "zzz", ...SHORT]), "zzz");
  }));

testSource(
  "puffin-bench ab tells what crashes, hangs or throws on one side; the others go on",
  () =>
    inTempDir(async (folder) => {
      const good = `
      Deno.bench("fine", () => [1].length);
      Deno.bench("crashes", () => 1);
      Deno.bench("hangs", () => 1);
      Deno.bench("throws", () => 1);`;
      const bad = `
      Deno.bench("fine", () => [1].length);
      Deno.bench("crashes", () => Deno.exit(7));
      Deno.bench("hangs", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      Deno.bench("throws", () => { throw new Error("no room"); });`;
      await write(folder, { "good.js": good, "bad.js": bad });
      const args = ["--a", "good.js", "--b", "bad.js", "--timeout", "2s", "--format", "json", ...SHORT];
      const outcome = await ab(folder, args);
      assertEquals(outcome.code, 1, outcome.stderr);
      const entries = new Map(comparisonOf(outcome).benchmarks.map((entry) => [entry.name, entry]));
      for (
        const [name, words] of [["crashes", "exit code 7"], ["hangs", "within 2 s"], ["throws", "no room"]] as const
      ) {
        const entry = entries.get(name);
        assert(entry?.status === "incomparable" && entry.failedIn === "current", name);
        assertStringIncludes(entry.message, words);
        assertMatch(outcome.stderr, new RegExp(`FAILED file/${name} in B: `));
      }
    }),
);

/** Starts a comparison of two files that takes long, and resolves once it measures. */
async function startLong(folder: string, mark: string) {
  await write(folder, { "a.js": BENCHMARKS(100), "b.js": BENCHMARKS(100) });
  const args = [
    "ab",
    "--a",
    "a.js",
    "--b",
    "b.js",
    "--budget",
    "10m",
    ...UNDECIDED,
  ];
  const child = start(HASTY_BENCH, args, { cwd: folder, env: { AB_MARK: mark } });
  await untilMeasuring(child);
  return child;
}

async function untilMeasuring({ stderr }: Deno.ChildProcess): Promise<void> {
  const reader = stderr.getReader();
  let text = "";
  while (!text.includes("Comparing")) {
    const { done, value } = await reader.read();
    assert(!done, text);
    text += new TextDecoder().decode(value);
  }
  reader.releaseLock();
}

Deno.test("puffin-bench ab that is interrupted tells what is complete, and leaves no process", () =>
  inTempDir(async (folder) => {
    const mark = crypto.randomUUID();
    const child = await startLong(folder, mark);
    child.kill("SIGINT");
    const outcome = await outcomeOf(child);
    assertEquals(outcome.code, 130, outcome.stderr);
    const { status, benchmarks } = comparisonOf(outcome);
    assertEquals([status, benchmarks.length], ["interrupted", 1]);
    assertEquals(processesWith(mark), []);
  }));

testSource(
  "puffin-bench ab that is interrupted within its first pair shows and saves nothing",
  () =>
    inTempDir(async (folder) => {
      await write(folder, { "a.js": `Deno.bench("hangs", () => { Deno.writeTextFileSync("hung", ""); for (;;); });` });
      const args = ["ab", "--a", "a.js", "--b", "a.js", "--timeout", "10m", "--quiet", "--save-results"];
      const child = start(HASTY_BENCH, args, { cwd: folder });
      while (!isThere(join(folder, "hung"))) await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill("SIGINT");
      const { code, stdout, stderr } = await outcomeOf(child);
      assertEquals([code, stdout], [130, ""], stderr);
      assertStringIncludes(stderr, "nothing to show");
      assertEquals([...Deno.readDirSync(join(folder, "results"))], []);
    }),
);

Deno.test("puffin-bench ab ends at once on a second signal, and its processes follow", () =>
  inTempDir(async (folder) => {
    const mark = crypto.randomUUID();
    const child = await startLong(folder, mark);
    child.kill("SIGINT");
    child.kill("SIGTERM");
    const { code } = await outcomeOf(child);
    assert(code === 143 || code === 130, String(code)); // the first may have been enough
    while (processesWith(mark).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
  }));

Deno.test({
  name: "puffin-bench ab that is killed takes even a benchmark that never returns with it",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    inTempDir(async (folder) => {
      const mark = crypto.randomUUID();
      await write(folder, { "a.js": `Deno.bench("hangs", () => { Deno.writeTextFileSync("hung", ""); for (;;); });` });
      const args = ["ab", "--a", "a.js", "--b", "a.js", "--timeout", "10m", "--quiet"];
      const child = start(HASTY_BENCH, args, { cwd: folder, env: { AB_MARK: mark } });
      while (!isThere(join(folder, "hung"))) await new Promise((resolve) => setTimeout(resolve, 50));
      child.kill("SIGKILL");
      await outcomeOf(child);
      while (processesWith(mark).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
    }),
});

Deno.test({
  name: "puffin-bench ab ends with its terminal, its processes and its work trees with it; under nohup it goes on",
  ignore: Deno.build.os !== "linux" || !hasGit || !hasProgram("nohup"),
  fn: () =>
    inTempDir(async (folder) => {
      await makeRepository(folder);
      await Deno.mkdir(join(folder, "tmp"));
      const workTrees = () => new Deno.Command("git", { args: ["worktree", "list"], cwd: folder }).outputSync().stdout;
      const before = workTrees();
      const revisions = [
        "ab",
        "--a",
        "main",
        "--b",
        "main",
        "bench/parser_bench.ts",
        ...UNDECIDED,
      ];
      const hangUp = async (program: Program, budget: string) => {
        const mark = crypto.randomUUID();
        const env = { AB_MARK: mark, TMPDIR: join(folder, "tmp") };
        const child = start(program, [...revisions, "--budget", budget], { cwd: folder, env });
        await untilMeasuring(child);
        assert(new TextDecoder().decode(workTrees()).match(/puffin-bench-ab-/g)?.length === 2, "two work trees");
        child.kill("SIGHUP");
        child.kill("SIGHUP"); // the shell and the system both tell
        const outcome = await outcomeOf(child);
        assertEquals(processesWith(mark), []);
        assertEquals([...Deno.readDirSync(join(folder, "tmp"))], []);
        assertEquals(workTrees(), before);
        return outcome;
      };
      const ended = await hangUp(HASTY_BENCH, "10m");
      assertEquals([ended.code, comparisonOf(ended).status], [129, "interrupted"], ended.stderr);
      const went = await hangUp(["nohup", ...HASTY_BENCH], "100ms");
      assertEquals([went.code, comparisonOf(went).status], [0, "complete"], went.stderr);
    }),
});

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}

const hasScript = Deno.build.os === "linux" && hasProgram("script");

testSource({
  name: `puffin-bench ab draws its intervals on a terminal${hasScript ? "" : " (skipped: no util-linux script)"}`,
  ignore: !hasScript,
  fn: () =>
    inTempDir(async (folder) => {
      await write(folder, { "a.js": BENCHMARKS(100), "b.js": BENCHMARKS(100) });
      const args = ["ab", "--a", join(folder, "a.js"), "--b", join(folder, "b.js"), ...SHORT, "--filter", "sum"];
      const { stdout, code } = await runOnTerminal(HASTY_BENCH, args, { env: { COLUMNS: "80" } });
      assertEquals(code, 0, stdout);
      assertMatch(stdout, /Pair of processes 1: all benchmarks/);
      assertMatch(stdout, /file\/sum .*[│┼○●◄►].*(deciding|= same|\? inconclusive|▲ slower|▼ faster)/);
      assertStringIncludes(stdout, "\x1b[J");
    }),
});
