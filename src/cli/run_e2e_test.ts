import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ResultDocument } from "../measure/document.ts";
import { parseDocument } from "../measure/document_file.ts";
import { inTempDir, PUFFIN_BENCH, start, testSource } from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

/** As little measuring as there can be. */
const TINY = ["--quick", "--forks", "1", "--time", "1ms", "--no-references", "--no-host-figures"];

const DENO_BENCH_FILES = fileURLToPath(new URL("./testdata/deno_bench/all.ts", import.meta.url));
const EXAMPLES = new URL("../../examples/benchmarks/", import.meta.url);

/** Benchmarks by id: `ok`, or what went wrong. */
function outcomes({ benchmarks }: ResultDocument): Record<string, string> {
  return Object.fromEntries(
    benchmarks.map((result) => [
      result.id,
      result.status === "failed" ? `${result.failure.reason}: ${result.failure.message}` : "ok",
    ]),
  );
}

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
}

const namesIn = (path: string) => [...Deno.readDirSync(path)].map(({ name }) => name).toSorted();

Deno.test("puffin-bench run measures files of Deno.bench as they are", async () => {
  const args = ["run", DENO_BENCH_FILES, ...TINY, "--allow-net=127.0.0.1", "--format", "json"];
  const { code, stdout, stderr } = await puffinBench(args);
  assertEquals(code, 0, stderr);
  const document = parseDocument(stdout, "stdout");
  assertEquals(Object.values(outcomes(document)).filter((outcome) => outcome !== "ok"), []);
  const names = document.benchmarks.map(({ name }) => name);
  assertEquals(names.length, 47);
  assert(names.includes("toSorted #2") && !names.includes("not yet"));
  const baselines = document.benchmarks.filter(({ baseline }) => baseline).map(({ group }) => group);
  assertEquals(baselines.length, new Set(baselines).size);
});

Deno.test("puffin-bench run measures the examples: every way to write a benchmark", () =>
  inTempDir(async (cwd) => {
    const examples = [...Deno.readDirSync(EXAMPLES)].filter(({ isFile }) => isFile).map(({ name }) => name);
    // All in one file, so that a test need not start processes for each.
    const imports = examples.map((name) => `import ${JSON.stringify(new URL(name, EXAMPLES).href)};`);
    await write(cwd, { "examples.ts": imports.join("\n") });
    const home = await Deno.makeTempDir();
    const isCompiled = PUFFIN_BENCH.length === 1; // else Deno needs its cache
    const args = ["run", "examples.ts", ...TINY, `--allow-read=${fileURLToPath(EXAMPLES)}`, "--format", "json"];
    const { code, stdout, stderr } = await puffinBench(args, { cwd, env: isCompiled ? { HOME: home } : {} });
    assertEquals(code, 0, stderr + stdout);
    const ids = Object.keys(outcomes(parseDocument(stdout, "stdout")));
    for (
      const id of [
        "examples/My Operation",
        "examples/JSON.parse",
        "examples/TypeScript beside it",
        "examples/CommonJS's own way",
        "examples/a message there and back",
        "examples/a run of two states",
        "text/split/words=1000",
      ]
    ) assert(ids.includes(id), `${id} is not among ${ids.join()}`);
    assertEquals([namesIn(cwd), namesIn(home)], [["examples.ts"], []], "nothing is written");
    await Deno.remove(home);
  }));

Deno.test("puffin-bench run says what is wrong with a file, and measures the others", () =>
  inTempDir(async (cwd) => {
    await write(cwd, {
      "good_bench.ts": `
        console.log('{"printed": "by the file"}');
        Deno.bench("good", () => { Math.sqrt(2); });
        Deno.bench("\\x1b[31mred", () => {});
        Deno.bench("throws", () => {
          throw new Error("no luck");
        });
        Deno.bench("starts a process", () => { new Deno.Command("ls").outputSync(); });
        Deno.bench("quits", () => { Deno.exit(0); });
        import { two } from "./lib/cycle.ts";
        export const one = 1;
        Deno.bench("cycle", () => { two(); });`,
      "syntax_bench.ts": "const a = 1;\n\tconst b: string = 'ü\x1b' + ;\n",
      "missing_bench.ts": `import "./nowhere.ts";`,
      "remote_bench.ts": `import "https://example.com/x.ts";`,
      "package_bench.ts": `import "npm:chalk@5";`,
      "throws_bench.ts": `import { fail } from "./lib/fail.ts";\nfail();`,
      "lib/fail.ts": "export function fail(): never {\n  throw new RangeError('at import');\n}",
      "exits_bench.ts": "Deno.exit(3);",
      "suite_bench.ts": `import { suite } from "puffin-bench";
        suite("words", (bench) => { bench("a", () => 1); }); suite("words", (bench) => { bench("a", () => 1); });`,
      "none_bench.ts": "export {};",
      "only_bench.ts": "Deno.bench('left out', () => {}); Deno.bench({ name: 'only', only: true, fn: () => {} });",
      "same_bench.ts": `import { suite } from "puffin-bench";
        suite("twice", (bench) => { bench("a", () => 1); bench("a", () => 2); });`,
      "lib/cycle.ts": `import { one } from "../good_bench.ts"; export const two = () => one + 1;`,
      "large_bench.ts": "//" + "x".repeat(17 * 1024 * 1024),
      "empty/readme.md": "no benchmarks",
    });
    const args = ["run", ".", "empty", ...TINY, "--format", "json"];
    const { code, stdout, stderr } = await puffinBench(args, { cwd });
    assertEquals(code, 1, stderr);
    const found = outcomes(parseDocument(stdout, "stdout"));
    const expected: Record<string, RegExp> = {
      "empty/empty": /^setup_failed: Cannot run "empty": the folder has no file of benchmarks/,
      "exits_bench/exits_bench.ts": /^crashed: while it was loaded its process ended with exit code 3/,
      "good_bench/good": /^ok$/,
      "good_bench/cycle": /^ok$/,
      "good_bench/quits": /^crashed: its process ended with exit code 0/,
      "good_bench/starts a process":
        /^threw: NotCapable: Requires run access to "ls"; pass --allow-run, at .*good_bench/,
      "good_bench/\x1b[31mred": /^ok$/,
      "good_bench/throws": /^threw: Error: no luck, at .*good_bench\.ts:6:17$/,
      "large_bench/large_bench.ts": /^setup_failed: .*it has 17 MB, and up to 16 MB can be loaded/,
      "missing_bench/missing_bench.ts": /missing_bench\.ts:1:8: Cannot import "\.\/nowhere\.ts": there is no file/,
      "only_bench/only": /^ok$/,
      "none_bench/none_bench.ts": /^setup_failed: TypeError: .*it has no benchmarks/,
      "package_bench/package_bench.ts": /downloads nothing.*run "npm install chalk@5" beside the file/,
      "remote_bench/remote_bench.ts": /remote_bench\.ts:1:8: .*puffin-bench downloads nothing/,
      "same_bench/same_bench.ts": /two benchmarks have the id "twice\/a"/,
      "suite_bench/suite_bench.ts": /its suite "words" is called as one of its own; name each suite once$/,
      "syntax_bench/syntax_bench.ts": /syntax_bench\.ts:2:27: Unexpected ";"$/,
      "throws_bench/throws_bench.ts": /^setup_failed: RangeError: at import, at .*lib[\\/]fail\.ts:2:9$/,
    };
    assertEquals(Object.keys(found).toSorted(), Object.keys(expected).toSorted());
    for (const [id, outcome] of Object.entries(expected)) assertMatch(found[id] ?? "", outcome);
    assertStringIncludes(stderr, "   const b: string = 'ü\\u{1b}' + ;\n");
    assertMatch(stderr, /Warning: .*only_bench\.ts: 1 benchmark is left out, because others are marked "only"/);
    assertStringIncludes(stderr, '| {"printed": "by the file"}');
    assert(!stderr.includes("\x1b"));
  }));

testSource(
  "puffin-bench run waits no longer than --timeout for a file that does not come to its end",
  () =>
    inTempDir(async (cwd) => {
      await write(cwd, {
        "never_bench.ts": "await new Promise(() => {});\nDeno.bench('x', () => {});",
        "none_bench.ts": `import "./nowhere.ts";`,
      });
      // Nothing here needs any time to go well, so that a host which is busy changes nothing.
      const { code, stdout } = await puffinBench(["run", ".", ...TINY, "--format", "json", "--timeout", "300ms"], {
        cwd,
      });
      const { "never_bench/never_bench.ts": never = "", ...others } = outcomes(parseDocument(stdout, "stdout"));
      assertMatch(never, /^timed_out: it was not loaded within 300 ms: an await/);
      assertEquals([code, Object.keys(others)], [1, ["none_bench/none_bench.ts"]]);
    }),
);

Deno.test("puffin-bench run lets a file reach its own folder, and all else only if it is allowed", () =>
  inTempDir(async (cwd) => {
    await write(cwd, {
      "own/data.txt": "data",
      "other.txt": "other",
      "own/reach_bench.ts": `
        import { Session } from "node:inspector";
        const attempts = {
          own: () => Deno.readTextFileSync(new URL("./data.txt", import.meta.url)),
          other: () => Deno.readTextFileSync(new URL("../other.txt", import.meta.url)),
          env: () => Deno.env.get("REACHED"),
          write: () => Deno.writeTextFileSync(import.meta.filename, "broken ("),
          net: () => Deno.listen({ hostname: "127.0.0.1", port: 0 }).close(),
          run: () => new Deno.Command("ls").outputSync(),
          sys: () => Deno.hostname(),
          ffi: () => {
            Deno.permissions.requestSync({ name: "ffi" });
            Deno.dlopen("libc.so.6", { getpid: { parameters: [], result: "i32" } });
          },
          inspector: () => new Session().connect(),
        };
        for (const [name, attempt] of Object.entries(attempts)) {
          try {
            attempt();
          } catch {
            continue;
          }
          Deno.bench(name, () => {});
        }`,
    });
    const reached = async (...flags: readonly string[]): Promise<readonly string[]> => {
      const args = ["run", ...flags, "own", ...TINY, "--format", "json"];
      const { stdout, stderr } = await puffinBench(args, { cwd });
      return parseDocument(stdout, stderr).benchmarks.map(({ name }) => name);
    };
    assertEquals(await reached(), ["own"]);
    // The first process overwrites the file, and the others measure what the run began with.
    const some = await reached("--allow-read=other.txt", "--allow-env", "--allow-write=own", "--allow-net=127.0.0.1");
    assertEquals(some, ["own", "other", "env", "write", "net"]);
    await write(cwd, { "own/reach_bench.ts": `Deno.bench(Deno.hostname() === "" ? "" : "all", () => {});` });
    assertEquals(await reached("-A"), ["all"]);
  }));

testSource("puffin-bench run finds wrong usage before it measures", () =>
  inTempDir(async (cwd) => {
    await write(cwd, { "empty/readme.md": "", "data.json": "{}" });
    const cases: readonly (readonly [readonly string[], RegExp])[] = [
      [["nowhere.ts"], /Cannot run "nowhere.ts": there is no such file or folder/],
      [["empty"], /Cannot run "empty": the folder has no file of benchmarks/],
      [["*_bench.ts"], /Cannot run "\*_bench.ts": no file matches/],
      [["data.json"], /Cannot run "data.json": it is no file of benchmarks/],
      [[], /expected files, folders or patterns, or --command/],
    ];
    const found = await Promise.all(cases.map(([args]) => puffinBench(["run", ...args], { cwd })));
    for (const [index, { code, stdout, stderr }] of found.entries()) {
      assertEquals({ code, stdout }, { code: 2, stdout: "" });
      assertMatch(stderr, cases[index]?.[1] ?? /^$/);
    }
  }));

Deno.test("puffin-bench new writes a file to begin with, which run measures, and with --watch again when it changes", () =>
  inTempDir(async (cwd) => {
    const made = await puffinBench(["new", "parser"], { cwd });
    assertEquals([made.code, namesIn(cwd)], [0, ["parser_bench.ts"]], made.stderr);
    const again = await puffinBench(["new", "parser"], { cwd });
    assertEquals(again.code, 2);
    assertMatch(again.stderr, /^error: Cannot write "parser_bench.ts": there is such a file; choose another name\n$/);
    const measured = await puffinBench(["run", ".", "--allow-net=127.0.0.1", ...TINY], { cwd });
    assertEquals(measured.code, 0, measured.stderr);
    assertStringIncludes(measured.stdout, "next turn");

    const watching = start(PUFFIN_BENCH, ["run", "--watch", "parser_bench.ts", ...TINY, "--filter", "loop|reduce"], {
      cwd,
    });
    const path = join(cwd, "parser_bench.ts");
    let told = 0;
    const [head, tail] = watching.stderr.tee();
    const all = new Response(tail).text();
    const stdout = new Response(watching.stdout).text();
    for await (const text of head.pipeThrough(new TextDecoderStream())) {
      told += text.split("Watching 1 file; Ctrl-C ends").length - 1;
      if (told === 1 && text.includes("Watching")) {
        await Deno.writeTextFile(path, (await Deno.readTextFile(path)).replace("for loop", "a loop"));
      }
      if (told === 2) watching.kill("SIGINT");
    }
    const { code } = await watching.status;
    assertEquals(code, 130, await all);
    const text = await stdout;
    assertStringIncludes(text, "parser");
    assertMatch(text, /reduce.*\n(?:.*\n)*.*a loop/);
    assertStringIncludes(text, "the run before");
  }));
