/**
 * Measures whole commands: each is run again and again, in rounds of random order, and the result is a document as of any other run.
 *
 * @module
 */

import { calibrateClock, performanceClock } from "../clock.ts";
import { DOCUMENT_FORMAT, DOCUMENT_VERSION, type ResultDocument, type Settings, type Warning } from "../document.ts";
import type { MeasureOptions } from "../engine.ts";
import { QuietnessMonitor, readEnvironment } from "../environment/mod.ts";
import { type CounterReading, ThreadCounters } from "../environment/thread_counters.ts";
import { lookAtHost } from "../host/look_at_host.ts";
import { createRandom, deriveSeed } from "../random.ts";
import { assembleBenchmark, assembleGroups } from "../run/assemble.ts";
import { RunLock } from "../run/run_lock.ts";
import { benchmarkWarnings, runWarnings } from "../run/warnings.ts";
import { PortableRunner, type ProcessRunner } from "./command_process.ts";
import { type CommandPlan, planCommands } from "./command_plan.ts";
import { commandWords, type ShellChoice } from "./command_words.ts";
import { CommandSeries } from "./command_series.ts";
import { commandIdentity } from "./command_identity.ts";
import { LinuxRunner } from "./linux_process.ts";

/** Which commands, and how they are run. */
export interface CommandsRequest {
  /** Their texts, all different; the others are compared with the first. */
  readonly texts: readonly string[];
  /** What takes the texts for commands. */
  readonly shell: ShellChoice;
  /** Is run before each run, its time not counted; null for nothing. */
  readonly prepare: string | null;
  /** Runs of each command before any that counts, besides the one that is observed for its memory. */
  readonly warmup: number;
  /** Runs of each command that count; null: as many as fit into the time of the settings. */
  readonly runs: number | null;
  /** Whether a run may end with another code than 0. */
  readonly ignoreFailure: boolean;
  /** Whether what commands print is shown on stderr. */
  readonly showOutput: boolean;
}

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
  const words = commands.texts.map((text) => commandWords(text, commands.shell));
  const prepare = commands.prepare === null ? null : commandWords(commands.prepare, commands.shell);
  const identities = await Promise.all(commands.texts.map((_, index) => commandIdentity(commands, index)));
  const tell = options.listener ?? (() => {});
  const warnings: Warning[] = [];
  const warn = (warning: Warning) => {
    warnings.push(warning);
    tell({ type: "warning", warning });
  };
  const lock = await RunLock.acquire();
  const opened = options.runner ?? LinuxRunner.open();
  const runner = typeof opened === "string" ? new PortableRunner(opened) : opened;
  using counters = ThreadCounters.open();
  const readHost = options.readHost ?? (() => hostOnly(counters.read()));
  try {
    const startedAt = new Date();
    const startMs = performance.now();
    const quietness = QuietnessMonitor.start();
    const environment = await readEnvironment({ v8Flags: [] });
    for (const pid of await lock.others()) warn(anotherRun(pid));
    if (runner.unknownUsage !== null) warn(unknownUsage(runner.unknownUsage));
    const host = options.host === undefined || signal?.aborted === true
      ? { host: null, hostFigures: [] }
      : await lookAtHost({
        launcher: options.launcher,
        form: options.host.form,
        folder: options.host.folder,
        seed: settings.seed,
        signal,
      });
    const rounds = new Rounds({ ...options, runner, readHost, words, prepare, startMs });
    const plan = await rounds.run(identities.map(({ id }) => id));
    const decided: Settings = {
      ...settings,
      forks: plan.blocks,
      rounds: plan.blockRounds,
      iterations: 1,
      warmupMs: 0,
      maxWarmupMs: 0,
    };
    const clock = calibrateClock(performanceClock);
    const benchmarks = identities.flatMap((identity, index) => {
      const finding = rounds.series[index]?.finding();
      return finding === undefined ? [] : assembleBenchmark(identity, finding, decided) ?? [];
    });
    for (const result of benchmarks) tell({ type: "benchmark_finished", result });
    const samples = benchmarks.flatMap((result) => result.status === "failed" ? [] : result.forks);
    const quiet = quietness.finish(samples.map((fork) => fork.samples));
    const observations = { traced: 0, sampled: 0, unobserved: 0 };
    const facts = { clock, quietness: quiet, cpuCount: environment.cpu.count, canCollect: true, observations };
    for (const warning of runWarnings(facts)) warn(warning);
    for (const result of benchmarks) {
      for (const warning of benchmarkWarnings(result, clock)) warn(warning);
    }
    for (const [index, { id }] of identities.entries()) {
      const codes = rounds.series[index]?.failingCodes() ?? [];
      if (commands.ignoreFailure && codes.length > 0) warn(ignoredFailures(id, codes));
    }
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
        suites: ["commands"],
        arguments: options.arguments,
      },
      settings: decided,
      environment,
      ...host,
      quietness: quiet,
      clock,
      warnings,
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

/** What rounds work with. */
interface RoundsOptions extends MeasureCommandsOptions {
  readonly runner: ProcessRunner;
  readonly readHost: () => CounterReading;
  readonly words: readonly (readonly [string, ...string[]])[];
  readonly prepare: readonly [string, ...string[]] | null;
  readonly startMs: number;
}

/** Trial, warm-up and rounds of all commands. */
class Rounds {
  /** What became of each command. */
  readonly series: readonly CommandSeries[];
  readonly #shell: CommandSeries | null;
  readonly #options: RoundsOptions;

  constructor(options: RoundsOptions) {
    this.#options = options;
    const { commands: { shell, ignoreFailure, showOutput }, settings, signal, runner, readHost, prepare, startMs } =
      options;
    const common = {
      runner,
      readHost,
      timeoutMs: settings.timeoutMs,
      signal,
      startMs,
      random: createRandom(deriveSeed(settings.seed, "padding")),
    };
    this.series = options.words.map((words) =>
      new CommandSeries({ ...common, words, prepare, ignoreFailure, showOutput })
    );
    this.#shell = shell.kind === "none" ? null : new CommandSeries({
      ...common,
      ...{ words: [shell.program, "-c", ""], prepare: null, ignoreFailure: true, showOutput: false },
    });
  }

  /** Runs everything; a command that fails is left out of what follows. */
  async run(ids: readonly string[]): Promise<CommandPlan> {
    const { commands: { warmup, runs }, settings, listener, signal } = this.#options;
    let roundMs = await this.#shell?.observe() ?? 0;
    if (this.#shell?.failure !== undefined) {
      for (const series of this.series) series.failure = { ...this.#shell.failure, reason: "setup_failed" };
    }
    for (const series of this.series) {
      if (this.#isDone(series)) continue;
      let takesMs = await series.observe();
      for (let i = 0; i < warmup && !this.#isDone(series); i++) takesMs = await series.warmUp();
      roundMs += takesMs;
    }
    const left = Math.max(1, this.series.filter(({ failure }) => failure === undefined).length);
    const plan = planCommands({ roundMs, commands: left, timeMs: settings.timeMs, runs, quick: settings.quick });
    const { length } = this.series;
    listener?.({ type: "planned", benchmarks: length, forks: plan.blocks, expectedMs: roundMs * plan.runs });
    const random = createRandom(deriveSeed(settings.seed, "order"));
    const begunMs = performance.now();
    for (let round = 0; round < plan.runs && signal?.aborted !== true; round++) {
      const block = Math.floor(round / plan.blockRounds);
      for (const series of random.shuffle([...this.series, ...(this.#shell === null ? [] : [this.#shell])])) {
        if (this.#isDone(series)) continue;
        await series.measure(block);
        const benchmarkId = ids[this.series.indexOf(series)];
        if (benchmarkId === undefined) continue;
        const doneRatio = (round + 0.5) / plan.runs;
        const remainingMs = (performance.now() - begunMs) * (1 - doneRatio) / doneRatio;
        listener?.({ type: "progress", doneRatio, remainingMs, fork: block, phase: "round", benchmarkId });
      }
      if (this.series.every((series) => series.failure !== undefined)) break;
    }
    this.#takeShellOff();
    return plan;
  }

  #isDone(series: CommandSeries): boolean {
    return series.failure !== undefined || this.#options.signal?.aborted === true;
  }

  #takeShellOff(): void {
    for (const series of this.series) series.overheadNs = this.#shell?.quartileNs() ?? 0;
  }
}

/** The thread that reads does nothing meanwhile: what is known of it says nothing of a command. */
function hostOnly(reading: CounterReading): CounterReading {
  return { ...reading, cpuNs: null, runQueueDelayNs: null, involuntarySwitches: null, processCpuNs: 0 };
}

function anotherRun(pid: number): Warning {
  const message = `another puffin-bench (process ${pid}) measures on this host; let one finish before the other starts`;
  return { code: "another_run", message, benchmarkId: null };
}

function unknownUsage(reason: string): Warning {
  const message = `user and system time and memory of the commands are unknown: ${reason}; measure on Linux for them`;
  return { code: "process_usage_unknown", message, benchmarkId: null };
}

function ignoredFailures(id: string, codes: readonly number[]): Warning {
  const message =
    `runs of it ended with exit code ${codes.join(", ")}, which --ignore-failure lets count; see what it says ` +
    "with --show-output";
  return { code: "exit_codes", message, benchmarkId: id };
}
