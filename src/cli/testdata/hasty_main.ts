/**
 * The command line whose measuring processes hardly warm up: for tests of what a comparison does, not of how well it measures.
 *
 * @module
 */

import { SUITES } from "../../../bench/mod.ts";
import type { SyncReader } from "../../measure/fork/line_reader.ts";
import { runCommandLine } from "../command_line.ts";

const WARM_UP = /("(?:w|maxW)armupMs":)(\d+)/g;

/** Reads what a process is asked for, with a twentieth of its warm-up; as long as it was, so that it fits where it was read to. */
function hastily(source: SyncReader): SyncReader {
  const decoder = new TextDecoder("latin1"); // a byte a character
  return {
    readSync(buffer) {
      const length = source.readSync(buffer);
      if (length === null) return null;
      decoder.decode(buffer.subarray(0, length)).replace(WARM_UP, (found, name: string, ms: string, at: number) => {
        const less = String(Math.ceil(Number(ms) / 20)).padStart(ms.length);
        new TextEncoder().encodeInto(less, buffer.subarray(at + name.length));
        return found;
      });
      return length;
    },
  };
}

if (import.meta.main) {
  Object.defineProperty(Deno, "stdin", { value: hastily(Deno.stdin) });
  Deno.exit(await runCommandLine(Deno.args, { suites: SUITES, mainModule: import.meta.url }));
}
