/**
 * Units of Go benchmark text.
 *
 * @module
 */

/** A unit as a comparison needs it. */
export interface GoUnit {
  /** `ns` if it is a time, otherwise as it is in the file. */
  readonly unit: string;
  /** What a value must be multiplied with to be in that unit. */
  readonly factor: number;
  /** Whether it is the time of an iteration itself, and not a metric beside it. */
  readonly isMain: boolean;
  /** Which way is better unless a `Unit` line says it: rates are better high. */
  readonly better: "lower" | "higher";
}

const NANOSECONDS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, sec: 1e9 };

/** Takes `p99-ns/op` and `sec/op` for times, as the format's description has it: the last word before `/op` is the unit. */
export function goUnit(unit: string): GoUnit {
  const [, label, word = ""] = /^(?:(.+)-)?(ns|us|µs|ms|s|sec)(?:\/op)?$/.exec(unit) ?? [];
  const factor = NANOSECONDS[word];
  if (factor !== undefined) return { unit: "ns", factor, isMain: label === undefined, better: "lower" };
  return { unit, factor: 1, isMain: false, better: /\/s(?:ec)?$/.test(unit) ? "higher" : "lower" };
}
