/**
 * How this program starts itself as a measuring process.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import type { ForkLauncher } from "../measure/fork_launcher.ts";
import { TIMED_V8_FLAGS } from "../measure/run/spawn.ts";
import { FORK_COMMAND } from "./fork_command.ts";

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
  if (Deno.build.standalone) return compiledLauncher();
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  return {
    executable: Deno.execPath(),
    arguments: ["run", "--quiet", "--allow-all", "--cached-only", "--config", config, mainModule, FORK_COMMAND],
  };
}

function compiledLauncher(): ForkLauncher {
  const compiled = { arguments: [FORK_COMMAND], builtInV8Flags: TIMED_V8_FLAGS };
  const executable = Deno.execPath();
  // macOS starts no program whose code signature does not fit.
  if (Deno.build.os === "darwin") return { ...compiled, executable };
  const withV8Flag = async (flag: string) => {
    const { ExecutableCopy } = await import("./executable_copy.ts");
    const copy = await ExecutableCopy.make(executable, flag);
    return {
      ...compiled,
      executable: copy.path,
      builtInV8Flags: [...TIMED_V8_FLAGS, flag],
      [Symbol.asyncDispose]: () => copy[Symbol.asyncDispose](),
    };
  };
  return { ...compiled, executable, withV8Flag };
}
