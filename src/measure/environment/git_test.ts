import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { parseGitStatus, readGit } from "./git.ts";
import { programOutput } from "./program_output.ts";

const COMMIT = "5577e7e2b45d08fd20315c77379a87d1ba345af2";
const CHANGE = "1 .M N... 100644 100644 100644 8b13789179 8b13789179 notes.txt\n";

Deno.test("parseGitStatus() finds commit, branch and changes", () => {
  const status = `# branch.oid ${COMMIT}\n# branch.head main\n# branch.upstream origin/main\n# branch.ab +1 -0\n`;
  assertEquals(parseGitStatus(status), { commit: COMMIT, branch: "main", dirty: false });
  assertEquals(parseGitStatus(status + CHANGE), { commit: COMMIT, branch: "main", dirty: true });
});

Deno.test("parseGitStatus() knows a detached head, sums of 64 digits and branches with odd names", () => {
  assertEquals(parseGitStatus(`# branch.oid ${COMMIT}\n# branch.head (detached)\n`)?.branch, null);
  assertEquals(parseGitStatus(`# branch.oid ${"a".repeat(64)}\n`), {
    commit: "a".repeat(64),
    branch: null,
    dirty: false,
  });
  assertEquals(parseGitStatus(`# branch.oid ${COMMIT}\n# branch.head fix/#7 <b>\n`)?.branch, "fix/#7 <b>");
});

Deno.test("parseGitStatus() is null before the first commit and for any other text", () => {
  for (
    const text of ["# branch.oid (initial)\n# branch.head main\n", "", "fatal: not a git repository", "# branch.oid 12"]
  ) {
    assertEquals(parseGitStatus(text), null);
  }
});

const git = (cwd: string, ...args: string[]) => programOutput("git", { args, cwd, timeoutMs: 60_000 });
const hasGit = await programOutput("git", { args: ["--version"], timeoutMs: 60_000 }) !== null;

Deno.test({
  name: "readGit() follows a checkout through its life, and leaves it alone",
  ignore: !hasGit,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    try {
      assertEquals(await readGit(folder), null, "no checkout");
      await git(folder, "init", "--quiet", "--initial-branch=trunk");
      assertEquals(await readGit(folder), null, "no commit");
      await Deno.writeTextFile(join(folder, "notes.txt"), "one");
      await git(folder, "add", ".");
      const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false"];
      await git(folder, ...identity, "commit", "--quiet", "--message=first");
      const clean = await readGit(folder);
      assert(clean !== null);
      assertMatch(clean.commit, /^[0-9a-f]{40}$/);
      assertEquals([clean.branch, clean.dirty], ["trunk", false]);
      await Deno.writeTextFile(join(folder, "results.json"), "{}");
      assertEquals(await readGit(folder), clean, "a file that git does not know");
      await Deno.writeTextFile(join(folder, "notes.txt"), "two");
      const hook = join(folder, "watcher");
      await Deno.writeTextFile(hook, `#!/bin/sh\ntouch ${join(folder, "was-run")}\n`, { mode: 0o755 });
      await git(folder, "config", "core.fsmonitor", hook);
      assertEquals(await readGit(folder), { ...clean, dirty: true });
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
      assertEquals(names, [".git", "notes.txt", "results.json", "watcher"], "the repository's own program was not run");
      await git(folder, "checkout", "--quiet", "--detach");
      assertEquals(await readGit(join(folder, ".")), { ...clean, branch: null, dirty: true });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
