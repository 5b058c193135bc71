/**
 * Measures whole commands: each is run again and again, in rounds of random order, and the result is a document as of any other run.
 *
 * @module
 */

import { calibrateClock, performanceClock } from "../clock.ts";
import {
  type BenchmarkIdentity,
  type BenchmarkResult,
  DOCUMENT_FORMAT,
  DOCUMENT_VERSION,
  type ResultDocument,
  type Samples,
  type Settings,
  type Warning,
} from "../document.ts";
import type { MeasureOptions } from "../engine.ts";
import { QuietnessMonitor, readEnvironment } from "../environment/mod.ts";
import { type CounterReading, ThreadCounters } from "../environment/thread_counters.ts";
import { lookAtHost } from "../host/look_at_host.ts";
import { assembleBenchmark, assembleGroups } from "../run/assemble.ts";
import { RunLock } from "../run/run_lock.ts";
import { benchmarkWarnings, runWarnings } from "../run/warnings.ts";
import { COMMAND_SUITE, commandIdentity } from "./command_identity.ts";
import type { CommandPlan } from "./command_plan.ts";
import { PortableRunner, type ProcessRunner } from "./command_process.ts";
import { CommandRounds } from "./command_rounds.ts";
import { anotherRun, ignoredFailures, unknownUsage } from "./command_warnings.ts";
import type { CommandsRequest } from "./commands_request.ts";
import { LinuxRunner } from "./linux_process.ts";

/** What {@linkcode measureCommands} is asked to do. */
export interface MeasureCommandsOptions
  extends
    Pick<MeasureOptions, "settings" | "launcher" | "tool" | "arguments" | "host" | "save" | "signal" | "listener"> {
  /** The commands. */
  readonly commands: CommandsRequest;
  /** Runs processes; by default the best that the host allows. */
  readonly runner?: ProcessRunner;
  /** What the host counts; by default it is asked. */
  readonly readHost?: () => CounterReading;
}

/**
 * Runs commands and returns the result document.
 *
 * Each command is a benchmark of the suite `commands`, and each of its runs a sample. They are interleaved in rounds of random
 * order, so that what the host does meets all of them alike. With a shell, its own start is measured in every round too and taken
 * off (`overheadNs`). Of the settings `timeMs` is how long each command may take in all, `timeoutMs` how long one run may;
 * `forks` and `rounds` of the document are those that came of it.
 *
 * A command that fails is in the document with its reason, and the others go on. An aborted signal kills what runs, and yields a
 * document with status `interrupted`.
 *
 * @throws {SyntaxError} If there is no shell and a text cannot be split into words.
 */
export async function measureCommands(options: MeasureCommandsOptions): Promise<ResultDocument> {
  const { commands, settings, signal } = options;
  const identities = await Promise.all(commands.texts.map((_, index) => commandIdentity(commands, index)));
  const lock = await RunLock.acquire();
  const runner = options.runner ?? bestRunner();
  using counters = ThreadCounters.open();
  const readHost = options.readHost ?? (() => hostOnly(counters.read()));
  try {
    const startedAt = new Date(), startMs = performance.now();
    const rounds = new CommandRounds({ ...options, runner, readHost, startMs });
    const quietness = QuietnessMonitor.start();
    const environment = await readEnvironment({ v8Flags: [] });
    const warnings = new Warnings(options.listener);
    for (const pid of await lock.others()) warnings.add(anotherRun(pid));
    if (runner.unknownUsage !== null) warnings.add(unknownUsage(runner.unknownUsage));
    const host = await hostOf(options);
    const plan = await rounds.run(identities.map(({ id }) => id));
    const decided = { ...settings, ...settingsOf(plan) };
    const benchmarks = benchmarksOf(identities, rounds, decided);
    for (const result of benchmarks) options.listener?.({ type: "benchmark_finished", result });
    const clock = calibrateClock(performanceClock);
    const quiet = quietness.finish(samplesOf(benchmarks));
    warnings.add(...runWarnings({ ...NOTHING_COLLECTED, clock, quietness: quiet, cpuCount: environment.cpu.count }));
    warnings.add(...benchmarks.flatMap((result) => benchmarkWarnings(result, clock)));
    if (commands.ignoreFailure) warnings.add(...failuresOf(identities, rounds));
    const document: ResultDocument = {
      format: DOCUMENT_FORMAT,
      version: DOCUMENT_VERSION,
      tool: options.tool,
      run: {
        id: crypto.randomUUID(),
        status: signal?.aborted === true ? "interrupted" : "complete",
        startedAt: startedAt.toISOString(),
        finishedAt: new Date().toISOString(),
        durationMs: performance.now() - startMs,
        suites: [COMMAND_SUITE],
        arguments: options.arguments,
      },
      settings: decided,
      environment,
      ...host,
      quietness: quiet,
      clock,
      warnings: warnings.all,
      benchmarks,
      scaling: [],
      groups: assembleGroups(benchmarks),
      references: [],
    };
    await options.save?.(document);
    return document;
  } finally {
    runner.close();
    await lock.release();
  }
}

/** Warnings in the order in which they were given. */
class Warnings {
  readonly all: Warning[] = [];
  readonly #listener: MeasureOptions["listener"];

  constructor(listener: MeasureOptions["listener"]) {
    this.#listener = listener;
  }

  add(...warnings: readonly Warning[]): void {
    for (const warning of warnings) {
      this.all.push(warning);
      this.#listener?.({ type: "warning", warning });
    }
  }
}

/** The collector of a command is its own affair. */
const NOTHING_COLLECTED = { canCollect: true, observations: { traced: 0, sampled: 0, unobserved: 0 } };

function bestRunner(): ProcessRunner {
  const opened = LinuxRunner.open();
  return typeof opened === "string" ? new PortableRunner(opened) : opened;
}

async function hostOf(
  { host, launcher, settings: { seed }, signal }: MeasureCommandsOptions,
): Promise<Pick<ResultDocument, "host" | "hostFigures">> {
  if (host === undefined || signal?.aborted === true) return { host: null, hostFigures: [] };
  return await lookAtHost({ launcher, form: host.form, folder: host.folder, seed, signal });
}

function settingsOf({ blocks, blockRounds }: CommandPlan): Partial<Settings> {
  return { forks: blocks, rounds: blockRounds, iterations: 1, warmupMs: 0, maxWarmupMs: 0 };
}

/** Those that were run at all. */
function benchmarksOf(
  identities: readonly BenchmarkIdentity[],
  { series }: CommandRounds,
  settings: Settings,
): BenchmarkResult[] {
  return identities.flatMap((identity, index) => {
    const finding = series[index]?.finding();
    return finding === undefined ? [] : assembleBenchmark(identity, finding, settings) ?? [];
  });
}

function samplesOf(benchmarks: readonly BenchmarkResult[]): Samples[] {
  return benchmarks.flatMap((result) => result.status === "failed" ? [] : result.forks.map(({ samples }) => samples));
}

function failuresOf(identities: readonly BenchmarkIdentity[], { series }: CommandRounds): Warning[] {
  return identities.flatMap(({ id }, index) => {
    const codes = series[index]?.failingCodes() ?? [];
    return codes.length === 0 ? [] : [ignoredFailures(id, codes)];
  });
}

/** The thread that reads does nothing meanwhile: what is known of it says nothing of a command. */
function hostOnly(reading: CounterReading): CounterReading {
  return { ...reading, cpuNs: null, runQueueDelayNs: null, involuntarySwitches: null, processCpuNs: 0 };
}
