/**
 * The executable `puffin-bench`.
 *
 * @module
 */

import { SUITES } from "../../bench/mod.ts";
import { runCommandLine } from "./command_line.ts";

if (import.meta.main) {
  Deno.exit(await runCommandLine(Deno.args, { suites: SUITES, mainModule: import.meta.url }));
}
