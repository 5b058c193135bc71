/**
 * Warnings as footnotes: said once, however many benchmarks they are about.
 *
 * @module
 */

import type { Warning } from "../measure/document.ts";
import { MAX_MESSAGE_COLUMNS, shortenEnd } from "./shorten.ts";
import { visibleText } from "../visible_text.ts";

/** What a flag, or the list of missed expectations, says already. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(["optimized_out", "not_steady", "expectation_missed"]);

/** Warnings that differ at most in their numbers, as one note. */
export interface Footnote {
  /** What refers to it; 0 for a note on the whole run. */
  readonly number: number;
  /** One sentence, safe to print. */
  readonly text: string;
  /** The benchmarks that it is about. */
  readonly benchmarkIds: ReadonlySet<string>;
}

/** The notes on a document or a comparison: first those on the whole of it, then those on benchmarks, numbered from 1. */
export function footnotesOf({ warnings }: { readonly warnings: readonly Warning[] }): Footnote[] {
  const footnotes = new Map<string, { number: number; messages: string[]; benchmarkIds: Set<string> }>();
  let number = 0;
  const wholeRunFirst = warnings.toSorted((a, b) => Number(a.benchmarkId !== null) - Number(b.benchmarkId !== null));
  for (const { code, message, benchmarkId } of wholeRunFirst) {
    if (TOLD_ELSEWHERE.has(code)) continue;
    // Figures of several benchmarks make a range; a run has each figure once, and numbers of processes make none.
    const key = benchmarkId === null ? message : message.replace(NUMBERS, "\0");
    const footnote = footnotes.get(key) ??
      { number: benchmarkId === null ? 0 : ++number, messages: [], benchmarkIds: new Set() };
    footnote.messages.push(message);
    if (benchmarkId !== null) footnote.benchmarkIds.add(benchmarkId);
    footnotes.set(key, footnote);
  }
  return [...footnotes.values()].map(({ number, messages, benchmarkIds }) => ({
    number,
    text: sentence(mergeMessages(messages)),
    benchmarkIds,
  }));
}

const NUMBERS = /\d+(?:\.\d+)?/g;

/** One text for messages that differ in their numbers: `it rests on 5 to 8 samples`. */
function mergeMessages(messages: readonly string[]): string {
  const numbers = messages.map((message) => (message.match(NUMBERS) ?? []).map(Number));
  let position = 0;
  return (messages[0] ?? "").replace(NUMBERS, (same) => {
    const values = numbers.map((found) => found[position] ?? 0);
    position++;
    const [least, most] = [Math.min(...values), Math.max(...values)];
    return least === most ? same : `${least} to ${most}`;
  });
}

/** A warning is worded to follow a benchmark's name; here it stands by itself. */
function sentence(message: string): string {
  const text = shortenEnd(visibleText(message), MAX_MESSAGE_COLUMNS);
  return text.charAt(0).toUpperCase() + text.slice(1);
}
