/**
 * How the level of each fork changed while its samples were taken.
 *
 * @module
 */

import { findLevelShift, hasDrift, runningMedian } from "../../../measure/statistics/mod.ts";
import { changeTick } from "./axis.ts";
import type { DrawnSample } from "./samples_of.ts";

/** The smallest way that a trend is drawn for, as a share of its lowest point: less is no news. */
export const MIN_TREND = 0.05;

/** The share of a fork's samples whose median is one point of its trend, and how many points it has at most. */
const WINDOW_SHARE = 1 / 3;
const MAX_POINTS = 12;

/** What happened to a fork's level. */
export interface ForkCourse {
  /** The place of the fork among the forks, from 0. */
  readonly fork: number;
  /** A lasting change of level: where the new one begins, and the new one over the old; null without one. */
  readonly shift: { readonly order: number; readonly ratio: number } | null;
  /** The running median, if it drifts: by more than {@linkcode MIN_TREND}, and more than chance explains; else empty. */
  readonly trend: readonly { readonly fork: number; readonly order: number; readonly valueNs: number }[];
  /** Samples that make a point of the trend. */
  readonly window: number;
}

/** By how much a level changed, as a person says it: `+25 %`, `4×`. */
export function changeOfLevel(ratio: number): string {
  return changeTick(ratio > 1 / 3 && ratio < 3 ? Math.round(100 * ratio) / 100 : ratio);
}

/** The course of each fork that has samples that count. */
export function forkCourses(samples: readonly DrawnSample[]): ForkCourse[] {
  const counting = samples.filter(({ cause }) => cause === null);
  return [...Map.groupBy(counting, ({ fork }) => fork)].map(([fork, ofFork]) => {
    const values = ofFork.map(({ valueNs }) => valueNs);
    const orderAt = (index: number) => ofFork[index]?.order ?? 0;
    const shift = findLevelShift(values);
    const window = 2 * Math.floor(values.length * WINDOW_SHARE / 2) + 1;
    return {
      fork,
      shift: shift === null ? null : { order: orderAt(shift.index), ratio: shift.ratio },
      trend: trendOf(values, window).map(({ index, value }) => ({ fork, order: orderAt(index), valueNs: value })),
      window,
    };
  });
}

function trendOf(values: readonly number[], window: number) {
  const medians = runningMedian(values, { window, points: MAX_POINTS });
  if (medians.length === 0) return [];
  const levels = medians.map(({ value }) => value);
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  return low > 0 && high > (1 + MIN_TREND) * low && hasDrift(values) ? medians : [];
}
