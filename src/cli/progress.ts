/**
 * Tells on stderr what the engine is doing.
 *
 * @module
 */

import { dim, red, yellow } from "@std/fmt/colors";
import type { BenchmarkResult } from "../measure/document.ts";
import type { MeasureEvent, MeasureListener } from "../measure/events.ts";
import { formatDuration } from "../report/number_format.ts";
import { shortenEnd, shortenMiddle } from "../report/shorten.ts";
import { visibleText } from "../visible_text.ts";
import type { Output } from "./output.ts";
import type { Terminal } from "./terminal.ts";

/** Where and how to tell. */
export interface ProgressOptions {
  /** Where to. */
  readonly output: Output;
  /** What it looks like there. */
  readonly terminal: Terminal;
  /** Milliseconds since some fixed moment. */
  readonly now: () => number;
  /** Whether to show the stack of what a benchmark threw. */
  readonly stacks: boolean;
}

/** A display of a run's progress. */
export interface Progress {
  /** For the engine. */
  readonly listener: MeasureListener;
  /** Shows a line for good. */
  note(line: string): void;
  /** Takes away what was drawn only for the moment. */
  end(): void;
}

/** Shows nothing. */
export const SILENT: Progress = { listener: () => {}, note: () => {}, end: () => {} };

/** Drawing costs time that the benchmarks could use, and nobody reads faster. */
const REDRAW_INTERVAL_MS = 100;

const BAR_COLUMNS = 20;
const LEAST_WIDTH_WITH_BAR = 70;
const CLEAR_LINE = "\r\x1b[2K";

/** One line that is drawn again in place with the time left on a terminal; one plain line a benchmark elsewhere. */
export function createProgress({ output, terminal, now, stacks }: ProgressOptions): Progress {
  let isDrawn = false;
  let lastDrawn = -Infinity;
  let forks = 1;
  const paint = (color: (text: string) => string, text: string) => terminal.color ? color(text) : text;
  const clear = () => isDrawn ? CLEAR_LINE : "";
  const note = (line: string) => {
    output.writeNow(`${clear()}${line}\n`);
    isDrawn = false;
    lastDrawn = -Infinity;
  };
  const draw = (line: string) => {
    output.writeNow(`${CLEAR_LINE}${line}`);
    isDrawn = true;
  };
  const quoteLines = (text: string) => {
    for (const line of text.replace(/\r?\n$/, "").split(/\r?\n/)) note(paint(dim, `| ${visibleText(line)}`));
  };
  const listener = (event: MeasureEvent): void => {
    switch (event.type) {
      case "planned":
        forks = event.forks;
        return note(
          `Measuring ${count(event.benchmarks, "benchmark")} in ${count(event.forks, "fork")}, about ${
            formatTimeLeft(event.expectedMs)
          }`,
        );
      case "progress":
        if (!terminal.redraws || now() - lastDrawn < REDRAW_INTERVAL_MS) return;
        lastDrawn = now();
        return draw(progressLine(event, forks, terminal.width));
      case "benchmark_finished":
        if (event.result.status === "failed") {
          note(paint(red, finishedLine(event.result)));
          return stacks ? quoteLines(event.result.failure.stack ?? "") : undefined;
        }
        return terminal.redraws ? undefined : note(finishedLine(event.result));
      case "warning":
        if (event.warning.benchmarkId !== null) return; // a footnote in the report
        return note(paint(yellow, `Warning: ${visibleText(event.warning.message)}`));
      case "output":
        return quoteLines(event.text);
    }
  };
  return { listener, note, end: () => output.writeNow(clear()) };
}

function progressLine(
  { doneRatio, remainingMs, fork, phase, benchmarkId }: Extract<MeasureEvent, { type: "progress" }>,
  forks: number,
  width: number,
): string {
  const filled = Math.round(Math.min(1, Math.max(0, doneRatio)) * BAR_COLUMNS);
  const bar = width < LEAST_WIDTH_WITH_BAR ? "" : `[${"#".repeat(filled)}${"-".repeat(BAR_COLUMNS - filled)}] `;
  const head = `${bar}${Math.floor(100 * doneRatio)}% ${formatTimeLeft(remainingMs)} left  `;
  const place = `${phase} ${fork + 1}/${forks} ${visibleText(benchmarkId)}`;
  // One column is left free: a full line makes some terminals begin a new one.
  const available = Math.max(1, width - 1);
  return shortenEnd(head, available) + shortenMiddle(place, available - head.length);
}

function finishedLine(result: BenchmarkResult): string {
  if (result.status === "failed") {
    const reason = result.failure.reason.replaceAll("_", " ");
    return shortenMiddle(
      `FAILED ${visibleText(result.id)}: ${reason}: ${visibleText(result.failure.message)}`,
      LINE_COLUMNS,
    );
  }
  const { median } = result.statistics;
  const doubt = result.status === "optimized_out" ? " (optimised away)" : result.steady ? "" : " (unsteady)";
  return `${shortenMiddle(visibleText(result.id), LINE_COLUMNS - 40)}: median ${formatDuration(median)}${doubt}`;
}

const LINE_COLUMNS = 160;

/** `12 s`, `1 min 05 s`, `2 h 03 min`. */
export function formatTimeLeft(durationMs: number): string {
  const seconds = Math.max(0, Math.ceil(durationMs / 1000));
  const two = (value: number) => String(value).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds % 3600 / 60))} min`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
