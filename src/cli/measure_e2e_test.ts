import { assert, assertEquals, assertMatch, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import type { ResultDocument } from "../measure/document.ts";
import { parseDocument } from "../measure/document_file.ts";
import { TIMED_V8_FLAGS } from "../measure/run/spawn.ts";
import {
  hasProgram,
  inTempDir,
  isExecutable,
  ODD_BENCH,
  outcomeOf,
  PUFFIN_BENCH,
  run,
  runOnTerminal,
  start,
  testSource,
} from "./testdata/program.ts";
import { CAN_MAKE_SMALL_DISK, onSmallDisk, WITHOUT_SMALL_DISK } from "./testdata/small_disk.ts";
import { standing } from "./testdata/standing_program.ts";

const oddBench = standing(ODD_BENCH);

/** As little measuring as there can be. */
const TINY = ["--quick", "--forks", "1", "--time", "5ms", "--no-references", "--no-host-figures"];

const documentOf = (stdout: string): ResultDocument => parseDocument(stdout, "stdout");
const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).toSorted();

Deno.test("puffin-bench core-agent --format json measures real benchmarks and the collector's pauses, and stdout is the document alone", async () => {
  await inTempDir(async (cwd) => {
    const args = ["core-agent", ...TINY, "--filter", "Simple|Coordination", "--format", "json", "--seed", "7"];
    const { code, stdout, stderr } = await run(PUFFIN_BENCH, args, { cwd });
    assertEquals(code, 0, stderr);
    const document = documentOf(stdout);
    assertEquals(document.benchmarks.map(({ name, status }) => `${name}: ${status}`), [
      "Simple Agent Execution: ok",
      "Coordination Primitive: ok",
    ]);
    assertEquals([document.settings.seed, document.run.arguments], [7, args]);
    assertEquals(stderr.match(/^core-agent\/.*: median .*$/gm)?.length, 2, "one plain line a benchmark");
    assert(!stderr.includes("\x1b"));
    assertEquals(namesIn(cwd), [], "nothing is written unasked");
    assert(document.benchmarks.every((result) => result.status !== "failed" && result.memory.gc !== null), stdout);
    const aboutGarbage = document.warnings.map(({ code }) => code).filter((code) => /^(gc|isolate)_/.test(code));
    assertEquals(aboutGarbage, isExecutable ? ["gc_sampled"] : [], "what is sampled is said to be");
    assertEquals(document.environment.v8Flags, [...TIMED_V8_FLAGS]);
    assert(!/^\| .*(Scavenge|Mark-Compact)/m.test(stderr), stderr);
  });
});

testSource(
  "puffin-bench measures host and references along, and shows what a benchmark prints, unless it is told not to",
  async () => {
    const args = ["loud", ...TINY, "--format", "json", "--seed", "1"];
    const without = await oddBench([...args, "--quiet"]);
    assertEquals({ code: without.code, stderr: without.stderr }, { code: 0, stderr: "" });
    const along = await oddBench(args.filter((arg) => !arg.startsWith("--no-")));
    assertEquals(along.code, 0, along.stderr);
    assertStringIncludes(along.stderr, "| a line of the benchmark's own\n");
    const [bare, whole] = [documentOf(without.stdout), documentOf(along.stdout)];
    assertEquals([bare.references, whole.references.length], [[], 8]);
    assertEquals([bare.host, bare.hostFigures, whole.host === null, whole.hostFigures.length], [null, [], false, 7]);
    assertEquals(whole.references.map(({ status }) => status), Array(8).fill("ok"));
    assertEquals(
      whole.settings,
      bare.settings,
      "a comparison holds the two against each other, and says what is missing",
    );
    assertEquals(whole.benchmarks.map(({ id }) => id), bare.benchmarks.map(({ id }) => id));
    assertMatch(along.stderr, /^Measuring 1 benchmark in 1 fork/m);
    assert(!along.stderr.includes("references/"), "they are no news");
  },
);

testSource(
  "puffin-bench --save-results --format html saves document and page, shows the table that names them, and has nothing to resume",
  () =>
    inTempDir(async (cwd) => {
      const args = ["sound", ...TINY, "--save-results", "--format", "html", "--resume"];
      const { code, stdout, stderr } = await oddBench(args, { cwd });
      assertEquals(code, 0);
      assertStringIncludes(stderr, "Nothing to resume"); // it says so, and starts afresh
      const [html = "", json = ""] = namesIn(join(cwd, "results"));
      assertMatch(html, /^benchmark_report_\d{8}_\d{6}\.html$/);
      assertMatch(json, /^benchmark_results_\d{8}_\d{6}\.json$/);
      assert(stdout.endsWith(`Written to results/${json}\nWritten to results/${html}\n`), stdout);
      assertStringIncludes(await Deno.readTextFile(join(cwd, "results", html)), "sized (n=100)");
      assertEquals(documentOf(await Deno.readTextFile(join(cwd, "results", json))).run.status, "complete");
    }),
);

testSource("puffin-bench --format html without --save-results writes the page to stdout", async () => {
  const { stdout } = await oddBench(["sound", ...TINY, "--filter", "sum", "--format", "html", "--quiet"]);
  assert(stdout.startsWith("<!DOCTYPE html>"));
});

testSource("puffin-bench reports each failure with its reason, measures the others, and exits with 1", async () => {
  const { code, stdout, stderr } = await oddBench(["broken", ...TINY, "--format", "json"]);
  assertEquals(code, 1);
  const reasons = documentOf(stdout).benchmarks.map((result) =>
    `${result.name}: ${result.status === "failed" ? result.failure.reason : "measured"}`
  );
  assertEquals(reasons, [
    "sound one: measured",
    "throws undefined: threw",
    "throws two lines: threw",
    "returns false: returned_false",
    "hangs: timed_out",
  ]);
  assertEquals(stderr.match(/^FAILED broken\//gm)?.length, 4);
  assert(!/^ {4}at /m.test(stderr), "no stack without --debug");
});

testSource("puffin-bench measures benchmarks with hostile names and keeps the names whole", async () => {
  const { code, stdout, stderr } = await oddBench(["odd-names", ...TINY, "--format", "json"]);
  assertEquals(code, 0);
  assertEquals(documentOf(stdout).benchmarks.map(({ name }) => name), [
    "<script>alert(1)</script>",
    "two\nlines",
    "\x1b[31mred",
    "🐧 penguin",
    "=1+1",
    "x".repeat(10_000),
  ]);
  assert(!stderr.includes("\x1b"));
  assert(Math.max(...stderr.split("\n").map((line) => line.length)) < 200);
});

testSource(
  "puffin-bench lets runs write into one folder at once without loss, even if a reader closes the pipe",
  () =>
    inTempDir(async (folder) => {
      const args = ["sound", ...TINY, "--filter", "sum", "--save-results", "--format", "html", "--output-dir", folder];
      const unread = async () => {
        const child = start(ODD_BENCH, args);
        await child.stdout.cancel();
        const stderr = await new Response(child.stderr).text();
        return { code: (await child.status).code, stderr };
      };
      for (const { code, stderr } of await Promise.all([unread(), run(ODD_BENCH, args), run(ODD_BENCH, args)])) {
        assertEquals(code, 0, stderr);
        assert(!/error|^ {4}at /m.test(stderr), stderr);
      }
      const names = namesIn(folder);
      assertEquals(names.filter((name) => name.endsWith(".html")).length, 3, names.join());
      const documents = names.filter((name) => name.endsWith(".json")).map((name) =>
        documentOf(Deno.readTextFileSync(join(folder, name)))
      );
      assertEquals(new Set(documents.map(({ run }) => run.id)).size, 3);
      assertEquals(names.length, 6, "neither temporary files nor journals are left");
    }),
);

/** Resolves when the journal in `folder` holds that many measurements; told by the file system, without polling. */
async function measurementsIn(folder: string, command: string, wanted: number): Promise<void> {
  const path = join(folder, `benchmark_journal_${command}.jsonl`);
  for await (const _ of Deno.watchFs(folder)) {
    const text = await Deno.readTextFile(path).catch(() => "");
    if (text.split('"type":"measured"').length > wanted) return;
  }
}

testSource(
  "puffin-bench goes on with a run that was killed, and then with one that was interrupted, but not with other options",
  () =>
    inTempDir(async (folder) => {
      const args = ["slow", ...TINY, "--forks", "4", "--format", "json"];
      const save = ["--save-results", "--output-dir", folder];

      const killed = start(ODD_BENCH, [...args, ...save]);
      await measurementsIn(folder, "slow", 1);
      killed.kill("SIGKILL");
      await outcomeOf(killed);
      assertEquals(namesIn(folder), ["benchmark_journal_slow.jsonl"]);

      const journal = await Deno.readTextFile(join(folder, "benchmark_journal_slow.jsonl"));
      const refused = await oddBench([...args, "--forks", "3", ...save, "--resume"]);
      assertEquals(refused.code, 2);
      assertMatch(refused.stderr, /error: Cannot resume from .*forks was 4 and is 3/);
      assertEquals(await Deno.readTextFile(join(folder, "benchmark_journal_slow.jsonl")), journal, "it is kept");

      const resumed = start(ODD_BENCH, [...args, ...save, "--resume"]);
      await measurementsIn(folder, "slow", 3); // a fork measures both benchmarks: the resumed run has done one
      resumed.kill("SIGINT");
      const interrupted = await outcomeOf(resumed);
      assertEquals(interrupted.code, 130, interrupted.stderr);
      const partial = documentOf(interrupted.stdout);
      assertEquals(partial.run.status, "interrupted");
      assert(partial.benchmarks.length > 0, "what was complete is reported");
      assertStringIncludes(interrupted.stderr, "--resume");
      const [, saved = ""] = namesIn(folder);
      assertEquals(documentOf(await Deno.readTextFile(join(folder, saved))), partial);

      const last = await oddBench([...args, ...save, "--resume"]);
      assertEquals(last.code, 0, last.stderr);
      const whole = documentOf(last.stdout);
      assertEquals([whole.run.status, whole.run.id], ["complete", partial.run.id]);
      assertEquals(whole.benchmarks.map((result) => result.status === "failed" ? 0 : result.forks.length), [4, 4]);
      assert(!namesIn(folder).some((name) => name.includes("journal")), "nothing is left to resume");
    }),
);

/** Reads a program's stderr until it has said `word`; the rest is left to be read. */
async function stderrUntil(child: Deno.ChildProcess, word: string): Promise<string> {
  const reader = child.stderr.getReader();
  const decoder = new TextDecoder();
  let text = "";
  while (!text.includes(word)) {
    const { value, done } = await reader.read();
    if (done) break;
    text += decoder.decode(value, { stream: true });
  }
  reader.releaseLock();
  return text;
}

testSource("puffin-bench ends with 143 on SIGTERM and at once on a second signal, without a stack", async () => {
  for (const [signals, code] of [[["SIGTERM"], 143], [["SIGINT", "SIGINT"], 130]] as const) {
    const child = start(ODD_BENCH, ["slow", "--forks", "100", "--time", "10s"]);
    const begun = await stderrUntil(child, "Measuring");
    for (const signal of signals) child.kill(signal);
    const outcome = await outcomeOf(child);
    assertEquals(outcome.code, code, begun + outcome.stderr);
    assert(!/^ {4}at /m.test(outcome.stderr));
  }
});

const hasScript = Deno.build.os === "linux" && hasProgram("script");

testSource({
  name: `puffin-bench redraws its progress on a terminal${hasScript ? "" : " (skipped: no util-linux script)"}`,
  ignore: !hasScript,
  async fn() {
    const args = ["sound", ...TINY, "--filter", "sum"];
    const { code, stdout } = await runOnTerminal(ODD_BENCH, args);
    assertEquals(code, 0);
    assertStringIncludes(stdout, "\r\x1b[2K[");
    assertMatch(stdout, /\[[#-]{20}\] \d+% \d+ s left {2}\w+ 1\/1 sound\//);
    const inCi = await runOnTerminal(ODD_BENCH, args, { env: { CI: "true" } });
    assert(!inCi.stdout.includes("\x1b[2K"));
  },
});

testSource({
  name: `puffin-bench finds a full disk before it measures${WITHOUT_SMALL_DISK}`,
  ignore: !CAN_MAKE_SMALL_DISK,
  fn: () =>
    onSmallDisk(16_384, async (folder) => {
      const { code, stdout, stderr } = await oddBench(["sound", "--save-results", "--output-dir", folder]);
      assertEquals({ code, stdout }, { code: 2, stdout: "" });
      assertMatch(stderr, /^error: Cannot write to [^\n]*No space left on device[^\n]*\n$/);
      assertEquals(namesIn(folder), []);
    }),
});

testSource({
  name: `puffin-bench loses nothing to a disk that fills up while it measures${WITHOUT_SMALL_DISK}`,
  ignore: !CAN_MAKE_SMALL_DISK,
  fn: () =>
    onSmallDisk(1_048_576, async (folder) => {
      const args = ["sound", ...TINY, "--format", "json", "--save-results", "--output-dir", folder];
      const child = start(ODD_BENCH, args);
      const begun = await stderrUntil(child, "Measuring");
      await assertRejects(() => Deno.writeFile(join(folder, "filler"), new Uint8Array(2_097_152)));
      const { code, stdout, stderr } = await outcomeOf(child);
      assertEquals(code, 2, begun + stderr);
      const document = documentOf(stdout);
      assertEquals(document.benchmarks.length, 4);
      const rescued = /^error: Cannot write to .*No space left.*; the results are in (\S+) instead$/m.exec(stderr)?.[1];
      assert(rescued !== undefined, stderr);
      assertEquals(documentOf(await Deno.readTextFile(rescued)), document);
      await Deno.remove(join(rescued, ".."), { recursive: true });
      assertEquals(namesIn(folder).filter((name) => name.endsWith(".json")), [], "no half-written result");
    }),
});
