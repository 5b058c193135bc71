/**
 * A host's properties and figures for a terminal.
 *
 * @module
 */

import stringWidth from "string-width";
import { figureInterval, figureName, figureNotes, figureValue } from "../host_figure_text.ts";
import { type Paint, painter } from "../paint.ts";
import { padEnd, padStart } from "../shorten.ts";
import { joinFitting, wrapText } from "../wrap.ts";
import { visibleText } from "../../visible_text.ts";
import type { HostCheck, HostReading, Judgement } from "./host_check.ts";
import { hostVerdict } from "./judge_host.ts";

/** How it is shown. */
export interface SystemTextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether it may be coloured. */
  readonly color: boolean;
  /** Whether to tell what to do. */
  readonly advice: boolean;
}

const TONES: Readonly<Record<Judgement, keyof Paint>> = {
  good: "good",
  mind: "doubtful",
  bad: "bad",
  unknown: "quiet",
};

/** The whole text: what the host is worth, its properties, its figures, and what to do if that is asked for. */
export function systemText(reading: HostReading, checks: readonly HostCheck[], options: SystemTextOptions): string {
  const { width, color, advice } = options;
  const paint = painter(color);
  const lines = [
    ...wrapText(hostVerdict(checks), width).map(paint.title),
    paint.quiet(joinFitting(hostFacts(reading), width)),
    "",
    ...checks.flatMap((check) => checkLines(check, width, paint)),
    "",
    ...figureLines(reading, width, paint),
    ...(advice ? ["", ...adviceLines(checks, width, paint)] : []),
  ];
  return lines.map((line) => line.trimEnd()).join("\n") + "\n";
}

function hostFacts({ environment: { fingerprint, os, kernel, arch, runtime } }: HostReading): string[] {
  const program = `Deno ${runtime.deno}, V8 ${runtime.v8}${runtime.standalone ? ", compiled executable" : ""}`;
  return [`host ${fingerprint}`, `${os} ${kernel}, ${arch}`, program].map(visibleText);
}

const TITLE_WIDTH = 16;
const JUDGEMENT_WIDTH = 9;

function checkLines({ title, value, judgement, reason }: HostCheck, width: number, paint: Paint): string[] {
  const indent = TITLE_WIDTH + JUDGEMENT_WIDTH;
  const words = judgement === "unknown" && value === "unknown" ? [reason] : [value, reason];
  const text = visibleText(words.filter((word) => word !== "").join(": "));
  const [first = "", ...others] = wrapText(text, Math.max(20, width - indent));
  const word = paint[TONES[judgement]](padEnd(judgement, JUDGEMENT_WIDTH));
  return [padEnd(title, TITLE_WIDTH) + word + first, ...others.map((line) => " ".repeat(indent) + line)];
}

function figureLines({ hostFigures, host }: HostReading, width: number, paint: Paint): string[] {
  const values = hostFigures.map(figureValue);
  const names = hostFigures.map(figureName);
  const [nameWidth, valueWidth] = [names, values].map((texts) =>
    Math.max(0, ...texts.map((text) => stringWidth(text)))
  );
  const lines = hostFigures.flatMap((figure, index) => {
    const start = `${padEnd(names[index] ?? "", nameWidth ?? 0)}  ${padStart(values[index] ?? "", valueWidth ?? 0)}  `;
    const indent = stringWidth(start);
    const [first = "", ...others] = wrapText(figureInterval(figure), Math.max(20, width - indent));
    return [start + paint.quiet(first), ...others.map((line) => " ".repeat(indent) + paint.quiet(line))];
  });
  return [
    ...lines,
    ...figureNotes(hostFigures, host).flatMap((note) => wrapText(`Note: ${note}`, width, 2)).map(paint.quiet),
  ];
}

/** The gravest first. */
function adviceLines(checks: readonly HostCheck[], width: number, paint: Paint): string[] {
  const advised = (["bad", "mind"] as const).flatMap((judgement) =>
    checks.filter((check) => check.judgement === judgement && check.advice !== "")
  );
  if (advised.length === 0) return ["Nothing need be changed."];
  return advised.flatMap(({ title, judgement, advice, reason }) => [
    paint[TONES[judgement]](`${title}: ${judgement}`),
    ...wrapText(visibleText(advice), width - 2).map((line) => `  ${line}`),
    ...wrapText(visibleText(`because ${reason}`), width - 2).map((line) => paint.quiet(`  ${line}`)),
  ]);
}
