/**
 * Writing to stdout and stderr, which a reader may close at any time.
 *
 * @module
 */

/** Where text goes: one of the program's own streams, or a test's. */
export interface Output {
  /** Writes the whole text; false if nobody reads any more. */
  write(text: string): Promise<boolean>;
  /** Writes at once, for progress and signals; what nobody reads is dropped. */
  writeNow(text: string): void;
}

/** One of the program's own streams. A pipe that was closed (`| head`) is no error: the rest is dropped. */
export function streamOutput(stream: Pick<typeof Deno.stdout, "write" | "writeSync">): Output {
  const encoder = new TextEncoder();
  return {
    async write(text) {
      const bytes = encoder.encode(text);
      try {
        for (let written = 0; written < bytes.length;) written += await stream.write(bytes.subarray(written));
        return true;
      } catch (error) {
        if (isClosed(error)) return false;
        throw error;
      }
    },
    writeNow(text) {
      const bytes = encoder.encode(text);
      try {
        for (let written = 0; written < bytes.length;) written += stream.writeSync(bytes.subarray(written));
      } catch (error) {
        if (!isClosed(error)) throw error;
      }
    },
  };
}

function isClosed(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BadResource;
}
