/**
 * How names, values and numbers are written, in both formats.
 * See https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/.
 *
 * @module
 */

/** Half a surrogate pair cannot be written as UTF-8, where different halves would become the same character: U+FFFD. */
export function escapeLabelValue(value: string): string {
  return value.toWellFormed().replace(/[\\"\n]/g, escaped);
}

/** Of Prometheus, which leaves quotes as they are; OpenMetrics escapes a help text as a label's value. */
export function escapeHelp(help: string): string {
  return help.toWellFormed().replace(/[\\\n]/g, escaped);
}

function escaped(character: string): string {
  return character === "\n" ? "\\n" : `\\${character}`;
}

/** A value of a series. */
export function numberText(value: number): string {
  if (value - value === 0) return String(value);
  return value === Infinity ? "+Inf" : value === -Infinity ? "-Inf" : "NaN";
}

/**
 * A number in a label (`le`, `quantile`), in the one form that OpenMetrics calls canonical and Prometheus 3 turns all others into:
 * that of Go's `%g`, with a ".0" where it would be an integer's.
 */
export function canonicalNumber(value: number): string {
  if (value === Infinity) return "+Inf";
  const [digits, exponent] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 6) {
    return `${digits}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  const plain = String(value);
  return Number.isInteger(value) ? `${plain}.0` : plain;
}

/** Labels between braces; the value of each is given as it is. */
export function labelsText(labels: Iterable<readonly [name: string, value: string]>): string {
  const parts: string[] = [];
  for (const [name, value] of labels) parts.push(`${name}="${escapeLabelValue(value)}"`);
  return parts.join(",");
}
