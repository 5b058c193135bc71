/**
 * A paired comparison as it goes: on a terminal a line for each benchmark, whose interval closes in; elsewhere a line for each
 * one that is decided.
 *
 * @module
 */

import { bold, dim, green, red, yellow } from "@std/fmt/colors";
import type { Standing } from "../../compare/sequential/mod.ts";
import type { DuetEvent, DuetListener } from "../../duet/mod.ts";
import { changeText, intervalText, OUTCOME_WORDS } from "../../report/comparison/comparison_words.ts";
import { drawInterval, type IntervalScale } from "../../report/comparison/interval_picture.ts";
import { shortenEnd, shortenMiddle } from "../../report/shorten.ts";
import { visibleText } from "../../visible_text.ts";
import type { Output } from "../output.ts";
import { formatTimeLeft } from "../progress.ts";
import type { Terminal } from "../terminal.ts";

/** Where and how to tell. */
export interface LiveViewOptions {
  /** Where to. */
  readonly output: Output;
  /** What it looks like there. */
  readonly terminal: Terminal;
  /** Lines of the terminal, now. */
  readonly rows: () => number;
  /** How long it may take, in milliseconds. */
  readonly budgetMs: number;
}

/** A display of a paired comparison. */
export interface LiveView {
  /** For the comparison. */
  readonly listener: DuetListener;
  /** Shows a line for good. */
  note(line: string): void;
  /** Takes away what was drawn only for the moment. */
  end(): void;
}

/** Shows nothing. */
export const SILENT_VIEW: LiveView = { listener: () => {}, note: () => {}, end: () => {} };

/** Makes a display for what stderr is connected to. */
export function createLiveView(options: LiveViewOptions): LiveView {
  return options.terminal.redraws ? new Drawing(options) : new Lines(options);
}

const LINE_COLUMNS = 160;

/** One line for each thing that happens, for a file or a log. */
class Lines implements LiveView {
  readonly #options: LiveViewOptions;
  readonly listener = (event: DuetEvent) => this.#take(event);

  constructor(options: LiveViewOptions) {
    this.#options = options;
  }

  note(line: string): void {
    this.#options.output.writeNow(`${line}\n`);
  }

  end(): void {}

  #take(event: DuetEvent): void {
    const line = lineOf(event, this.#options.budgetMs);
    if (line !== null) this.note(line);
  }
}

/** What an event is worth telling where nothing can be taken back; null for nothing. */
function lineOf(event: DuetEvent, budgetMs: number): string | null {
  switch (event.type) {
    case "planned":
      return `Comparing ${event.ids.length} benchmarks, at most ${formatTimeLeft(budgetMs)}`;
    case "settled": {
      const { id, pairs, ratio, interval } = event.standing;
      const evidence = ratio === null ? "" : `, ${changeText(ratio)} (${intervalText(interval)})`;
      return `${shortenMiddle(visibleText(id), LINE_COLUMNS - 60)}: ${stateOf(event.standing)}${evidence}, ${pairs} ${
        pairs === 1 ? "pair" : "pairs"
      }`;
    }
    case "failed": {
      const { id, side, reason, message } = event.failure;
      const what = `FAILED ${visibleText(id)} in ${side.toUpperCase()}: ${reason.replaceAll("_", " ")}: `;
      return shortenMiddle(what + visibleText(message), LINE_COLUMNS);
    }
    default:
      return null;
  }
}

/** Drawn again in place after each pair of processes. */
class Drawing implements LiveView {
  readonly #options: LiveViewOptions;
  #drawn = 0;
  #standings: readonly Standing[] = [];
  #scale: IntervalScale = { reach: 0.1 };
  #head = "Starting both programs";
  #threshold = 0.03;
  #elapsedMs = 0;
  readonly listener = (event: DuetEvent) => this.#take(event);

  constructor(options: LiveViewOptions) {
    this.#options = options;
    this.#draw();
  }

  note(line: string): void {
    this.#clear();
    this.#options.output.writeNow(`${line}\n`);
    this.#draw();
  }

  end(): void {
    this.#clear();
  }

  #take(event: DuetEvent): void {
    switch (event.type) {
      case "planned":
        this.#threshold = event.threshold;
        this.#scale = { reach: SCALE_THRESHOLDS * Math.log1p(event.threshold) };
        return;
      case "pair_started": {
        const what = event.benchmarks === 0 ? "all benchmarks" : `${event.benchmarks} undecided`;
        this.#head = `Pair of processes ${event.pair + 1}: ${what}`;
        return this.#redraw();
      }
      case "standings":
        this.#standings = event.standings;
        this.#elapsedMs = event.elapsedMs;
        return this.#redraw();
      case "settled":
      case "measured":
        return; // a drawing within a pair would disturb what is measured
      default: {
        const line = lineOf(event, this.#options.budgetMs);
        if (line === null) return;
        return this.note(this.#options.terminal.color ? red(line) : line);
      }
    }
  }

  #redraw(): void {
    this.#clear();
    this.#draw();
  }

  #draw(): void {
    const { terminal, rows, output, budgetMs } = this.#options;
    const left = formatTimeLeft(Math.max(0, budgetMs - this.#elapsedMs));
    const lines = liveLines(this.#standings, {
      head: `${this.#head}, at most ${left} left`,
      width: terminal.width - 1, // a full line makes some terminals begin a new one
      rows: Math.max(2, rows() - 1),
      color: terminal.color,
      scale: this.#scale,
      threshold: this.#threshold,
    });
    output.writeNow(lines.map((line) => `${line}\n`).join(""));
    this.#drawn = lines.length;
  }

  #clear(): void {
    if (this.#drawn > 0) this.#options.output.writeNow(`\x1b[${this.#drawn}A\r\x1b[J`);
    this.#drawn = 0;
  }
}

/** How many thresholds the drawn scale reaches to either side. */
const SCALE_THRESHOLDS = 4;

/** How the lines are laid out. */
export interface LiveLayout {
  /** The first line. */
  readonly head: string;
  /** Columns. */
  readonly width: number;
  /** Most lines. */
  readonly rows: number;
  /** Whether to use colours. */
  readonly color: boolean;
  /** Scale of the intervals. */
  readonly scale: IntervalScale;
  /** The default threshold. */
  readonly threshold: number;
}

const LEAST_LABEL = 12;
const CHANGE_COLUMNS = 9;
const STATE_COLUMNS = 12;
const MOST_PICTURE = 33;

/**
 * The lines of a live view: a head, then one line a benchmark. Where there are more than rows, those that are undecided come
 * first, then the changed ones; the rest is folded into one line that counts it.
 */
export function liveLines(standings: readonly Standing[], layout: LiveLayout): readonly string[] {
  const { head, width, rows, color } = layout;
  const paint = (style: (text: string) => string, text: string) => color ? style(text) : text;
  const lines = [paint(bold, shortenEnd(head, width))];
  const room = rows - 1;
  const ranked = standings.length <= room
    ? standings
    : [...standings].sort((left, right) => rankOf(left) - rankOf(right)).slice(0, Math.max(0, room - 1));
  const label = labelColumns(standings, width);
  const picture = pictureColumns(width, label);
  for (const standing of ranked) {
    const { id, ratio } = standing;
    const name = shortenMiddle(visibleText(id), label).padEnd(label);
    const drawn = picture === 0 || ratio === null ? " ".repeat(picture) : drawInterval(
      { ratio, interval: standing.interval, threshold: layout.threshold },
      layout.scale,
      picture,
    );
    const change = (ratio === null ? "" : changeText(ratio)).padStart(CHANGE_COLUMNS);
    lines.push(`${name} ${drawn}${change}  ${paint(styleOf(standing), stateOf(standing))}`);
  }
  if (ranked.length < standings.length) lines.push(paint(dim, shortenEnd(folded(standings, ranked), width)));
  return lines;
}

function labelColumns(standings: readonly Standing[], width: number): number {
  const longest = Math.max(LEAST_LABEL, ...standings.map(({ id }) => visibleText(id).length));
  return Math.min(longest, Math.max(LEAST_LABEL, Math.floor((width - CHANGE_COLUMNS - STATE_COLUMNS - 3) * 0.5)));
}

/** An odd number of columns, so that no change has one of its own; none where there is no room. */
function pictureColumns(width: number, label: number): number {
  const room = Math.min(MOST_PICTURE, width - label - CHANGE_COLUMNS - STATE_COLUMNS - 3);
  return room < 7 ? 0 : room - (room + 1) % 2;
}

/** Undecided first, then what has changed. */
function rankOf({ verdict }: Standing): number {
  if (verdict === null) return 0;
  return { slower: 1, faster: 2, inconclusive: 3, same: 4 }[verdict];
}

function stateOf({ verdict }: Standing): string {
  if (verdict === null) return "deciding";
  const { mark, word } = OUTCOME_WORDS[verdict];
  return `${mark} ${word}`;
}

function styleOf({ verdict }: Standing): (text: string) => string {
  if (verdict === null) return dim;
  return { slower: red, faster: green, inconclusive: yellow, same: (text: string) => text }[verdict];
}

function folded(standings: readonly Standing[], shown: readonly Standing[]): string {
  const hidden = standings.filter((standing) => !shown.includes(standing));
  const counts = Map.groupBy(hidden, ({ verdict }) => verdict === null ? "deciding" : OUTCOME_WORDS[verdict].word);
  return `and ${[...counts].map(([word, list]) => `${list.length} ${word}`).join(", ")}`;
}
