/**
 * By how much counters have grown lately.
 *
 * @module
 */

import type { SeriesReading } from "../metrics/metric_source.ts";
import { fingerprintOf, type Labels } from "./labels.ts";

interface Window {
  readonly labels: Labels;
  /** Since when it is watched. */
  readonly sinceMs: number;
  /** What the counter read last, and by how much it has grown in all. */
  read: number;
  total: number;
  /** What `total` was when the window began. */
  before: number;
  /** What `total` was after each growth within the window, oldest first. */
  readonly samples: { readonly atMs: number; total: number }[];
}

/** A series and its growth. */
export interface Increase {
  /** Its labels. */
  readonly labels: Labels;
  /** By how much it has grown within the window. */
  readonly increase: number;
  /** Whether it has been watched for a whole window. */
  readonly isWhole: boolean;
}

/** The counters of one metric, sampled whenever they are told, each at most once a resolution: growth in between counts as of its beginning. */
export class IncreaseWindows {
  readonly #windowMs: number;
  readonly #resolutionMs: number;
  #windows = new Map<string, Window>();
  #isFirst = true;

  /** Begins with the first update: what counters read then has grown before. */
  constructor(windowMs: number, resolutionMs: number) {
    this.#windowMs = windowMs;
    this.#resolutionMs = resolutionMs;
  }

  /** Takes what they read now; of counters that are not there any more nothing is kept. */
  update(readings: Iterable<SeriesReading>, nowMs: number): void {
    const windows = new Map<string, Window>();
    for (const { labels, value } of readings) {
      const key = fingerprintOf(labels), begun = this.#isFirst ? value : 0;
      const window = this.#windows.get(key) ??
        { labels, sinceMs: nowMs, read: begun, total: 0, before: 0, samples: [] };
      windows.set(key, window);
      this.#grow(window, value, nowMs);
      while (window.samples[0] !== undefined && window.samples[0].atMs <= nowMs - this.#windowMs) {
        window.before = window.samples.shift()?.total ?? 0;
      }
    }
    this.#windows = windows;
    this.#isFirst = false;
  }

  /** How they have grown, as of the last update. */
  *increases(nowMs: number): Generator<Increase, void> {
    for (const { labels, total, before, sinceMs } of this.#windows.values()) {
      yield { labels, increase: total - before, isWhole: nowMs - sinceMs >= this.#windowMs };
    }
  }

  /** When that will be otherwise though nothing changes; `Infinity` if never. */
  nextMs(nowMs: number): number {
    let next = Infinity;
    for (const { samples, sinceMs } of this.#windows.values()) {
      if (samples[0] !== undefined) next = Math.min(next, samples[0].atMs + this.#windowMs);
      if (nowMs - sinceMs < this.#windowMs) next = Math.min(next, sinceMs + this.#windowMs);
    }
    return next;
  }

  #grow(window: Window, value: number, nowMs: number): void {
    if (!(value !== window.read && value >= 0)) return;
    window.total += value > window.read ? value - window.read : value; // a counter that was reset began at 0
    window.read = value;
    const last = window.samples.at(-1);
    if (last !== undefined && nowMs - last.atMs < this.#resolutionMs) last.total = window.total;
    else window.samples.push({ atMs: nowMs, total: window.total });
  }
}
