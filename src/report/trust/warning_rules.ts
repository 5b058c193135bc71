/**
 * What a result's own warnings say, as concerns.
 *
 * @module
 */

import { areCommands } from "../../measure/commands/is_command.ts";
import type { ResultDocument, Warning } from "../../measure/document.ts";
import { isMeasured } from "../document_view.ts";
import { footnotesOf } from "../footnotes.ts";
import { again, againWithForks, type Concern, type Severity, type TrustRule } from "./concern.ts";
import { severityOf } from "./benchmark_rules.ts";
import { TOLD_OF_HOST } from "./host_rules.ts";

/** What a warning's message does not say. */
interface Words {
  readonly title: string;
  /** `share`: by the share of the benchmarks that it is about. */
  readonly severity: Severity | "share";
  advice(document: ResultDocument): string;
}

const QUIETER = "Measure on a quieter host: puffin-bench system --advice tells what disturbs this one";

const longer = (document: ResultDocument) => again(document, "--time", `${Math.ceil(2 * document.settings.timeMs)}ms`);

/** In the order of their weight. */
const WORDS: ReadonlyMap<string, Words> = new Map<string, Words>([
  ["another_run", {
    title: "Another puffin-bench measured at the same time",
    severity: "bad",
    advice: (document) => `Let one finish before the other starts: ${again(document)}`,
  }],
  ["optimized_out", {
    title: "Benchmarks that the compiler removed",
    severity: "bad",
    advice: () => "Return a result that depends on the work, and let the input change from iteration to iteration",
  }],
  ["excluded_samples", { title: "Samples that the host disturbed", severity: "share", advice: () => QUIETER }],
  ["noisy", { title: "Noisy benchmarks", severity: "share", advice: () => QUIETER }],
  ["not_steady", {
    title: "Benchmarks that were not steady after their warm-up",
    severity: "share",
    advice: (document) =>
      `Give them longer: ${longer(document)}; ${QUIETER.charAt(0).toLowerCase()}${QUIETER.slice(1)}`,
  }],
  ["level_shift", {
    title: "Benchmarks that changed their speed in the middle",
    severity: "share",
    advice: (document) => `Give them longer to settle: ${longer(document)}; compare with ab, which pairs processes`,
  }],
  ["few_samples", {
    title: "Benchmarks of few samples",
    severity: "share",
    advice: (document) =>
      `Take more: ${
        areCommands(document)
          ? againWithForks(document, 2 * document.settings.forks)
          : again(document, "--rounds", String(2 * document.settings.rounds))
      }`,
  }],
  ["short_samples", {
    title: "Samples too short for the clock",
    severity: "share",
    advice: (document) => `Let each take longer: ${longer(document)}, or drop --iterations`,
  }],
  ["reference_failed", {
    title: "A reference benchmark failed",
    severity: "mind",
    advice: (document) => `Measure again: ${again(document)}; if it happens again, report it as a bug`,
  }],
  ["isolate_vm_unavailable", {
    title: "V8's helper threads were on",
    severity: "mind",
    advice: () => "Measure with deno run to switch them off",
  }],
  ["gc_unavailable", {
    title: "Garbage was not collected between samples",
    severity: "mind",
    advice: () => "Start forks with V8's flag --expose-gc",
  }],
  ["gc_unobserved", { title: "Unknown pauses of the collector", severity: "note", advice: () => "Mend what crashes" }],
  ["gc_sampled", {
    title: "Pauses of the collector are estimates",
    severity: "note",
    advice: () => "Measure with deno run for V8's own figures",
  }],
]);

/** Told elsewhere, or about other things than trust. */
const NO_CONCERN: ReadonlySet<string> = new Set([...TOLD_OF_HOST, "expectation_missed", "journal_unavailable"]);

/** One concern for each kind of warning; a kind that this program does not know is told in its own words. */
export const warningConcerns: TrustRule = (document) => {
  const byCode = Map.groupBy(document.warnings.filter(({ code }) => !NO_CONCERN.has(code)), ({ code }) => code);
  const known = [...WORDS.keys()].filter((code) => byCode.has(code));
  const others = [...byCode.keys()].filter((code) => !WORDS.has(code));
  return [...known, ...others].map((code) => concernOf(code, byCode.get(code) ?? [], document));
};

function concernOf(code: string, warnings: readonly Warning[], document: ResultDocument): Concern {
  const benchmarkIds = warnings.flatMap(({ benchmarkId }) => benchmarkId ?? []);
  const words = WORDS.get(code);
  const count = document.benchmarks.filter(isMeasured).length;
  const severity = words?.severity ?? "mind";
  const counts = benchmarkIds.length === 0 ? "" : ` (${benchmarkIds.length} of ${count})`;
  // As footnotes word them: those that differ in their numbers are one. Those that flags tell of have none, so their code is hidden.
  const told = footnotesOf({ warnings: warnings.map((warning) => ({ ...warning, code: "concern" })) });
  return {
    code,
    severity: severity === "share" ? severityOf(benchmarkIds.length, count) : severity,
    title: (words?.title ?? "A warning of the run") + counts,
    evidence: told.map(({ text }) => text),
    advice: words?.advice(document) ?? "See what it says",
    benchmarkIds,
  };
}
