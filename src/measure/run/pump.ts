/**
 * Reads what a process prints.
 *
 * @module
 */

import type { OutputLines } from "./output_lines.ts";

/** Moves a stream's bytes into lines. */
export class Pump {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #lines: OutputLines<unknown>;

  /** Moves what `stream` yields into `lines`. */
  constructor(stream: ReadableStream<Uint8Array>, lines: OutputLines<unknown>) {
    this.#reader = stream.getReader();
    this.#lines = lines;
  }

  /** Resolves at the end of the stream, or when it is cancelled. */
  async run(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read();
      if (done) break;
      this.#lines.push(value);
    }
    this.#lines.end();
  }

  /** Reads no more. */
  cancel(): void {
    this.#reader.cancel().catch(() => {}); // the read that waits ends, which is all that is wanted
  }
}
