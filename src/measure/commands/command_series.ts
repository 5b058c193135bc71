/**
 * The runs of one command.
 *
 * @module
 */

import type { ExclusionCause, ForkResult } from "../document.ts";
import { exclusionCause } from "../environment/observation.ts";
import type { CounterReading } from "../environment/thread_counters.ts";
import type { Random } from "../random.ts";
import type { Failure, Finding } from "../run/findings.ts";
import { quantile } from "../statistics/quantile.ts";
import { sortSamples } from "../statistics/sorted_samples.ts";
import type { EndedProcess, ProcessRunner, UnstartedProcess } from "./command_process.ts";

/** What a series works with. */
export interface SeriesOptions {
  /** Runs processes. */
  readonly runner: ProcessRunner;
  /** The command. */
  readonly words: readonly [string, ...string[]];
  /** Is run before each run; null for nothing. */
  readonly prepare: readonly [string, ...string[]] | null;
  /** Whether a run may end with another code than 0. */
  readonly ignoreFailure: boolean;
  /** Whether its output is shown. */
  readonly showOutput: boolean;
  /** How long one run may take. */
  readonly timeoutMs: number;
  /** Kills what runs. */
  readonly signal: AbortSignal | undefined;
  /** When the measuring began, by `performance.now()`. */
  readonly startMs: number;
  /** What the host counts, the calling thread left out: it does nothing while a command runs. */
  readonly readHost: () => CounterReading;
  /** Draws the length of a variable in each run's environment, by whose size the stack's addresses are shifted. */
  readonly random: Random;
}

interface Sample extends EndedProcess {
  readonly startMs: number;
  readonly excluded: ExclusionCause | null;
}

/** The longest random environment variable: a page. */
const MAX_PADDING = 4_096;

/** Runs a command as often as it is told to, and keeps what came of it. */
export class CommandSeries {
  /** Why it is not run any more. */
  failure: Failure | undefined;
  /** What a run costs without the command, in nanoseconds: the shell's own start. */
  overheadNs = 0;
  readonly #options: SeriesOptions;
  readonly #blocks = new Map<number, Sample[]>();
  #warmup = { iterations: 0, durationMs: 0 };
  #peakBytes = 0;

  /** Runs nothing yet. */
  constructor(options: SeriesOptions) {
    this.#options = options;
  }

  /** Runs it once for its memory, and to see whether it works; resolves to what that took, in milliseconds. */
  observe(): Promise<number> {
    return this.#tryOut("observe");
  }

  /** Runs it once without counting it; resolves to what that took, in milliseconds. */
  warmUp(): Promise<number> {
    return this.#tryOut("run");
  }

  /** Runs it once, as a sample of a block. */
  async measure(block: number): Promise<void> {
    if (!await this.#prepare(block)) return;
    const { readHost } = this.#options;
    const before = readHost();
    const startMs = Math.round(performance.now() - this.#options.startMs);
    const ended = this.#judged(await this.#run("run"), block);
    if (ended === undefined) return;
    const excluded = exclusionCause(before, readHost(), ended.wallNs);
    const samples = this.#blocks.get(block) ?? [];
    samples.push({ ...ended, startMs, excluded });
    this.#blocks.set(block, samples);
  }

  /** The lower quartile of all runs, in nanoseconds; 0 without any. */
  quartileNs(): number {
    return quartileOf([...this.#blocks.values()].flat());
  }

  /** The exit codes other than 0 that occurred, each once. */
  failingCodes(): number[] {
    const codes = [...this.#blocks.values()].flat().map(({ exitCode }) => exitCode).filter((code) => code !== 0);
    return [...new Set(codes)].sort((left, right) => left - right);
  }

  /** All that is known about it, as the engine has it of any benchmark. */
  finding(): Finding {
    const measurements = [...this.#blocks].map(([fork, samples]) => ({
      result: this.#forkResult(fork, samples),
      indistinguishable: quartileOf(samples) <= this.overheadNs,
      processCpuNs: sum(samples.map(({ userNs, systemNs }) => (userNs ?? 0) + (systemNs ?? 0))),
      processWallNs: sum(samples.map(({ userNs, wallNs }) => userNs === null ? 0 : wallNs)),
      heapUsedBytes: 0,
      residentBytes: this.#peakBytes,
    }));
    return {
      audit: { shape: { kind: "sync", hooks: "none" } },
      allocation: undefined,
      measurements: new Map(measurements.map((measurement) => [measurement.result.fork, measurement])),
      failure: this.failure,
    };
  }

  async #tryOut(how: "run" | "observe"): Promise<number> {
    const start = performance.now();
    if (!await this.#prepare(0)) return 0;
    const ended = this.#judged(await this.#run(how), 0);
    const tookMs = performance.now() - start;
    if (ended === undefined) return tookMs;
    this.#warmup = {
      iterations: this.#warmup.iterations + 1,
      durationMs: this.#warmup.durationMs + ended.wallNs / 1e6,
    };
    this.#peakBytes = Math.max(this.#peakBytes, ended.peakBytes ?? 0);
    return tookMs;
  }

  async #prepare(fork: number): Promise<boolean> {
    const { runner, prepare, timeoutMs, signal, showOutput } = this.#options;
    if (prepare === null) return true;
    const environment = Deno.env.toObject();
    const ended = await runner.run({ words: prepare, environment, showOutput, killsRest: false, timeoutMs, signal });
    if (signal?.aborted === true) return false;
    const message = problemOf(ended, timeoutMs);
    if (message === undefined) return true;
    this.failure = { reason: "setup_failed", message: `--prepare: ${message}`, stack: null, fork };
    return false;
  }

  #run(how: "run" | "observe"): Promise<EndedProcess | UnstartedProcess> {
    const { runner, words, random, showOutput, timeoutMs, signal } = this.#options;
    const environment = { ...Deno.env.toObject(), PUFFIN_BENCH_PADDING: "x".repeat(random.nextInt(MAX_PADDING)) };
    return runner[how]({ words, environment, showOutput, killsRest: true, timeoutMs, signal });
  }

  /** The process if it counts; else the reason is kept, unless everything was interrupted. */
  #judged(ended: EndedProcess | UnstartedProcess, fork: number): EndedProcess | undefined {
    const { ignoreFailure, signal, timeoutMs } = this.#options;
    if (signal?.aborted === true) return undefined;
    if (ended.status === "ended" && !ended.timedOut && (ended.exitCode === 0 || ignoreFailure)) return ended;
    const reason = ended.status === "unstarted" ? "setup_failed" : ended.timedOut ? "timed_out" : "exit_code";
    this.failure = { reason, message: problemOf(ended, timeoutMs) ?? "", stack: null, fork };
    return undefined;
  }

  #forkResult(fork: number, samples: readonly Sample[]): ForkResult {
    const [userNs, systemNs] = [
      known(samples.map((sample) => sample.userNs)),
      known(samples.map((sample) => sample.systemNs)),
    ];
    return {
      fork,
      batchSize: 1,
      overheadNs: this.overheadNs,
      warmup: { ...(fork === 0 ? this.#warmup : { iterations: 0, durationMs: 0 }), steady: true },
      samples: {
        wallNs: samples.map(({ wallNs }) => wallNs),
        cpuNs: userNs === null || systemNs === null ? null : userNs.map((user, index) => user + (systemNs[index] ?? 0)),
        runQueueDelayNs: null,
        involuntarySwitches: null,
        startMs: samples.map(({ startMs }) => startMs),
        excluded: samples.flatMap(({ excluded }, index) => excluded === null ? [] : [{ index, cause: excluded }]),
        garbageCollected: null,
        processes: { userNs, systemNs, exitCodes: samples.map(({ exitCode }) => exitCode) },
      },
    };
  }
}

/** The lower quartile of the runs that the host did not disturb, or of all if it disturbed each; 0 without any. */
function quartileOf(samples: readonly Sample[]): number {
  const undisturbed = samples.filter(({ excluded }) => excluded === null);
  const counted = undisturbed.length > 0 ? undisturbed : samples;
  return counted.length === 0 ? 0 : quantile(sortSamples(counted.map(({ wallNs }) => wallNs)), 0.25);
}

/** What went wrong, in words; undefined if nothing did. */
function problemOf(ended: EndedProcess | UnstartedProcess, timeoutMs: number): string | undefined {
  if (ended.status === "unstarted") return `command not found: ${ended.reason}; check its name and PATH`;
  const said = ended.stderrTail === "" ? "" : `; stderr ends with ${JSON.stringify(ended.stderrTail)}`;
  if (ended.timedOut) return `it was killed after ${timeoutMs / 1000} s (--timeout)${said}`;
  if (ended.exitCode === 0) return undefined;
  const meaning = ended.exitCode === 127 ? " (command not found)" : ended.exitCode > 128 ? " (killed by a signal)" : "";
  return `exit code ${ended.exitCode}${meaning}${said}; --ignore-failure lets it count all the same`;
}

function known(values: readonly (number | null)[]): number[] | null {
  const numbers = values.filter((value) => value !== null);
  return numbers.length === values.length ? numbers : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
