/**
 * What the program's streams are connected to: how wide, whether coloured, whether lines can be redrawn.
 *
 * @module
 */

/** One of the program's streams, as far as its looks are concerned. */
export interface Terminal {
  /** Columns. */
  readonly width: number;
  /** Whether to use colours. */
  readonly color: boolean;
  /** Whether a line can be drawn again in place. */
  readonly redraws: boolean;
}

/** What is looked at, so that tests can say it. */
export interface TerminalFacts {
  /** Whether the stream is a terminal. */
  readonly isTerminal: boolean;
  /** The terminal's columns; undefined if it does not say. */
  readonly columns: number | undefined;
  /** Reads an environment variable. */
  env(name: string): string | undefined;
}

/** Off a terminal nothing limits the width: this shows every column. */
const WIDTH_OF_FILES = 200;
const DEFAULT_WIDTH = 80;
const MAX_WIDTH = 1000;

/**
 * Decides on a stream's looks. `COLUMNS` overrides the width. No colour off a terminal, with `--no-color`, with a non-empty
 * `NO_COLOR` or with `TERM=dumb`; no redrawing off a terminal, under `CI` or with `TERM=dumb`.
 */
export function terminalOf(facts: TerminalFacts, allowColor: boolean): Terminal {
  const isDumb = facts.env("TERM") === "dumb";
  const columns = Number(facts.env("COLUMNS"));
  const hasColumns = Number.isInteger(columns) && columns > 0;
  const ownWidth = facts.isTerminal ? facts.columns ?? DEFAULT_WIDTH : WIDTH_OF_FILES;
  return {
    width: Math.min(MAX_WIDTH, hasColumns ? columns : ownWidth),
    color: allowColor && facts.isTerminal && !isDumb && (facts.env("NO_COLOR") ?? "") === "",
    redraws: facts.isTerminal && !isDumb && (facts.env("CI") ?? "") === "",
  };
}

/** The facts about one of the program's own streams. */
export function factsOf(stream: { isTerminal(): boolean }): TerminalFacts {
  const isTerminal = stream.isTerminal();
  return { isTerminal, columns: isTerminal ? consoleColumns() : undefined, env: (name) => Deno.env.get(name) };
}

/** A pseudo-terminal whose size nobody has set reports 0 columns. */
function consoleColumns(): number | undefined {
  try {
    return Deno.consoleSize().columns || undefined;
  } catch {
    return undefined; // no terminal to ask, for instance on Windows with stdin redirected
  }
}
