/**
 * The lines of Go benchmark text, one by one.
 *
 * The format is design/14313-benchmark-format.md of golang/proposal; where it is silent, benchfmt/reader.go of golang/perf
 * decides, which benchstat reads with. `testing` adds `--- FAIL:` and `ok`.
 *
 * @module
 */

/** One line, as far as it means something. */
export type GoLine =
  | { readonly kind: "configuration"; readonly key: string; readonly value: string }
  | { readonly kind: "result"; readonly name: string; readonly iterations: number; readonly values: readonly GoValue[] }
  | { readonly kind: "unit"; readonly unit: string; readonly better: "lower" | "higher" }
  | { readonly kind: "failure"; readonly name: string }
  | { readonly kind: "end" }
  | { readonly kind: "malformed"; readonly expected: string }
  | { readonly kind: "text"; readonly text: string };

/** One measurement of a line. */
export interface GoValue {
  /** May be anything that Go's `strconv.ParseFloat` reads, NaN and infinities included. */
  readonly value: number;
  /** As it is in the file, for instance `ns/op`. */
  readonly unit: string;
}

/**
 * Reads one line. A line that begins like a result and an iteration count must be one: `malformed` tells what is missing, as
 * it is at the end of a file that was cut off. `go test -v` writes the bare name first, and a benchmark may print what it likes.
 */
export function parseGoLine(line: string): GoLine {
  if (line.startsWith("Benchmark")) return resultLine(line);
  if (line.startsWith("Unit ") || line.startsWith("Unit\t")) return unitLine(line);
  const failure = /^\s*--- FAIL: Benchmark(\S*)/.exec(line);
  if (failure !== null) return { kind: "failure", name: failure[1] ?? "" };
  if (/^(?:PASS|FAIL|ok)(?:\s|$)/.test(line)) return { kind: "end" };
  // A key begins in lower case and has no upper case and no space; "go: downloading …" and the like are text of other programs.
  const configuration = /^(\p{Ll}[^\s\p{Lu}:]*):(?:[ \t]+(.*))?$/u.exec(line);
  if (configuration !== null) {
    return { kind: "configuration", key: configuration[1] ?? "", value: (configuration[2] ?? "").trim() };
  }
  return { kind: "text", text: line };
}

function resultLine(line: string): GoLine {
  const [first = "", count, ...fields] = line.trimEnd().split(/[\s\x85]+/);
  if (count === undefined || !/^[-+]?\d/.test(count)) return { kind: "text", text: line };
  const iterations = /^\d+$/.test(count) ? Number(count) : NaN;
  if (!(iterations > 0)) return { kind: "malformed", expected: "expected the number of iterations after the name" };
  if (fields.length === 0) return { kind: "malformed", expected: "expected measurements after the iterations" };
  if (fields.length % 2 === 1) return { kind: "malformed", expected: "expected a unit after each value" };
  const values: GoValue[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    const value = parseFloatOfGo(fields[i] ?? "");
    if (value === undefined) return { kind: "malformed", expected: `expected a number as measurement ${i / 2 + 1}` };
    values.push({ value, unit: fields[i + 1] ?? "" });
  }
  return { kind: "result", name: first.slice("Benchmark".length), iterations, values };
}

/** Go reads underscores and hexadecimal as well, which nobody writes here. */
function parseFloatOfGo(text: string): number | undefined {
  if (/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text)) return Number(text);
  const special = /^([-+]?)(nan|inf|infinity)$/i.exec(text);
  if (special === null) return undefined;
  return special[2]?.toLowerCase() === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
}

function unitLine(line: string): GoLine {
  const [, unit, ...pairs] = line.trim().split(/\s+/);
  const better = pairs.find((pair) => pair.startsWith("better="))?.slice("better=".length);
  if (unit === undefined || (better !== "lower" && better !== "higher")) return { kind: "text", text: line };
  return { kind: "unit", unit, better };
}
