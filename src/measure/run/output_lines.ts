/**
 * Tells a fork's messages from what its benchmarks print.
 *
 * @module
 */

/** What a fork's stdout turns out to hold. */
export interface OutputHandlers<Message> {
  /** Takes one line; null if it is no message. */
  parse(token: string, line: string): Message | null;
  /** A message of the fork. */
  onMessage(message: Message): void;
  /** A line that something else printed. */
  onText(line: string): void;
}

/** A line without an end is passed on in pieces of this length, so that it does not fill the memory. */
const MAX_OPEN_CHARACTERS = 1 << 20;

/**
 * Splits a fork's stdout. A message starts on a line of its own, for which the fork ends whatever line was open; that line is
 * put together again, since it may be V8's own, which is written in blocks that end anywhere.
 */
export class OutputLines<Message> {
  readonly #token: string;
  readonly #handlers: OutputHandlers<Message>;
  readonly #decoder = new TextDecoder();
  #rest = "";
  #open = "";
  #isCut = true;

  /** Splits by `token`, and tells the handlers. */
  constructor(token: string, handlers: OutputHandlers<Message>) {
    this.#token = token;
    this.#handlers = handlers;
  }

  /** Takes the next bytes. */
  push(bytes: Uint8Array): void {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
    if (this.#rest.length > MAX_OPEN_CHARACTERS && !this.#rest.startsWith(this.#token)) {
      this.#take(this.#rest);
      this.#rest = "";
    }
  }

  /** Passes on what is left. */
  end(): void {
    if (this.#rest !== "") this.#take(this.#rest);
    if (this.#open !== "") this.#handlers.onText(this.#open);
    this.#rest = this.#open = "";
  }

  #take(line: string): void {
    const message = this.#handlers.parse(this.#token, line);
    if (message !== null) {
      this.#isCut = true;
      this.#handlers.onMessage(message);
    } else if (this.#isCut) {
      this.#open += line;
      this.#isCut = false;
    } else {
      this.#handlers.onText(this.#open);
      this.#open = line;
    }
  }
}
