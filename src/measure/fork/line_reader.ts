/**
 * Lines of stdin, read synchronously: a read that is pending in the event loop would be so within every sample, too, and a
 * process that is blocked in a read costs its partner nothing.
 *
 * @module
 */

/** What bytes are read from: `Deno.stdin`, or a test's. */
export interface SyncReader {
  /** Fills the buffer as far as there is something to read, and waits if there is nothing; null at the end. */
  readSync(buffer: Uint8Array): number | null;
}

/** Reads one line after the other. */
export class LineReader {
  readonly #source: SyncReader;
  readonly #buffer = new Uint8Array(65_536);
  readonly #decoder = new TextDecoder();
  #text = "";

  /** Reads from `source`. */
  constructor(source: SyncReader) {
    this.#source = source;
  }

  /** The next line, without its end; waits for it, and blocks the whole thread. null at the end of the input. */
  read(): string | null {
    for (let from = 0;;) {
      const end = this.#text.indexOf("\n", from);
      if (end >= 0) {
        const line = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 1);
        return line;
      }
      from = this.#text.length;
      const length = this.#source.readSync(this.#buffer);
      if (length === null) return this.#rest();
      this.#text += this.#decoder.decode(this.#buffer.subarray(0, length), { stream: true });
    }
  }

  #rest(): string | null {
    const rest = this.#text;
    this.#text = "";
    return rest === "" ? null : rest;
  }
}
