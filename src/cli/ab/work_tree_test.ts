import { assertEquals } from "@std/assert";
import { dirname, join } from "node:path";
import { hasProgram, inTempDir } from "../testdata/program.ts";
import { git } from "./git.ts";
import { WorkTree } from "./work_tree.ts";

const ignore = !hasProgram("git");

/** A checkout with one commit. */
async function inCheckout(action: (root: string, commit: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    const root = await Deno.realPath(folder);
    await git(["init", "--quiet"], root);
    const identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    await git([...identity, "commit", "--quiet", "--allow-empty", "-m", "x"], root);
    await action(root, (await git(["rev-parse", "HEAD"], root)).stdout);
  });
}

const trees = async (root: string) => (await git(["worktree", "list"], root)).stdout.split("\n").length;

const exists = (path: string) => Deno.stat(path).then(() => true, () => false);

Deno.test({
  name: "WorkTree leaves nothing, neither of itself nor of one whose owner was killed; those in use stay",
  ignore,
  fn: () =>
    inCheckout(async (root, commit) => {
      const abandoned = join(await Deno.makeTempDir({ prefix: "puffin-bench-ab-" }), "tree");
      await Deno.writeTextFile(join(dirname(abandoned), "lock"), "");
      await git(["worktree", "add", "--detach", "--quiet", abandoned, commit], root);
      assertEquals([await trees(root), await exists(abandoned)], [2, true]);
      {
        await using first = await WorkTree.make(root, { commit, revision: "HEAD" });
        assertEquals([await trees(root), await exists(dirname(abandoned))], [2, false]);
        await using second = await WorkTree.make(root, { commit, revision: "HEAD" });
        assertEquals([await trees(root), await exists(first.path), await exists(second.path)], [3, true, true]);
      }
      assertEquals(await trees(root), 1);
    }),
});

Deno.test({
  name: "WorkTree that cannot be made, or is aborted, leaves nothing",
  ignore,
  fn: () =>
    inCheckout(async (root, commit) => {
      const none = "0".repeat(40);
      const refused = await WorkTree.make(root, { commit: none, revision: "x" }).catch((error) => error.name);
      assertEquals(refused, "UsageError");
      const controller = new AbortController();
      const made = WorkTree.make(root, { commit, revision: "x" }, controller.signal).catch((reason) => reason);
      controller.abort("enough");
      assertEquals(await made, "enough");
      assertEquals(await trees(root), 1);
    }),
});
