/**
 * Sections as text for a terminal, and as Markdown.
 *
 * @module
 */

import { escapeMarkdown } from "../report/escape_markdown.ts";
import { wrapText } from "../report/wrap.ts";
import type { SelftestResult } from "./result.ts";
import { sectionsOf } from "./selftest_text.ts";

const INTERVALS =
  "Intervals are at the 95 % level: the error of the simulation and, for alarms, of so few measured pairs";

/** For a terminal of so many columns. */
export function selftestTable(result: SelftestResult, width: number): string {
  const lines = sectionsOf(result).flatMap(({ title, facts }) => [
    ...wrapText(title, width),
    ...facts.flatMap(({ label, value }) => wrapText(`${label}: ${value}`, width - 2, 4).map((line) => `  ${line}`)),
    "",
  ]);
  const notes = [INTERVALS, ...result.notes].flatMap((note) => wrapText(`* ${note}`, width, 2));
  return [...lines, ...notes].map((line) => line.trimEnd()).join("\n") + "\n";
}

/** In GitHub's Markdown. */
export function selftestMarkdown(result: SelftestResult): string {
  const blocks = sectionsOf(result).flatMap(({ title, facts }) => [
    `## ${escapeMarkdown(title)}`,
    [
      "| what | result |",
      "| :--- | :--- |",
      ...facts.map(({ label, value }) => `| ${escapeMarkdown(label)} | ${escapeMarkdown(value)} |`),
    ].join("\n"),
  ]);
  const notes = [INTERVALS, ...result.notes].map((note) => `- ${escapeMarkdown(note)}`).join("\n");
  const when = `Measured at ${result.createdAt} with ${result.tool.name} ${result.tool.version}.`;
  return [`# How far verdicts can be trusted`, escapeMarkdown(when), ...blocks, notes].join("\n\n") + "\n";
}
