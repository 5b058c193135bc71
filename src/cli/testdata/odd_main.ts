/**
 * The command line with the odd suites in place of the real ones.
 *
 * @module
 */

import { runCommandLine } from "../command_line.ts";
import { ODD_SUITES } from "./odd_suites.ts";

Deno.exit(await runCommandLine(Deno.args, { suites: ODD_SUITES, mainModule: import.meta.url }));
