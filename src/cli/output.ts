/**
 * Writing to stdout and stderr, which a reader may close at any time.
 *
 * @module
 */

import { systemReason } from "../measure/system_reason.ts";
import { UsageError } from "./usage_error.ts";

/** Where text goes: one of the program's own streams, or a test's. */
export interface Output {
  /** Writes the whole text; false if nobody reads any more. Rejects with a `UsageError` if it cannot be written. */
  write(text: string): Promise<boolean>;
  /** Writes at once, for progress and signals; what cannot be written is dropped, since there is nowhere to tell it. */
  writeNow(text: string): void;
}

/** One of the program's own streams. A pipe that was closed (`| head`), or a terminal, is no error: the rest is dropped. */
export function streamOutput(stream: Pick<typeof Deno.stdout, "write" | "writeSync" | "isTerminal">): Output {
  const encoder = new TextEncoder();
  const isTerminal = stream.isTerminal(); // one that was closed is none any more
  return {
    async write(text) {
      const bytes = encoder.encode(text);
      try {
        for (let written = 0; written < bytes.length;) written += await stream.write(bytes.subarray(written));
        return true;
      } catch (error) {
        if (isClosed(error) || (isTerminal && isInputOutputError(error))) return false;
        throw new UsageError(`Cannot write the output: ${systemReason(error)}; make room, or write it elsewhere`, {
          cause: error,
        });
      }
    },
    writeNow(text) {
      const bytes = encoder.encode(text);
      try {
        for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
      } catch {
        // closed, or full: the program's work goes on
      }
    },
  };
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BadResource;
}

/** What a terminal that was closed answers, and a file on a broken disk. */
function isInputOutputError(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EIO";
}
