/**
 * A copy of the project, in which mutants are put.
 *
 * @module
 */

import { join } from "node:path";
import type { TestRun } from "./trial.ts";

/** A copy of the project in a temporary folder, which is removed when it is disposed of. */
export class ProjectCopy implements AsyncDisposable {
  private constructor(
    /** Its folder. */
    readonly root: string,
  ) {}

  /** Copies what git knows or would take of a folder. */
  static async make(project: string): Promise<ProjectCopy> {
    const root = await Deno.makeTempDir({ prefix: "puffin-mutants-" });
    const archive = new Deno.Command("sh", {
      args: ["-c", `git ls-files -z -co --exclude-standard | xargs -0 tar -cf - | tar -xf - -C "$0"`, root],
      cwd: project,
    });
    if (!(await archive.output()).success) throw new Error(`Cannot copy "${project}": is it a working tree of git?`);
    await Deno.mkdir(join(root, TEMPORARY)); // of tests that are killed
    return new ProjectCopy(root);
  }

  /** Does something while a file has another text. */
  async withText<T>(file: string, text: string, use: () => Promise<T>): Promise<T> {
    const path = join(this.root, file), original = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text);
    try {
      return await use();
    } finally {
      await Deno.writeTextFile(path, original);
    }
  }

  /** Runs the tests of a file, up to the first that fails. What takes longer than `limitMs` is killed with all that it started. */
  async test(file: string, limitMs: number): Promise<TestRun> {
    const startMs = performance.now();
    const child = new Deno.Command(Deno.execPath(), {
      args: ["test", "--no-check", "--allow-all", "--fail-fast", "--v8-flags=--expose-gc", file],
      cwd: this.root,
      detached: true, // a group of processes, to be killed as one
      env: { TMPDIR: join(this.root, TEMPORARY) },
      ...{ stdin: "null", stdout: "null", stderr: "null" },
    }).spawn();
    let isOverdue = false;
    const timer = limitMs === Infinity ? undefined : setTimeout(() => {
      isOverdue = true;
      Deno.kill(-child.pid, "SIGKILL");
    }, limitMs);
    const { success } = await child.status;
    clearTimeout(timer);
    return { ending: isOverdue ? "overdue" : success ? "passed" : "failed", durationMs: performance.now() - startMs };
  }

  /** Removes the copy. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.root, { recursive: true });
  }
}

const TEMPORARY = "dist";
