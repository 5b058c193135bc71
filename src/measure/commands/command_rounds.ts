/**
 * The rounds in which commands are run: in each, every command once, in random order.
 *
 * @module
 */

import type { MeasureOptions } from "../engine.ts";
import type { CounterReading } from "../environment/thread_counters.ts";
import { createRandom, deriveSeed } from "../random.ts";
import { type CommandPlan, planCommands } from "./command_plan.ts";
import type { ProcessRunner } from "./command_process.ts";
import { CommandSeries } from "./command_series.ts";
import { commandWords } from "./command_words.ts";
import type { CommandsRequest } from "./commands_request.ts";

/** What rounds work with. */
export interface RoundsOptions extends Pick<MeasureOptions, "settings" | "signal" | "listener"> {
  /** The commands. */
  readonly commands: CommandsRequest;
  /** Runs processes. */
  readonly runner: ProcessRunner;
  /** What the host counts. */
  readonly readHost: () => CounterReading;
  /** When the measuring began, by `performance.now()`. */
  readonly startMs: number;
}

/** Trial, warm-up and rounds of all commands. */
export class CommandRounds {
  /** What became of each command. */
  readonly series: readonly CommandSeries[];
  readonly #shell: CommandSeries | null;
  readonly #options: RoundsOptions;

  /**
   * Runs nothing yet.
   *
   * @throws {SyntaxError} If there is no shell and a text cannot be split into words.
   */
  constructor(options: RoundsOptions) {
    this.#options = options;
    const { commands, settings, signal, runner, readHost, startMs } = options;
    const { shell, ignoreFailure, showOutput } = commands;
    const prepare = commands.prepare === null ? null : commandWords(commands.prepare, shell);
    const common = {
      runner,
      readHost,
      timeoutMs: settings.timeoutMs,
      signal,
      startMs,
      random: createRandom(deriveSeed(settings.seed, "padding")),
    };
    this.series = commands.texts.map((text) =>
      new CommandSeries({ ...common, words: commandWords(text, shell), prepare, ignoreFailure, showOutput })
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
