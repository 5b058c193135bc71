/**
 * Numbers as people read them: grouped, scaled, with as many digits as they carry.
 *
 * @module
 */

const formats = new Map<number, Intl.NumberFormat>();

/** A number with exactly `decimals` decimals and its thousands grouped: `12,345.60`. */
export function formatNumber(value: number, decimals = 0): string {
  let format = formats.get(decimals);
  if (format === undefined) {
    format = new Intl.NumberFormat("en-US", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: "negative", // no sign before what rounds to 0
    });
    formats.set(decimals, format);
  }
  return format.format(value);
}

/** A unit and how many base units it is. */
export interface Unit {
  /** What is written after the number. */
  readonly symbol: string;
  /** Base units in one of it. */
  readonly size: number;
  /** Decimals that make sense in it; 2 by default. */
  readonly decimals?: number;
}

/** Units of a duration; the base unit is the nanosecond. */
export const DURATION_UNITS: readonly [Unit, ...Unit[]] = [
  { symbol: "ns", size: 1 },
  { symbol: "µs", size: 1e3 },
  { symbol: "ms", size: 1e6 },
  { symbol: "s", size: 1e9 },
];

/** Decimal units of a size; the base unit is the byte. */
export const BYTE_UNITS: readonly [Unit, ...Unit[]] = [
  { symbol: "B", size: 1, decimals: 0 },
  { symbol: "kB", size: 1e3 },
  { symbol: "MB", size: 1e6 },
  { symbol: "GB", size: 1e9 },
];

/** Decimal multiples of a rate. */
export const RATE_UNITS: readonly [Unit, ...Unit[]] = [
  { symbol: "", size: 1 },
  { symbol: "k", size: 1e3 },
  { symbol: "M", size: 1e6 },
  { symbol: "G", size: 1e9 },
];

/** The largest unit in which `value`, once rounded to two decimals, is at least 1; the smallest unit if there is none. */
export function unitFor(value: number, units: readonly [Unit, ...Unit[]]): Unit {
  return units.findLast((unit) => Math.abs(value) / unit.size >= 0.999995) ?? units[0];
}

/** A value in the unit that suits it, with that unit's decimals: `1.24 µs`. */
export function formatScaled(value: number, units: readonly [Unit, ...Unit[]]): string {
  const unit = unitFor(value, units);
  return `${formatNumber(value / unit.size, unit.decimals ?? 2)} ${unit.symbol}`.trimEnd();
}

/** A duration in nanoseconds, in the unit that suits it: `48.20 ms`. */
export function formatDuration(durationNs: number): string {
  return formatScaled(durationNs, DURATION_UNITS);
}

/** A ratio as a percentage with one decimal: `0.3 %`. */
export function formatPercent(ratio: number): string {
  return `${formatNumber(100 * ratio, 1)} %`;
}
