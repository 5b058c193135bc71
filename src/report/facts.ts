/**
 * Where, how and under which circumstances a document was measured, in short phrases.
 *
 * @module
 */

import type { MeasuredBenchmark, ResultDocument } from "../measure/document.ts";
import { areCommands, isCommand } from "../measure/commands/is_command.ts";
import { figureName, figureValue } from "./host_figure_text.ts";
import { BYTE_UNITS, formatDuration, formatNumber, formatPercent, formatScaled } from "./number_format.ts";
import { visibleText } from "../visible_text.ts";

/** The run: when, how long, how much; the most important first. */
export function runFacts({ tool, run, settings, benchmarks }: ResultDocument): string[] {
  return [
    `${tool.name} ${tool.version}`,
    ...(run.status === "interrupted" ? ["INTERRUPTED: not all that was asked for is in it"] : []),
    `${plural(settings.forks, areCommands({ benchmarks }) ? "block" : "fork")} of ${plural(settings.rounds, "round")}`,
    formatDuration(run.durationMs * 1e6),
    run.startedAt.replace("T", " ").replace(/(\.\d+)?Z$/, " UTC"),
    ...(settings.quick ? ["quick settings"] : []),
    ...(settings.filter === null ? [] : [`filter ${settings.filter}`]),
    `seed ${settings.seed}`,
  ].map(visibleText);
}

/** The machine and its software, the most important first. */
export function environmentFacts({ environment }: Pick<ResultDocument, "environment">): string[] {
  const { cpu, runtime, git } = environment;
  return [
    `${environment.os} ${environment.arch}`,
    `${cpu.model} (${plural(cpu.count, "CPU")}${cpu.governor === null ? "" : `, ${cpu.governor}`})`,
    formatScaled(environment.memoryBytes, BYTE_UNITS),
    `Deno ${runtime.deno}`,
    ...(environment.virtualization === null ? [] : [environment.virtualization]),
    ...(git === null ? [] : [`commit ${git.commit.slice(0, 10)}${git.dirty ? " (modified)" : ""}`]),
    `kernel ${environment.kernel}`,
    `V8 ${runtime.v8}`,
    ...(environment.v8Flags.length === 0 ? [] : [environment.v8Flags.join(" ")]),
    `host ${environment.fingerprint}`,
  ].map(visibleText);
}

/** How quiet the machine was and how fine the clock, the most important first; what the host does not tell is left out. */
export function quietnessFacts({ quietness, clock }: ResultDocument): string[] {
  const { loadStart, loadEnd, busyRatio, stealRatio, runQueueDelayRatio, involuntarySwitches, otherProcessors } =
    quietness;
  return [
    ...(busyRatio === null ? [] : [`busy ${formatPercent(busyRatio)}`]),
    ...(loadStart === null || loadEnd === null
      ? []
      : [`load ${formatNumber(loadStart, 2)} to ${formatNumber(loadEnd, 2)}`]),
    ...(stealRatio === null ? [] : [`steal ${formatPercent(stealRatio)}`]),
    ...(runQueueDelayRatio === null ? [] : [`waited ${formatPercent(runQueueDelayRatio)}`]),
    ...(otherProcessors === null ? [] : [`${formatNumber(otherProcessors, 2)} processors taken by others`]),
    ...(involuntarySwitches === null ? [] : [`${plural(involuntarySwitches, "involuntary switch", "es")}`]),
    `clock step ${formatDuration(clock.stepNs)}, ${formatDuration(clock.costNs)} a reading`,
    ...(clock.monotonic ? [] : ["CLOCK RAN BACKWARDS"]),
  ].map(visibleText);
}

/** How fast the machine is, by its own figures, the most important first; empty if it was not measured. */
export function hostFacts({ hostFigures }: Pick<ResultDocument, "hostFigures">): string[] {
  return hostFigures.filter(({ status }) => status === "measured")
    .map((figure) => `${figureName(figure).toLowerCase()} ${figureValue(figure)}`);
}

/** What the figures are: estimators, interval, level, samples, forks; said once a report. */
export function methodNote(results: readonly MeasuredBenchmark[]): string {
  const samples = results.map(({ statistics }) => statistics.samples);
  const forks = results.map(({ statistics }) => statistics.forks);
  const level = results.find(({ statistics }) => statistics.medianInterval !== null)?.statistics.medianInterval?.level;
  const interval = level === undefined
    ? ""
    : ` ± is the median's ${formatNumber(100 * level)} % bootstrap interval, its longer arm.`;
  const oneFork = forks.includes(1) ? " One fork: differences between processes are not in it (--forks)." : "";
  const expectation = results.some(({ expected }) => expected !== null)
    ? " Met?: whether it is as fast as expected."
    : "";
  const leftOut = results.reduce(
    (total, { statistics: { excluded } }) => total + excluded.steal + excluded.preemption + excluded.suspend,
    0,
  );
  const disturbed = leftOut === 0
    ? ""
    : ` The host disturbed ${plural(leftOut, "more sample")} of all benchmarks, left out by cause.`;
  if (results.every(isCommand)) {
    return `Durations are those of one run, without the shell's own start, over ${range(samples, "run")} in ` +
      `${
        range(forks, "block")
      }, which stand for forks.${disturbed}${interval} User and system time are means and hold the ` +
      "shell's. Memory is the largest resident set of one process, from a run of its own.";
  }
  return `Durations are those of one iteration, without the loop's own cost, over ${range(samples, "sample")} of ` +
    `${
      range(forks, "fork")
    }.${disturbed}${interval}${oneFork} Throughput is taken at the median. Memory is the largest resident set, GC the collector's pauses relative to the median.${expectation}`;
}

/** `1 fork`, `3 forks`. */
export function plural(count: number, noun: string, ending = "s"): string {
  return `${formatNumber(count)} ${noun}${count === 1 ? "" : ending}`;
}

function range(counts: readonly number[], noun: string): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? plural(least, noun) : `${formatNumber(least)} to ${plural(most, noun)}`;
}
