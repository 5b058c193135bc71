import { assert, assertEquals } from "@std/assert";
import { existsSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import { join } from "node:path";
import { inTempDir } from "../../src/cli/testdata/program.ts";
import { ProjectCopy } from "./project_copy.ts";

const LONG_MS = 600_000;

async function withCopy(files: Readonly<Record<string, string>>, use: (copy: ProjectCopy) => Promise<void>) {
  await inTempDir(async (folder) => {
    for (const [name, text] of Object.entries(files)) await Deno.writeTextFile(join(folder, name), text);
    assert((await new Deno.Command("git", { args: ["init", "--quiet"], cwd: folder }).output()).success);
    await using copy = await ProjectCopy.make(folder);
    await use(copy);
    for (const [name, text] of Object.entries(files)) assertEquals(await Deno.readTextFile(join(folder, name)), text);
  });
}

/** Whether a process runs; one that has ended and that nobody has collected does not. */
function isRunning(pid: string): boolean {
  try {
    return !/\) Z/.test(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return false;
  }
}

Deno.test("ProjectCopy: tests see a file's other text only while it has it, and the project never does", async () => {
  const files = {
    "a.ts": "export const a = 1;",
    "a_test.ts": `import { a } from "./a.ts";\nDeno.test("a", () => { if (a !== 1) throw new Error(); });`,
  };
  await withCopy(files, async (copy) => {
    const ending = async () => (await copy.test("a_test.ts", LONG_MS)).ending;
    assertEquals(await copy.withText("a.ts", "export const a = 2;", ending), "failed");
    assertEquals(await ending(), "passed");
  });
});

Deno.test("ProjectCopy: tests that never end are killed, with the processes that they have started", async () => {
  const files = {
    "endless_test.ts": `Deno.test("endless", () => {
  const child = new Deno.Command("sleep", { args: ["1000"], stdout: "null" }).spawn();
  Deno.writeTextFileSync("started", String(child.pid));
  while (true);
});`,
  };
  await withCopy(files, async (copy) => {
    for (let limitMs = 1000;; limitMs *= 2) { // until there was time for it to start
      assertEquals((await copy.test("endless_test.ts", limitMs)).ending, "overdue");
      const started = join(copy.root, "started");
      if (!existsSync(started)) continue;
      while (isRunning(await Deno.readTextFile(started))) await nextTurn(); // a killed process takes a moment to end
      break;
    }
  });
});

Deno.test("ProjectCopy: nothing is left when it is disposed of", async () => {
  let root = "";
  await withCopy({ "a.ts": "" }, (copy) => {
    root = copy.root;
    assert(existsSync(join(root, "a.ts")));
    return Promise.resolve();
  });
  assert(!existsSync(root));
});
