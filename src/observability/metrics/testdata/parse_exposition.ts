/**
 * Reads metrics as text, character by character, by the words of the formats' specifications; independent of what writes them.
 *
 * @module
 */

/** One line with a value. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    readonly time: number;
  };
}

/** What is said of one metric, with its lines. */
export interface ParsedMetric {
  readonly name: string;
  help?: string;
  type?: string;
  unit?: string;
  readonly samples: ParsedSample[];
}

const NUMBER = /^[+-]?(\d+(\.\d*)?(e[+-]?\d+)?|inf|nan)$/i;

class Cursor {
  at = 0;

  constructor(readonly text: string) {}

  expect(wanted: string): void {
    if (!this.text.startsWith(wanted, this.at)) {
      throw new SyntaxError(
        `expected ${JSON.stringify(wanted)} at ${this.at}: ${this.text.slice(this.at, this.at + 60)}`,
      );
    }
    this.at += wanted.length;
  }

  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found] = pattern.exec(this.text) ?? [];
    if (found === undefined) {
      throw new SyntaxError(`expected ${pattern} at ${this.at}: ${this.text.slice(this.at, this.at + 60)}`);
    }
    this.at += found.length;
    return found;
  }

  /** Up to an unescaped `end`, which is passed over. */
  escaped(end: string, escapes: Readonly<Record<string, string>>): string {
    let value = "";
    for (; this.text[this.at] !== end; this.at++) {
      const character = this.text[this.at];
      if (character === undefined || character === "\n") throw new SyntaxError(`text without an end at ${this.at}`);
      if (character !== "\\") {
        value += character;
        continue;
      }
      const escape = this.text[++this.at];
      if (escape === undefined || !(escape in escapes)) {
        throw new SyntaxError(`unknown escape \\${escape} at ${this.at}`);
      }
      value += escapes[escape];
    }
    this.at++;
    return value;
  }

  labels(): Record<string, string> {
    const labels: Record<string, string> = {};
    this.expect("{");
    while (this.text[this.at] !== "}") {
      if (Object.keys(labels).length > 0) this.expect(",");
      const name = this.take(/[a-zA-Z_][a-zA-Z0-9_]*/y);
      if (name in labels) throw new SyntaxError(`label ${name} twice at ${this.at}`);
      this.expect('="');
      labels[name] = this.escaped('"', { n: "\n", "\\": "\\", '"': '"' });
    }
    this.at++;
    return labels;
  }

  number(): number {
    const text = this.take(/[^ \n]+/y);
    if (!NUMBER.test(text)) throw new SyntaxError(`no number: ${text}`);
    return Number(text.replace(/inf/i, "Infinity"));
  }
}

/** Parses a whole exposition; OpenMetrics must end in `# EOF`. */
export function parseExposition(text: string, format: "prometheus" | "openmetrics"): ParsedMetric[] {
  const cursor = new Cursor(text), metrics = new Map<string, ParsedMetric>();
  let last: ParsedMetric | undefined, hasEnded = false;
  while (cursor.at < text.length) {
    if (hasEnded) throw new SyntaxError("something follows # EOF");
    if (text.startsWith("# EOF\n", cursor.at) && format === "openmetrics") {
      cursor.expect("# EOF\n");
      hasEnded = true;
    } else if (text.startsWith("# ", cursor.at)) {
      cursor.expect("# ");
      const kind = cursor.take(format === "openmetrics" ? /HELP|TYPE|UNIT/y : /HELP|TYPE/y);
      cursor.expect(" ");
      const name = cursor.take(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
      cursor.expect(" ");
      if (last?.name !== name) {
        if (metrics.has(name)) throw new SyntaxError(`metric ${name} twice`);
        metrics.set(name, last = { name, samples: [] });
      }
      if (last.samples.length > 0) throw new SyntaxError(`what is said of ${name} comes after its samples`);
      if (kind === "HELP") {
        last.help = cursor.escaped("\n", { n: "\n", "\\": "\\", ...(format === "openmetrics" ? { '"': '"' } : {}) });
      } else {
        last[kind === "TYPE" ? "type" : "unit"] = cursor.take(/[^\n]*/y);
        cursor.expect("\n");
      }
    } else {
      const name = cursor.take(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
      if (last === undefined || !name.startsWith(last.name)) {
        throw new SyntaxError(`sample ${name} is not of ${last?.name}`);
      }
      const labels = text[cursor.at] === "{" ? cursor.labels() : {};
      cursor.expect(" ");
      const value = cursor.number();
      if (text[cursor.at] !== " ") {
        last.samples.push({ name, labels, value });
      } else {
        if (format !== "openmetrics") throw new SyntaxError(`exemplar of ${name}`);
        cursor.expect(" # ");
        const of = cursor.labels();
        cursor.expect(" ");
        const exemplarValue = cursor.number();
        cursor.expect(" ");
        last.samples.push({
          name,
          labels,
          value,
          exemplar: { labels: of, value: exemplarValue, time: cursor.number() },
        });
      }
      cursor.expect("\n");
    }
  }
  if (format === "openmetrics" && !hasEnded) throw new SyntaxError("no # EOF");
  return [...metrics.values()];
}
