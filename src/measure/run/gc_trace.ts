/**
 * Reads V8's trace of its garbage collections (`--trace-gc`).
 *
 * @module
 */

import { MARK_LENGTH } from "../fork/allocation.ts";

/** Pauses of the collector while one benchmark was observed. */
export interface Pauses {
  /** How many. */
  readonly pauses: number;
  /** All together. */
  readonly totalMs: number;
  /** The longest. */
  readonly maxMs: number;
}

/** One collection. */
interface Collection {
  readonly isMinor: boolean;
  readonly pauseMs: number;
  readonly isForced: boolean;
}

/**
 * `[pid:isolate] 35 ms: Scavenge 9.2 (10.6) -> 9.2 (11.1) MB, pooled: 0 MB, 0.22 / 0.00 ms  (average mu = …) testing;`: the
 * kind (also `Incremental Mark-Compact`, `Mark-Compact (reduce)` and more), sizes before and after, the pause; collections
 * that were asked for say `testing`.
 */
const LINE =
  /^\[\d+:(0x[0-9a-f]+)\]\s+\d+ ms: ([A-Z][\w -]*)(?: \([^)]*\))? [\d.]+ \([\d.]+\) -> .*? MB, (?:pooled: [\d.]+ MB, )?([\d.]+) \/ [\d.]+ ms/;

/** Whether a line of a process's output is V8's. */
export function isTraceLine(line: string): boolean {
  return LINE.test(line);
}

/**
 * Attributes collections to benchmarks: those between the first and the second mark (minor collections that were asked for,
 * {@linkcode MARK_LENGTH} in a row) to the first, those between the third and the fourth to the second, and so on.
 *
 * @param lines V8's lines, in order; those of other isolates of the process may be among them.
 * @param benchmarks How many benchmarks were observed.
 * @returns null if the marks are not all there: then nothing can be attributed.
 */
export function attributePauses(lines: Iterable<string>, benchmarks: number): readonly Pauses[] | null {
  for (const collections of byIsolate(lines).values()) {
    const segments = split(collections);
    if (segments.length === 2 * benchmarks + 1) {
      return segments.filter((_, index) => index % 2 === 1).map(summarize);
    }
  }
  return null;
}

function byIsolate(lines: Iterable<string>): Map<string, Collection[]> {
  const isolates = new Map<string, Collection[]>();
  for (const line of lines) {
    const [, isolate, kind, pause] = LINE.exec(line) ?? [];
    if (isolate === undefined || kind === undefined) continue;
    const list = isolates.get(isolate) ?? [];
    isolates.set(isolate, list);
    list.push({
      isMinor: /Scavenge|Minor/.test(kind),
      pauseMs: Number(pause),
      isForced: line.includes("testing"),
    });
  }
  return isolates;
}

/** The collections before, between and after the marks. */
function split(collections: readonly Collection[]): Collection[][] {
  const segments: Collection[][] = [[]];
  for (let at = 0; at < collections.length; at++) {
    const collection = collections[at];
    if (collection === undefined) continue;
    if (isMark(collections.slice(at, at + MARK_LENGTH))) {
      segments.push([]);
      at += MARK_LENGTH - 1;
    } else {
      segments.at(-1)?.push(collection);
    }
  }
  return segments;
}

function isMark(collections: readonly Collection[]): boolean {
  return collections.length === MARK_LENGTH && collections.every(({ isForced, isMinor }) => isForced && isMinor);
}

function summarize(collections: readonly Collection[]): Pauses {
  const pauses = collections.map(({ pauseMs }) => pauseMs);
  return {
    pauses: pauses.length,
    totalMs: pauses.reduce((sum, pause) => sum + pause, 0),
    maxMs: Math.max(0, ...pauses),
  };
}
