/**
 * The command line for tests of what a comparison does, not of how well it measures.
 *
 * @module
 */

import { fromSource, isExecutable, type Program, PUFFIN_BENCH } from "./program.ts";

/** The program that users have, from source with processes that hardly warm up: that is half of what they take. */
export const HASTY_BENCH: Program = isExecutable ? PUFFIN_BENCH : fromSource("./hasty_main.ts");
