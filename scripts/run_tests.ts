/**
 * The task `test`: `deno test` of every test file, most of them in groups that are loaded as one module. With a path or an option that
 * chooses files it is `deno test` itself.
 *
 * @module
 */

import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { V8_FLAGS } from "../src/testdata/v8_flags.ts";
import { groupTests, testFilesIn } from "./test_groups.ts";

/** Options of `deno test` that mean the same whichever modules the tests are in. */
const OF_TESTS = /^--(fail-fast|filter|hide-stacktraces|junit-path|reporter|shuffle|trace-leaks)(=|$)/;

const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows" ? ["SIGINT"] : ["SIGINT", "SIGTERM"];

/** Runs Deno's test runner to its end, and answers its exit code; a signal ends both. */
async function denoTest(args: readonly string[]): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "--allow-all", "--no-check", V8_FLAGS, "--parallel", ...args],
    // Modules at a time: two more than there are processors, as some wait for programs, timers and pages.
    env: { DENO_JOBS: Deno.env.get("DENO_JOBS") ?? String(navigator.hardwareConcurrency + 2) },
  }).spawn();
  for (const signal of SIGNALS) Deno.addSignalListener(signal, () => child.kill(signal));
  return (await child.status).code;
}

/** Writes a module for each group, also of one file: only modules of one folder begin in the order in which they are named. */
function writeModules(folder: string): string[] {
  return groupTests(testFilesIn(Deno.cwd())).map(({ name, files }) => {
    const path = join(folder, `${name}_test.ts`);
    const urls = files.map((file) => pathToFileURL(join(Deno.cwd(), file)).href);
    Deno.writeTextFileSync(path, urls.map((url) => `import ${JSON.stringify(url)};\n`).join(""));
    return path;
  });
}

async function runTests(args: readonly string[]): Promise<number> {
  if (!args.every((arg) => OF_TESTS.test(arg))) return await denoTest(args);
  const folder = Deno.makeTempDirSync({ prefix: "puffin-tests-" });
  try {
    return await denoTest([...args, ...writeModules(folder)]);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.exit(await runTests(Deno.args));
