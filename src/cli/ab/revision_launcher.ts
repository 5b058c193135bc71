/**
 * How the program of a checked-out revision is started.
 *
 * @module
 */

import { join } from "node:path";
import type { ForkLauncher } from "../../measure/fork_launcher.ts";
import { FORK_COMMAND } from "../fork_command.ts";
import { quote, UsageError } from "../usage_error.ts";

/** The module of a checkout that runs the command line. */
const MAIN_MODULE = join("src", "cli", "main.ts");

/**
 * A launcher of the revision's own program: the Deno that runs this one; in the executable the one on the PATH, else the one that
 * the revision's own `denow` brings.
 *
 * @param tree Folder that the revision is checked out in.
 * @throws {UsageError} If the revision has no such program, or there is no Deno.
 */
export async function revisionLauncher(tree: string, revision: string): Promise<ForkLauncher> {
  const main = join(tree, MAIN_MODULE);
  if (!await exists(main)) {
    throw new UsageError(
      `Cannot measure revision ${
        quote(revision)
      }: it has no ${MAIN_MODULE}; name a file of benchmarks that both revisions have`,
    );
  }
  const config = join(tree, "deno.json");
  const configured = await exists(config) ? ["--config", config] : ["--no-config"];
  const args = ["run", "--quiet", "--allow-all", ...configured, main, FORK_COMMAND];
  return { executable: await findDeno(tree, revision), arguments: args };
}

async function findDeno(tree: string, revision: string): Promise<string> {
  if (!Deno.build.standalone) return Deno.execPath();
  if (await runs("deno")) return "deno";
  const own = join(tree, "denow");
  if (Deno.build.os !== "windows" && await runs(own)) return own;
  throw new UsageError(
    `Cannot measure revision ${quote(revision)}: there is no deno on the PATH to run it with; install Deno`,
  );
}

async function runs(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).output()).success;
  } catch {
    return false;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch {
    return false;
  }
}
