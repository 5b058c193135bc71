/**
 * How this program starts itself as a measuring process.
 *
 * @module
 */

import { fromFileUrl } from "@std/path";
import type { ForkLauncher } from "../measure/fork_launcher.ts";

/** Name of the hidden command that a fork runs. */
export const FORK_COMMAND = "fork";

/**
 * The launcher of this program: the executable itself, or Deno with the program's main module.
 *
 * Under Deno a fork gets all access, because Deno reads nothing under /proc without it, and run-queue delay and context
 * switches are found only there. Its configuration is named, so that the import map holds whatever the current folder is, and
 * it must not download anything: what the parent could import is cached.
 *
 * @param mainModule URL of the module that runs the command line.
 */
export function selfLauncher(mainModule: string): ForkLauncher {
  if (Deno.build.standalone) {
    // As scripts/compile builds them in.
    return { executable: Deno.execPath(), arguments: [FORK_COMMAND], builtInV8Flags: ["--expose-gc"] };
  }
  const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
  return {
    executable: Deno.execPath(),
    arguments: ["run", "--quiet", "--allow-all", "--cached-only", "--config", config, mainModule, FORK_COMMAND],
  };
}
