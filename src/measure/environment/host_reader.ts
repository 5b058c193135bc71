/**
 * How facts of a host are asked for: its files and folders, and what its own programs print.
 *
 * @module
 */

import { type ProgramOptions, programOutput } from "./program_output.ts";
import { readHostFile } from "./host_file.ts";

/** A host as seen by whoever asks for its facts; tests have recorded ones. */
export interface HostReader {
  /** Its operating system, as `Deno.build.os` calls it. */
  readonly os: string;
  /** The text of a file; null if there is none or it may not be read. */
  read(path: string): string | null;
  /** The names in a folder; none if there is no such folder or it may not be read. */
  list(path: string): readonly string[];
  /** What a program prints; null if it cannot be run. */
  run(program: string, args: readonly string[]): Promise<string | null>;
}

/** How long a program of the host may take, in milliseconds: PowerShell starts slowly. */
const TIMEOUT_MS: ProgramOptions["timeoutMs"] = 5_000;

/** This host. Nothing in it throws or prompts. */
export const thisHost: HostReader = {
  os: Deno.build.os,
  read: readHostFile,
  list(path) {
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return [];
    try {
      return [...Deno.readDirSync(path)].map(({ name }) => name);
    } catch {
      return []; // not on this host, or not for this program
    }
  },
  run: (program, args) => programOutput(program, { args, env: { LC_ALL: "C" }, timeoutMs: TIMEOUT_MS }),
};
