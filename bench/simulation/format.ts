/**
 * Figures and tables of the guide.
 *
 * @module
 */

/** Milliseconds as seconds, with one decimal: "12.3". */
export function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}

/** A part of a whole as a percentage: "87.5 %". */
export function percent(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** Longest line of the guide, as the formatter lays it out. */
const LINE_WIDTH = 120;

/** An item of a Markdown list, broken into lines as the formatter would. */
export function listItem(text: string): string {
  const lines: string[] = [];
  let line = "-";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = " ";
    }
    line += ` ${word}`;
  }
  return [...lines, line].join("\n");
}

/** A Markdown table, laid out as the formatter would; the columns after the first `texts` ones are numbers. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], texts: number): string {
  const widths = header.map((name, at) => Math.max(3, name.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${
      cells.map((cell, at) => at < texts ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)).join(" | ")
    } |`;
  const rule = widths.map((width, at) => at < texts ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  return [line(header), line(rule), ...rows.map(line)].join("\n");
}
