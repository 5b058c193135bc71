import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { inTempDir, outcomeOf, type Program, run, start } from "../src/cli/testdata/program.ts";

const RUNNER: Program = [
  Deno.execPath(),
  "run",
  "--quiet",
  "--allow-all",
  "--cached-only",
  "--config",
  fileURLToPath(new URL("../deno.json", import.meta.url)),
  fileURLToPath(new URL("./run_tests.ts", import.meta.url)),
];

/** Runs the tests of a folder with these files; modules that the runner writes are in `temp` of it. */
async function inProject(
  files: Readonly<Record<string, string>>,
  use: (folder: string, env: Readonly<Record<string, string>>) => Promise<void>,
): Promise<void> {
  await inTempDir(async (folder) => {
    for (const [path, text] of Object.entries({ ...files, "temp/none": "" })) {
      const end = path.lastIndexOf("/");
      if (end > 0) Deno.mkdirSync(`${folder}/${path.slice(0, end)}`, { recursive: true });
      Deno.writeTextFileSync(`${folder}/${path}`, text);
    }
    Deno.removeSync(`${folder}/temp/none`);
    await use(folder, { NO_COLOR: "1", TMPDIR: `${folder}/temp`, TEMP: `${folder}/temp` });
    assertEquals([...Deno.readDirSync(`${folder}/temp`)], [], "the runner leaves nothing behind");
  });
}

const passing = (name: string) => `Deno.test(${JSON.stringify(name)}, () => {});\n`;

Deno.test("all tests are run, once, those of long files first, then those of large folders", () =>
  inProject({
    "a_test.ts": passing("in the root"),
    "src/cli/x_e2e_test.ts": passing("long"),
    "src/cli/x_test.ts": passing("of a folder"),
    "src/cli/deep/y_test.ts": passing("of a folder in it"),
    "src/agent/test.js": passing("another name"),
    "dist/z_test.ts": "throw new Error('what was built is no test')",
  }, async (folder, env) => {
    const { code, stdout } = await run(RUNNER, [], { cwd: folder, env: { ...env, DENO_JOBS: "1" } });
    assertEquals(code, 0, stdout);
    assertMatch(stdout, /^ok \| 5 passed \| 0 failed/m);
    const order = [...stdout.matchAll(/^(.*) \.\.\. ok/gm)].map(([, name]) => name);
    assertEquals(order, ["long", "of a folder in it", "of a folder", "in the root", "another name"]);
  }));

Deno.test("a test that fails or leaks, in a group, is shown with its own file, and so is a file that cannot be loaded", () =>
  inProject({
    "src/cli/a_test.ts": "Deno.test('fails', () => { throw new Error('as planned'); });",
    "src/cli/b_test.ts": "Deno.test('leaks', () => { setTimeout(() => {}, 60_000); });",
    "src/cli/c_test.ts": passing("holds"),
    "src/agent/a_test.ts": "throw new Error('no module');",
    "src/agent/b_test.ts": passing("is not reached"),
  }, async (folder, env) => {
    const { code, stdout } = await run(RUNNER, [], { cwd: folder, env });
    assertEquals(code, 1, stdout);
    assertMatch(stdout, /^FAILED \| 1 passed \| 3 failed/m);
    assertStringIncludes(stdout, "fails => ./src/cli/a_test.ts:1:6");
    assertStringIncludes(stdout, "leaks => ./src/cli/b_test.ts:1:6");
    assertMatch(stdout, /no module\n[^]*src\/agent\/a_test\.ts:1/);
  }));

Deno.test("options are handed on, and with a path it is deno test itself", () =>
  inProject({
    "src/cli/a_test.ts": passing("first") + passing("second"),
    "src/cli/b_test.ts": passing("third"),
  }, async (folder, env) => {
    const filtered = await run(RUNNER, ["--filter=second", "--junit-path=junit.xml"], { cwd: folder, env });
    assertMatch(filtered.stdout, /^ok \| 1 passed \| 0 failed \| 2 filtered out/m);
    assertStringIncludes(Deno.readTextFileSync(`${folder}/junit.xml`), 'classname="./src/cli/a_test.ts"');
    const named = await run(RUNNER, ["src/cli/b_test.ts"], { cwd: folder, env });
    assertMatch(named.stdout, /^ok \| 1 passed/m);
    const separate = await run(RUNNER, ["--filter", "third"], { cwd: folder, env });
    assertMatch(separate.stdout, /^ok \| 1 passed/m);
  }));

Deno.test({
  name: "a signal ends the tests too",
  ignore: Deno.build.os === "windows",
  fn: () =>
    inProject({
      "src/cli/a_test.ts": `Deno.test("waits", () => {
        Deno.writeTextFileSync("pid.tmp", String(Deno.pid));
        Deno.renameSync("pid.tmp", "pid");
        return new Promise((resolve) => setTimeout(resolve, 600_000));
      });`,
      "src/cli/b_test.ts": passing("waits for the other"),
    }, async (folder, env) => {
      using watcher = Deno.watchFs(folder);
      const child = start(RUNNER, [], { cwd: folder, env });
      const running = (async () => {
        for await (const { paths } of watcher) if (paths.some((path) => path.endsWith("/pid"))) return true;
        return false;
      })();
      assert(await Promise.race([running, child.status.then(() => false)]), "the test has begun");
      child.kill("SIGINT");
      const { code } = await outcomeOf(child);
      assertEquals(code, 130);
      const pid = Number(Deno.readTextFileSync(`${folder}/pid`));
      assert(pid > 0 && pid !== child.pid);
      let isGone = false;
      try {
        Deno.kill(pid, "SIGTERM");
      } catch (error) {
        isGone = error instanceof Deno.errors.NotFound;
      }
      assert(isGone, "the tests still run");
    }),
});
