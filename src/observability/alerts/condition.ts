/**
 * Whether what a rule is about is so.
 *
 * @module
 */

import type { SeriesReading } from "../metrics/metric_source.ts";
import type {
  AbsenceRule,
  AlertRule,
  AnomalyRule,
  Limit,
  MetricSelection,
  RateRule,
  RatioRule,
  ThresholdRule,
} from "./alert_rule.ts";
import { Baseline } from "./baseline.ts";
import { IncreaseWindows } from "./increase_windows.ts";
import { fingerprintOf, type Labels, pickLabels } from "./labels.ts";
import { Selection, type SelectionHost } from "./selection.ts";
import type { WatchedMetric } from "./watched_metric.ts";

/** How a series stands. */
export interface Judgement {
  /** Its labels. */
  readonly labels: Labels;
  /** What the rule has measured. */
  readonly value: number;
  /** Whether that is beyond the limit. */
  readonly isBeyond: boolean;
  /** Whether it is not back yet where an alert that fires resolves; true of all that are beyond. */
  readonly isStillBeyond: boolean;
}

/** What a rule looks at. */
export interface Condition {
  /** What it reads; a change of any of them is a reason to judge again. */
  readonly metrics: readonly WatchedMetric[];
  /** How each series stands now; of one that is not there, or has no value, there is no judgement. */
  judge(nowMs: number): Iterable<Judgement>;
  /** When it must be judged again though nothing changes; `Infinity` if never. */
  nextMs(nowMs: number): number;
}

/**
 * The condition of a rule that was checked.
 *
 * @throws {TypeError} If there is no such metric, or it has not the labels that the rule matches or divides by.
 */
export function conditionOf(rule: AlertRule, host: SelectionHost, resolutionMs: number): Condition {
  const select = (selection: MetricSelection, by?: readonly string[]) => new Selection(rule.name, host, selection, by);
  switch (rule.type) {
    case "threshold":
      return new Threshold(rule, select(rule));
    case "rate":
      return new Rate(rule, select(rule), resolutionMs);
    case "absence":
      return new Absence(rule, select(rule));
    case "ratio":
      return new Ratio(rule, select(rule.numerator, rule.by), select(rule.denominator, rule.by), resolutionMs);
    case "anomaly":
      return new Anomaly(rule, select(rule), resolutionMs);
  }
}

function judgementOf({ above, below, resolveAt }: Limit, labels: Labels, value: number): Judgement {
  return above !== undefined
    ? { labels, value, isBeyond: value > above, isStillBeyond: value > (resolveAt ?? above) }
    : { labels, value, isBeyond: value < (below ?? NaN), isStillBeyond: value < (resolveAt ?? below ?? NaN) };
}

class Threshold implements Condition {
  readonly metrics: readonly WatchedMetric[];

  constructor(readonly rule: ThresholdRule, readonly selection: Selection) {
    this.metrics = [selection.watched];
  }

  *judge(): Generator<Judgement, void> {
    for (const { labels, value } of this.selection.readings(this.rule.read)) {
      yield judgementOf(this.rule, labels, value);
    }
  }

  nextMs(): number {
    return Infinity;
  }
}

class Rate implements Condition {
  readonly metrics: readonly WatchedMetric[];
  readonly #windows: IncreaseWindows;

  constructor(readonly rule: RateRule, readonly selection: Selection, resolutionMs: number) {
    this.metrics = [selection.watched];
    this.#windows = new IncreaseWindows(rule.windowMs, resolutionMs);
  }

  *judge(nowMs: number): Generator<Judgement, void> {
    this.#windows.update(this.selection.readings(), nowMs);
    for (const { labels, increase, isWhole } of this.#windows.increases(nowMs)) {
      if (isWhole || this.rule.below === undefined) {
        yield judgementOf(this.rule, labels, increase / this.rule.windowMs * 1_000);
      }
    }
  }

  nextMs(nowMs: number): number {
    return this.#windows.nextMs(nowMs);
  }
}

class Absence implements Condition {
  readonly metrics: readonly WatchedMetric[];
  #last: Map<string, number> | undefined = undefined;
  #changedMs = 0;

  constructor(readonly rule: AbsenceRule, readonly selection: Selection) {
    this.metrics = [selection.watched];
  }

  *judge(nowMs: number): Generator<Judgement, void> {
    const read = new Map<string, number>(), last = this.#last;
    let hasChanged = last === undefined;
    for (const { labels, value } of this.selection.readings()) {
      const key = fingerprintOf(labels);
      read.set(key, value);
      hasChanged ||= !Object.is(last?.get(key), value);
    }
    this.#last = read;
    if (hasChanged) this.#changedMs = nowMs;
    const value = nowMs - this.#changedMs, isBeyond = nowMs >= this.#changedMs + this.rule.windowMs;
    yield { labels: exactLabels(this.rule), value, isBeyond, isStillBeyond: isBeyond };
  }

  nextMs(nowMs: number): number {
    const due = this.#changedMs + this.rule.windowMs;
    return due > nowMs ? due : Infinity;
  }
}

/** The labels that a series must have to match. */
function exactLabels({ match = {} }: MetricSelection): Labels {
  return Object.fromEntries(
    Object.entries(match).flatMap(([name, value]) => typeof value === "string" ? [[name, value]] : []),
  );
}

/** What is divided, or by what. */
interface RatioSide {
  readonly selection: Selection;
  readonly windows: IncreaseWindows | undefined;
}

class Ratio implements Condition {
  readonly metrics: readonly WatchedMetric[];
  readonly #sides: readonly RatioSide[];

  constructor(readonly rule: RatioRule, numerator: Selection, denominator: Selection, resolutionMs: number) {
    const { windowMs } = rule;
    this.metrics = [...new Set([numerator.watched, denominator.watched])];
    this.#sides = [numerator, denominator].map((selection) => ({
      selection,
      windows: windowMs === undefined ? undefined : new IncreaseWindows(windowMs, resolutionMs),
    }));
  }

  *judge(nowMs: number): Generator<Judgement, void> {
    const [numerators, denominators] = this.#sides.map((side) => this.#sums(side, nowMs));
    for (const [key, { labels, sum }] of denominators ?? []) {
      if (sum !== 0) yield judgementOf(this.rule, labels, (numerators?.get(key)?.sum ?? 0) / sum);
    }
  }

  nextMs(nowMs: number): number {
    return Math.min(...this.#sides.map(({ windows }) => windows?.nextMs(nowMs) ?? Infinity));
  }

  #sums({ selection, windows }: RatioSide, nowMs: number): Map<string, { labels: Labels; sum: number }> {
    const sums = new Map<string, { labels: Labels; sum: number }>();
    const add = (all: Labels, value: number) => {
      const labels = pickLabels(all, this.rule.by ?? []), key = fingerprintOf(labels), known = sums.get(key);
      if (known === undefined) sums.set(key, { labels, sum: value });
      else known.sum += value;
    };
    if (windows === undefined) {
      for (const { labels, value } of selection.readings()) add(labels, value);
    } else {
      windows.update(selection.readings(), nowMs);
      for (const { labels, increase } of windows.increases(nowMs)) add(labels, increase);
    }
    return sums;
  }
}

/** A series, since when it is watched, and what is usual for it. */
interface WatchedSeries {
  readonly sinceMs: number;
  readonly baseline: Baseline;
}

class Anomaly implements Condition {
  readonly metrics: readonly WatchedMetric[];
  readonly #windows: IncreaseWindows | undefined;
  #baselines = new Map<string, WatchedSeries>();

  constructor(readonly rule: AnomalyRule, readonly selection: Selection, resolutionMs: number) {
    this.metrics = [selection.watched];
    this.#windows = rule.windowMs === undefined ? undefined : new IncreaseWindows(rule.windowMs, resolutionMs);
  }

  *judge(nowMs: number): Generator<Judgement, void> {
    const { halfLifeMs, warmUpMs = halfLifeMs, minDeviation = 0, deviations = 4, resolveAt = deviations, direction } =
      this.rule;
    const baselines = new Map<string, WatchedSeries>();
    for (const { labels, value: read } of this.#values(nowMs)) {
      if (!Number.isFinite(read)) continue;
      const key = fingerprintOf(labels);
      const known = this.#baselines.get(key) ??
        { sinceMs: nowMs, baseline: new Baseline(read, nowMs, { halfLifeMs, minDeviation }) };
      baselines.set(key, known);
      const value = known.baseline.judge(read, nowMs);
      if (nowMs - known.sinceMs < warmUpMs) continue;
      const far = direction === "up" ? value : direction === "down" ? -value : Math.abs(value);
      yield { labels, value, isBeyond: far > deviations, isStillBeyond: far > resolveAt };
    }
    this.#baselines = baselines;
  }

  nextMs(nowMs: number): number {
    const { deviations = 4, resolveAt = deviations, halfLifeMs, warmUpMs = halfLifeMs } = this.rule;
    let next = this.#windows?.nextMs(nowMs) ?? Infinity;
    for (const { baseline, sinceMs } of this.#baselines.values()) {
      const warmMs = sinceMs + warmUpMs;
      next = Math.min(next, warmMs > nowMs ? warmMs : baseline.withinMs(resolveAt));
    }
    return next;
  }

  *#values(nowMs: number): Generator<SeriesReading, void> {
    if (this.#windows === undefined || this.rule.windowMs === undefined) return yield* this.selection.readings();
    this.#windows.update(this.selection.readings(), nowMs);
    for (const { labels, increase, isWhole } of this.#windows.increases(nowMs)) {
      if (isWhole) yield { labels, value: increase / this.rule.windowMs * 1_000 };
    }
  }
}
