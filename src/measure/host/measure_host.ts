/**
 * Measures the host itself, with the engine that measures everything else.
 *
 * @module
 */

import type { Settings } from "../document.ts";
import type { HostFigure } from "../document_environment.ts";
import type { ForkLauncher } from "../fork_launcher.ts";
import { makePlan } from "../plan.ts";
import { assembleBenchmark } from "../run/assemble.ts";
import { Findings } from "../run/findings.ts";
import { ProgressEstimator } from "../run/progress.ts";
import { spawnBy } from "../run/spawn.ts";
import { runStage } from "../run/stage.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import { FOLDER_VARIABLE } from "./disk.ts";
import { figureFrom, FIGURES } from "./host_figures.ts";
import { hostSuite } from "./host_suite.ts";
import { BUFFER_BYTES } from "./memory.ts";

/** How much is measured: `full` takes about 5 s in 4 processes, `short` about 1 s in one. */
export type HostForm = "full" | "short";

/** What {@linkcode measureHost} needs. */
export interface MeasureHostOptions {
  /** How to start a process that calls `runFork`. */
  readonly launcher: ForkLauncher;
  /** How much to measure. */
  readonly form: HostForm;
  /** The folder whose disk is measured; default: the system's folder of temporary files. */
  readonly folder?: string | undefined;
  /** Memory that can be had, in bytes; null if unknown. With less than the buffers take, memory is not measured. */
  readonly availableMemoryBytes: number | null;
  /** Seed of every random choice: an integer from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Ends it early: what is not complete is missing. */
  readonly signal?: AbortSignal | undefined;
}

/** Memory figures need four buffers' worth: two benchmarks' buffers, the order of the cycle, and room for others. */
const MIN_MEMORY_BYTES = 4 * BUFFER_BYTES;

/**
 * Samples are short and many: on two processors with a load of 13, of samples of 3 ms hardly any is undisturbed, and `integer`
 * came out between 750 and 3,750 Mop/s in six runs; with those of 1 ms, between 3,720 and 3,840.
 */
const FORMS: Readonly<Record<HostForm, Pick<Settings, "forks" | "rounds" | "timeMs" | "warmupMs" | "maxWarmupMs">>> = {
  full: { forks: 4, rounds: 24, timeMs: 36, warmupMs: 30, maxWarmupMs: 120 },
  short: { forks: 1, rounds: 24, timeMs: 24, warmupMs: 15, maxWarmupMs: 80 },
};

/** About how long each form takes on a quiet host, in milliseconds. */
export const HOST_MS: Readonly<Record<HostForm, number>> = { full: 5_000, short: 1_000 };

/**
 * Measures processor, memory, disk and network: samples in rounds, and of each process the lower quartile, as in comparisons.
 * With one process the interval tells how sure that process is; another may differ by more, mostly in memory.
 *
 * The disk's figure writes 1 MiB over and over into a file of its own, which is removed; the network's stays on 127.0.0.1. What
 * cannot be measured is missing with its reason, and does not keep the others from being measured.
 *
 * @returns Every figure, in the order of {@linkcode FIGURES}.
 * @throws {MeasureError} If the processes cannot work at all.
 */
export async function measureHost(options: MeasureHostOptions): Promise<HostFigure[]> {
  const { launcher, form, folder, availableMemoryBytes, seed, signal } = options;
  const settings: Settings = { ...DEFAULT_SETTINGS, ...FORMS[form], seed };
  const isTight = availableMemoryBytes !== null && availableMemoryBytes < MIN_MEMORY_BYTES;
  const suite = {
    ...hostSuite,
    benchmarks: hostSuite.benchmarks.filter(({ name }) => !(isTight && needsBuffers(name))),
  };
  const plan = await makePlan([suite], null);
  const findings = new Findings();
  for (const { identity } of plan.benchmarks) {
    const isAsync = FIGURES.some(({ benchmark, isAsync }) => isAsync && benchmark === identity.name);
    const shape = { kind: isAsync ? "async" as const : "sync" as const, hooks: "none" as const };
    findings.add({ type: "audited", id: identity.id, audit: { shape } });
  }
  const context = {
    plan,
    settings,
    slowdown: 1,
    findings,
    spawn: spawnBy(launcher, folder === undefined ? {} : { [FOLDER_VARIABLE]: folder }),
    progress: new ProgressEstimator([], () => performance.now()),
    signal,
    record: (record: Parameters<Findings["add"]>[0]) => findings.add(record),
    print: () => {},
    tell: () => {},
  };
  for (let fork = 0; fork < settings.forks && signal?.aborted !== true; fork++) {
    await runStage({ task: "time", suite: suite.name, fork }, context);
  }
  return FIGURES.map((definition): HostFigure => {
    const { name, kind, unit, better, benchmark } = definition;
    if (isTight && needsBuffers(benchmark)) {
      const [wanted, found] = [MIN_MEMORY_BYTES, availableMemoryBytes ?? 0].map((bytes) => Math.floor(bytes / 1e6));
      return {
        name,
        kind,
        unit,
        better,
        status: "missing",
        reason: `it needs ${wanted} MB of free memory, there are ${found}`,
      };
    }
    const planned = plan.benchmarks.find(({ identity }) => identity.name === benchmark);
    const result = planned && assembleBenchmark(planned.identity, findings.of(planned.identity.id), settings);
    return figureFrom(definition, result);
  });
}

function needsBuffers(benchmark: string): boolean {
  return benchmark === "memory_latency" || benchmark === "memory_bandwidth";
}
