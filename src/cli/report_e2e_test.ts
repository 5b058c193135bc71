import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parseDocument } from "../measure/document_file.ts";
import { REPORT_FORMATS } from "../report/mod.ts";
import { hostileDocument, sampleDocument } from "../report/testdata/sample_document.ts";
import { hasProgram, inTempDir, PUFFIN_BENCH, run, runOnTerminal, start, testSource } from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

/** Hands a saved result to `use`. */
async function withSaved(document: unknown, use: (file: string, folder: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    const file = join(folder, "result.json");
    await Deno.writeTextFile(file, typeof document === "string" ? document : JSON.stringify(document));
    await use(file, folder);
  });
}

Deno.test("puffin-bench report shows a saved result in every format, and nothing but it on stdout", () =>
  withSaved(sampleDocument(), async (file) => {
    const others = {
      go: "# puffin-bench 0.1.0",
      bencher: "{",
      "github-action-benchmark": "[",
      junit: "<?xml",
      openmetrics: "# TYPE",
    };
    const formats = ["table", "json", "csv", "markdown", "html", ...Object.keys(others)];
    assertEquals(formats.toSorted(), REPORT_FORMATS.toSorted());
    const outcomes = await Promise.all(
      formats.map((format) => puffinBench(["report", file, "--format", format])),
    );
    for (const { code, stderr } of outcomes) assertEquals({ code, stderr }, { code: 0, stderr: "" });
    const [table = "", json = "", csv = "", markdown = "", html = "", ...rest] = outcomes.map(({ stdout }) => stdout);
    for (const [i, beginning] of Object.values(others).entries()) assert(rest[i]?.startsWith(beginning), beginning);
    assertStringIncludes(table, "State Dependency Resolution (states=1000)");
    assertEquals(parseDocument(json, "stdout"), sampleDocument());
    assertMatch(csv, /^id,suite,group,name,params,status,failure,kind,mean_ns,median_ns,/);
    assertMatch(markdown, /^# Benchmark results\n/);
    assertMatch(html, /^<!DOCTYPE html>\n<html lang="en">/);
  }));

testSource(
  "puffin-bench report --output writes the format that the name ends with, and replaces an older file",
  () =>
    withSaved(sampleDocument(), async (file, folder) => {
      for (
        const [name, start] of [["a.html", "<!DOCTYPE"], ["a.md", "# Bench"], ["a.csv", "id,"], ["a.xml", "<?xml"], [
          "a.txt",
          "puffin",
        ]]
      ) {
        const output = join(folder, name ?? "");
        await Deno.writeTextFile(output, "old");
        const { code, stdout, stderr } = await puffinBench(["report", file, "--output", output]);
        assertEquals({ code, stdout, stderr }, { code: 0, stdout: "", stderr: `Written to ${output}\n` });
        assert((await Deno.readTextFile(output)).startsWith(start ?? ""), name);
      }
      const { code, stderr } = await puffinBench(["report", file, "--output", join(file, "x.html")]);
      assertEquals(code, 2);
      assertMatch(stderr, /^error: Cannot write [^\n]+\n$/);
    }),
);

testSource("puffin-bench report refuses what is no result, in one line that names the file", async () => {
  const whole = JSON.stringify(sampleDocument());
  const broken: readonly (readonly [string, RegExp])[] = [
    [whole.slice(0, whole.length / 2), /not JSON, perhaps cut off/],
    ["<html>", /not JSON/],
    ["", /empty/],
    ["[1, 2]", /"format"/],
    [whole.replace('"version":2,', '"version":99,'), /"version" to be 2, found 99/],
    [whole.replace('"forks":3', '"forks":"three"'), /settings\.forks/],
  ];
  for (const [text, message] of broken) {
    await withSaved(text, async (file) => {
      const { code, stdout, stderr } = await puffinBench(["report", file]);
      assertEquals({ code, stdout }, { code: 2, stdout: "" });
      assertMatch(stderr, /^error: Cannot read [^\n]+\n$/);
      assertMatch(stderr, message);
      assertStringIncludes(stderr, file);
      assertEquals(await Deno.readTextFile(file), text, "the file is left as it was");
    });
  }
});

testSource(
  "puffin-bench report refuses a file of 500 MB without reading it, a folder, and a file that is not there",
  () =>
    withSaved("", async (file, folder) => {
      await Deno.truncate(file, 500 * 1024 * 1024); // sparse: it takes no room
      const missing = join(folder, "missing.json");
      for (const [path, message] of [[file, /500 MB/], [folder, /not a file/], [missing, /no such file/]] as const) {
        const { code, stdout, stderr } = await puffinBench(["report", path]);
        assertEquals({ code, stdout }, { code: 2, stdout: "" });
        assertMatch(stderr, message);
      }
    }),
);

testSource(
  "puffin-bench shows on stderr no character that acts on a terminal, wherever it comes from",
  () =>
    withSaved("\x1b]0;title\x07{", async (file) => {
      for (const args of [["report", file], ["report", "\x9b31m"], ["\x1b[31mcommand"], ["list", "--\x1b[31m"]]) {
        const { code, stderr } = await puffinBench(args);
        assertEquals(code, 2);
        // deno-lint-ignore no-control-regex -- control characters are what must not be there
        assertMatch(stderr, /^error: [^\x00-\x1f\x7f-\x9f]+\n$/);
      }
    }),
);

testSource(
  "puffin-bench report names the --output that cannot be written, and no file of its own",
  () =>
    withSaved(sampleDocument(), async (file, folder) => {
      const { code, stderr } = await puffinBench(["report", file, "--output", folder]);
      assertEquals(code, 2);
      assertMatch(stderr, /^error: Cannot write "[^"]+": Is a directory \(os error 21\); choose another --output\n$/);
      assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 1, "nothing is left");
    }),
);

testSource(
  "puffin-bench report shows hostile names as text in every format",
  () =>
    withSaved(hostileDocument(), async (file) => {
      for (const format of ["table", "markdown", "html", "bencher", "github-action-benchmark", "openmetrics"]) {
        const { code, stdout } = await puffinBench(["report", file, "--format", format]);
        assertEquals(code, 0);
        // deno-lint-ignore no-control-regex -- control characters are what must not be there
        assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(stdout), format);
        if (format !== "markdown" && format !== "html") continue;
        assert(!stdout.includes("<img"), format);
        assertEquals(stdout.match(/<script/g)?.length ?? 0, format === "html" ? 1 : 0, "the page's own script only");
      }
    }),
);

testSource(
  "puffin-bench report fits its table to the width that COLUMNS gives",
  () =>
    withSaved(sampleDocument(), async (file) => {
      for (const width of [40, 80, 200]) {
        const { stdout } = await puffinBench(["report", file], { env: { COLUMNS: String(width) } });
        const longest = Math.max(...stdout.split("\n").map((line) => [...line].length));
        assert(longest <= width && longest > width - 15, `${longest} columns at ${width}`);
      }
    }),
);

Deno.test("puffin-bench report survives a reader that closes the pipe", () =>
  withSaved(hostileDocument(), async (file) => {
    const child = start(PUFFIN_BENCH, ["report", file, "--format", "json"]);
    await child.stdout.cancel();
    const stderr = await new Response(child.stderr).text();
    assertEquals({ code: (await child.status).code, stderr }, { code: 0, stderr: "" });
  }));

Deno.test({
  name: "puffin-bench report tells in one line that stdout is full",
  ignore: Deno.build.os !== "linux",
  fn: () =>
    withSaved(sampleDocument(), async (file) => {
      const full = ["sh", "-c", 'exec "$@" >/dev/full', "sh", ...PUFFIN_BENCH] as const;
      const { code, stderr } = await run(full, ["report", file]);
      assertEquals(code, 2);
      assertMatch(stderr, /^error: Cannot write the output: No space left on device[^\n]*\n$/);
    }),
});

const hasScript = Deno.build.os === "linux" && hasProgram("script");

Deno.test({
  name: `puffin-bench report uses colours on a terminal only${hasScript ? "" : " (skipped: no util-linux script)"}`,
  ignore: !hasScript,
  fn: () =>
    withSaved(sampleDocument(), async (file) => {
      const colored = await runOnTerminal(PUFFIN_BENCH, ["report", file]);
      assertStringIncludes(colored.stdout, "\x1b[31m");
      const plain = await Promise.all([
        runOnTerminal(PUFFIN_BENCH, ["report", file, "--no-color"]),
        runOnTerminal(PUFFIN_BENCH, ["report", file], { env: { NO_COLOR: "1" } }),
        puffinBench(["report", file]),
      ]);
      for (const { code, stdout } of plain) {
        assertEquals(code, 0);
        assert(!stdout.includes("\x1b"));
      }
    }),
});
