/**
 * How fast the hosts of two sides are, by the figures that were measured along with their runs.
 *
 * @module
 */

import type { HostFigure } from "../measure/document_environment.ts";
import { mean } from "../measure/statistics/moments.ts";
import type { Sides } from "./circumstances.ts";
import type { FigureSpeed, HostSpeed, Interval } from "./comparison.ts";
import type { RunData } from "./run_data.ts";

type Measured = Extract<HostFigure, { status: "measured" }>;

/** A logarithm with the half width of its interval; null where a figure has an interval that reaches 0. */
interface LogFigure {
  readonly log: number;
  readonly halfWidth: number | null;
  readonly level: number;
}

const KINDS = ["cpu", "memory", "disk", "network"] as const;

/**
 * How many times as fast the current side's host is, for each part of the hardware of which both sides know a figure: the geometric
 * mean over its figures. Half widths of intervals add up as standard errors do. Figures of one process tell nothing of others, so
 * that intervals are too narrow by what processes differ.
 *
 * @param sides The runs; of several on a side the geometric mean counts.
 * @returns Empty if a side has no figures.
 */
export function hostSpeeds({ baseline, current }: Sides<readonly RunData[]>): HostSpeed[] {
  const [before, now] = [figuresOf(baseline), figuresOf(current)];
  const shared = [...before].flatMap(([name, old]) => {
    const found = now.get(name);
    return found === undefined || found[0].unit !== old[0].unit ? [] : [{ old, found }];
  });
  return KINDS.flatMap((kind): HostSpeed[] => {
    const figures = shared.filter(({ old }) => old[0].kind === kind).map(({ old, found }) => compared(old, found));
    if (figures.length === 0) return [];
    const together = combined(figures.map(({ speed }) => speed), "mean");
    return [{ kind, ...ratioOf(together), figures: figures.map(({ figure }) => figure) }];
  });
}

/** The measured figures of a side's runs by their names: of those that every run has. */
function figuresOf(runs: readonly RunData[]): Map<string, [Measured, ...Measured[]]> {
  const byName = new Map<string, [Measured, ...Measured[]]>();
  for (const figure of runs.flatMap(({ hostFigures = [] }) => hostFigures)) {
    if (figure.status !== "measured") continue;
    const known = byName.get(figure.name);
    if (known === undefined) byName.set(figure.name, [figure]);
    else known.push(figure);
  }
  return new Map([...byName].filter(([, figures]) => figures.length === runs.length));
}

function compared(
  before: readonly [Measured, ...Measured[]],
  now: readonly [Measured, ...Measured[]],
): { readonly speed: LogFigure; readonly figure: FigureSpeed } {
  const [old, found] = [combined(before.map(logOf), "mean"), combined(now.map(logOf), "mean")];
  const sign = before[0].better === "higher" ? 1 : -1;
  const change = combined([found, { ...old, log: -old.log }], "sum");
  const speed = { ...change, log: sign * change.log };
  const { name, unit } = before[0];
  return {
    speed,
    figure: { name, unit, baseline: Math.exp(old.log), current: Math.exp(found.log), ...ratioOf(speed) },
  };
}

function logOf({ value: { point, low, high, level } }: Measured): LogFigure {
  return { log: Math.log(point), halfWidth: low > 0 ? Math.log(high / low) / 2 : null, level };
}

/** The sum or the mean of independent figures. */
function combined(figures: readonly LogFigure[], how: "sum" | "mean"): LogFigure {
  const share = how === "sum" ? 1 : 1 / figures.length;
  const squares = figures.flatMap(({ halfWidth }) => halfWidth === null ? [] : [halfWidth ** 2]);
  const halfWidth = squares.length < figures.length
    ? null
    : share * Math.sqrt(squares.reduce((sum, one) => sum + one, 0));
  const log = mean(figures.map((figure) => figure.log)) * (how === "sum" ? figures.length : 1);
  return { log, halfWidth, level: Math.min(...figures.map(({ level }) => level)) };
}

function ratioOf({ log, halfWidth, level }: LogFigure): { readonly speed: number; readonly interval: Interval | null } {
  const interval = halfWidth === null
    ? null
    : { low: Math.exp(log - halfWidth), high: Math.exp(log + halfWidth), level };
  return { speed: Math.exp(log), interval };
}
