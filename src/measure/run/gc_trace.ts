/**
 * Reads V8's trace of its garbage collections (`--trace-gc`).
 *
 * @module
 */

import { MARK_LENGTH } from "../fork/allocation.ts";
import type { Pauses } from "../protocol.ts";

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
  /^\[\d+:(0x[0-9a-f]+)\]\s+\d+ ms: ([A-Z][\w -]*)(?: \([^)]*\))* [\d.]+ \([\d.]+\) -> .*? MB, (?:pooled: [\d.]+ MB, )?([\d.]+) \/ [\d.]+ ms/;

/** Where it is marking and near the end, V8 answers a request for a minor collection by finishing that instead. */
const FINALIZED = "Incremental marking forced finalization";

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
    const isForced = line.includes("testing");
    list.push({
      isMinor: /Scavenge|Minor/.test(kind) || isForced && line.includes(FINALIZED),
      pauseMs: Number(pause),
      isForced,
    });
  }
  return isolates;
}

/**
 * The collections before, between and after the marks. A full collection that nobody asked for may come in the middle of a
 * mark, when an incremental one is just then finished: it does not break the mark.
 */
function split(collections: readonly Collection[]): Collection[][] {
  const segments: Collection[][] = [[]];
  let row: Collection[] = [];
  for (const collection of collections) {
    const { isForced, isMinor } = collection;
    if (isForced && isMinor) {
      row.push(collection);
      if (row.length < MARK_LENGTH) continue;
      segments.push([]);
      row = [];
    } else {
      if (isForced || isMinor) segments.at(-1)?.push(...row.splice(0));
      segments.at(-1)?.push(collection);
    }
  }
  segments.at(-1)?.push(...row);
  return segments;
}

function summarize(collections: readonly Collection[]): Pauses {
  const pauses = collections.map(({ pauseMs }) => pauseMs);
  return {
    pauses: pauses.length,
    totalMs: pauses.reduce((sum, pause) => sum + pause, 0),
    maxMs: Math.max(0, ...pauses),
  };
}
