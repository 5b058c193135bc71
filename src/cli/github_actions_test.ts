import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { sampleComparison } from "../compare/testdata/sample_comparison.ts";
import { largeComparison } from "../report/comparison/testdata/comparisons.ts";
import { tellGithub } from "./github_actions.ts";
import { inTempDir } from "./testdata/program.ts";

/** What it wrote to stderr, with these variables. */
async function told(comparison: Parameters<typeof tellGithub>[0], env: Record<string, string>, annotate = true) {
  let text = "";
  const stderr = { write: () => Promise.resolve(true), writeNow: (more: string) => void (text += more) };
  await tellGithub(comparison, { stderr, env: (name) => env[name], annotate });
  return text;
}

Deno.test("tellGithub does nothing elsewhere", () =>
  inTempDir(async (folder) => {
    const path = `${folder}/summary.md`;
    assertEquals(await told(sampleComparison(), { GITHUB_STEP_SUMMARY: path }), "");
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("tellGithub appends to the summary and annotates on stderr", () =>
  inTempDir(async (folder) => {
    const path = `${folder}/summary.md`;
    await Deno.writeTextFile(path, "before\n");
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: path };
    assertMatch(await told(sampleComparison(), env), /^::error title=/m);
    assertEquals(await told(sampleComparison(), env, false), "");
    const summary = await Deno.readTextFile(path);
    assert(summary.startsWith("before\n## ▲ SLOWER: "));
    assertEquals(summary.match(/^## /gm)?.length, 2);
  }));

Deno.test("tellGithub keeps the summary below GitHub's limit, and says what is not in it", () =>
  inTempDir(async (folder) => {
    const path = `${folder}/summary.md`;
    const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: path };
    for (let step = 0; step < 3; step++) await told(largeComparison(), env, false);
    assert((await Deno.stat(path)).size <= 1024 * 1024);
    assertStringIncludes(await told(largeComparison(), env, false), "The job summary is full");
  }));

Deno.test("tellGithub takes a summary that cannot be written for no failure", async () => {
  const env = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: "/dev/null/summary.md" };
  assertMatch(
    await told(sampleComparison(), env, false),
    /^Cannot append to the job summary "\/dev\/null\/summary.md": /,
  );
});
