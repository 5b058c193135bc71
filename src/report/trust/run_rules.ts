/**
 * What limits the trust in a result as a whole: what is missing in it, and how little it rests on.
 *
 * @module
 */

import { FEW_PROCESSES } from "../../compare/needed_runs.ts";
import { areCommands } from "../../measure/commands/is_command.ts";
import { DEFAULT_SETTINGS } from "../../measure/settings.ts";
import { meanInterval } from "../../measure/statistics/mod.ts";
import { mean } from "../../measure/statistics/moments.ts";
import { failureText, isMeasured, labelOf } from "../document_view.ts";
import { plural } from "../facts.ts";
import { forkLevels } from "../insights/fork_levels.ts";
import { formatNumber, formatPercent } from "../number_format.ts";
import { again, againWithForks, type Concern, type TrustRule } from "./concern.ts";

/** More of them are counted, not told. */
const MAX_TOLD = 5;

/** Benchmarks that have no figures. */
export const failures: TrustRule = (document) => {
  const failed = document.benchmarks.filter((result) => !isMeasured(result));
  if (failed.length === 0) return [];
  const told = failed.slice(0, MAX_TOLD).map((result) => `"${labelOf(result)}": ${failureText(result)}`);
  const untold = failed.length - told.length;
  return [{
    code: "failed",
    severity: "bad",
    title: `${failed.length} of ${plural(document.benchmarks.length, "benchmark")} failed`,
    evidence: [...told, ...(untold > 0 ? [`So did ${untold} more`] : [])],
    advice: `Mend what fails, and see its stack: ${again(document, "--debug", "--quick")}`,
    benchmarkIds: failed.map(({ id }) => id),
  }];
};

/** A run that did not come to its end. */
export const interruption: TrustRule = (document) => {
  if (document.run.status === "complete") return [];
  const forks = document.benchmarks.filter(isMeasured).map(({ statistics }) => statistics.forks);
  return [whole("interrupted", "bad", {
    title: "The run was interrupted",
    evidence: [
      `${plural(document.benchmarks.length, "benchmark")} of it are here` +
      (forks.length === 0
        ? ""
        : `, with ${Math.min(...forks)} to ${Math.max(...forks)} of ${document.settings.forks} forks`),
    ],
    advice: areCommands(document)
      ? `Let it end: ${again(document)}`
      : `Let it end: ${again(document, "--resume")} goes on where it stopped`,
  })];
};

/** Too few processes, which quick settings have by design. */
export const fewForks: TrustRule = (document) => {
  const { settings } = document;
  const measured = document.benchmarks.filter(isMeasured);
  if (measured.length === 0) return [];
  const fewest = Math.min(...measured.map(({ statistics }) => statistics.forks));
  if (fewest >= FEW_PROCESSES) return [];
  const enough = Math.max(DEFAULT_SETTINGS.forks, FEW_PROCESSES);
  return [whole("few_forks", fewest === 1 ? "bad" : "mind", {
    title: settings.quick ? "Quick settings: few processes and rounds" : "Few processes",
    evidence: [
      `The figures rest on ${plural(fewest, "fork")} of ${plural(settings.rounds, "round")}` +
      (fewest === 1
        ? "; nobody knows how far another process would differ"
        : `; with fewer than ${FEW_PROCESSES}, intervals are wide`),
    ],
    advice: `Measure more processes: ${againWithForks(document, enough)}`,
  })];
};

/** Without references nobody knows the host's part in a difference. */
export const noReferences: TrustRule = (document) => {
  if (document.references.some(isMeasured) || document.benchmarks.length === 0 || areCommands(document)) return [];
  return [whole("no_references", "mind", {
    title: "No reference benchmarks",
    evidence: ["How far the host alone moves a figure is unknown, so comparisons find large changes only"],
    advice: `Measure without --no-references: ${again(document)}`,
  })];
};

/** Without the host's facts, most of what may be wrong with it cannot be told. */
export const unknownHost: TrustRule = ({ host, hostFigures }) => {
  if (host !== null || hostFigures.length > 0) return [];
  return [whole("unknown_host", "note", {
    title: "Nothing is known of the host's speed and settings",
    evidence: ["The result was measured with --no-host-figures, or by a program that did not ask"],
    advice: "See what the host is worth now: puffin-bench system --advice",
  })];
};

/** Forks below which halves of a run say nothing. */
const MIN_FORKS = 4;
/** Change of the host from one half of a run to the other, and the one that is bad. */
const DRIFT = 0.02;
const BAD_DRIFT = 0.1;
const LEVEL = 0.95;

/**
 * The host became slower or faster while it measured: by the references, which do the same work all the time. Of each, the mean
 * over the later half of its forks is held against the earlier; the interval is over the references.
 */
export const hostDrift: TrustRule = (document) => {
  const changes = document.references.filter(isMeasured).flatMap((reference) => {
    const levels = [...forkLevels(reference)].sort(([left], [right]) => left - right).map(([, level]) => level);
    if (levels.length < MIN_FORKS || levels.some((level) => !(level > 0))) return [];
    const logs = levels.map(Math.log);
    const half = logs.length >> 1;
    return [mean(logs.slice(-half)) - mean(logs.slice(0, half))];
  });
  const change = meanInterval(changes, LEVEL);
  if (change === null) return [];
  const surely = change.low > 0 ? change.low : change.high < 0 ? -change.high : 0;
  if (!(surely > Math.log1p(DRIFT))) return [];
  const percent = (log: number) => formatPercent(Math.expm1(log)).replace("-", "−");
  return [whole("host_drift", surely > Math.log1p(BAD_DRIFT) ? "bad" : "mind", {
    title: `The host became ${change.point > 0 ? "slower" : "faster"} during the run`,
    evidence: [
      `${plural(changes.length, "reference")} changed by ${
        percent(change.point)
      } from the first half of the forks to the second ` +
      `(${percent(change.low)} to ${percent(change.high)}, ${formatNumber(100 * LEVEL)} % interval)`,
    ],
    advice: "Let the host settle, and see what heats it or works beside: puffin-bench system --advice; " +
      "puffin-bench ab pairs processes, so that drift falls on both sides",
  })];
};

function whole(
  code: string,
  severity: Concern["severity"],
  words: Pick<Concern, "title" | "evidence" | "advice">,
): Concern {
  return { code, severity, ...words, benchmarkIds: [] };
}
