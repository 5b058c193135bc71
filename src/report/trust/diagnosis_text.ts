/**
 * A diagnosis for a terminal.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";
import { environmentFacts, runFacts } from "../facts.ts";
import { painter } from "../paint.ts";
import { MAX_MESSAGE_COLUMNS, shortenEnd } from "../shorten.ts";
import { joinFitting, wrapText } from "../wrap.ts";
import { visibleText } from "../../visible_text.ts";
import type { Diagnosis, Severity } from "./diagnose.ts";

/** How it is shown. */
export interface DiagnosisTextOptions {
  /** Columns of the terminal. */
  readonly width: number;
  /** Whether it may be coloured. */
  readonly color: boolean;
}

const TONES = { bad: "bad", mind: "doubtful", note: "quiet" } as const satisfies Record<Severity, string>;
const INDENT = "   ";

/** The verdict, then each concern with its evidence and what to do. */
export function diagnosisText(
  { verdict, concerns }: Diagnosis,
  document: ResultDocument,
  { width, color }: DiagnosisTextOptions,
): string {
  const paint = painter(color);
  const room = Math.max(20, width - INDENT.length);
  const indented = (text: string) =>
    wrapText(shortenEnd(visibleText(text), MAX_MESSAGE_COLUMNS), room).map((line) => INDENT + line);
  const lines = [
    ...wrapText(verdict, width).map(paint.title),
    paint.quiet(joinFitting(runFacts(document), width)),
    paint.quiet(joinFitting(environmentFacts(document), width)),
    ...concerns.flatMap(({ severity, title, evidence, advice }, index) => [
      "",
      ...wrapText(`${index + 1}. ${severity.toUpperCase()} ${visibleText(title)}`, width, 3).map(
        paint[TONES[severity]],
      ),
      ...evidence.flatMap(indented),
      ...indented(`-> ${advice}`),
    ]),
  ];
  return lines.map((line) => line.trimEnd()).join("\n") + "\n";
}
