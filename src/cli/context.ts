/**
 * What the commands work with: the suites, and the world outside.
 *
 * @module
 */

import type { Suite } from "../measure/definition.ts";
import type { Output } from "./output.ts";
import { factsOf, type Terminal, terminalOf } from "./terminal.ts";

/** One suite, which is loaded only when it is needed. */
export interface SuiteEntry {
  /** What it measures, in a few words. */
  readonly title: string;
  /** Imports it. */
  load(): Promise<Suite>;
}

/** The suites by their names, in the order in which `all` measures them. */
export type SuiteRegistry = Readonly<Record<string, SuiteEntry>>;

/** What {@linkcode SuiteRegistry} and its caller add to the program's own streams. */
export interface Context {
  /** The suites that can be measured. */
  readonly suites: SuiteRegistry;
  /** URL of the module that runs the command line: what a fork is started with. */
  readonly mainModule: string;
  /** The program's arguments, as they were typed. */
  readonly arguments: readonly string[];
  /** Results go here. */
  readonly stdout: Output;
  /** All else goes here. */
  readonly stderr: Output;
}

/** What stdout looks like. */
export function stdoutTerminal(allowColor: boolean): Terminal {
  return terminalOf(factsOf(Deno.stdout), allowColor);
}

/** What stderr looks like. */
export function stderrTerminal(allowColor: boolean): Terminal {
  return terminalOf(factsOf(Deno.stderr), allowColor);
}
