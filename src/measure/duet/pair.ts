/**
 * Measures with one pair of processes: two programs that play in turn, sample by sample.
 *
 * @module
 */

import type { Settings } from "../document.ts";
import type { Random } from "../random.ts";
import { createRandom, deriveSeed } from "../random.ts";
import type { SideFailure } from "./conductor.ts";
import type { Side } from "./duet_error.ts";
import { DuetProcess, type DuetProgram, type SpawnProgram, spawnProgram } from "./duet_process.ts";
import { balancedOrder, otherSide } from "./order.ts";
import type { PairMeasurement } from "./paired_samples.ts";
import { PairRun } from "./pair_run.ts";
import type { Hello, Ready } from "./protocol.ts";
import type { DuetRounds } from "./settings.ts";

/** What is asked of a pair of processes. */
export interface PairOptions {
  /** What it is compared with. */
  readonly a: DuetProgram;
  /** What is compared. */
  readonly b: DuetProgram;
  /** Benchmarks to measure; null: all that match the settings' filter. */
  readonly ids: readonly string[] | null;
  /** Reference benchmarks to measure besides; none by default. */
  readonly controls?: readonly string[];
  /** How to warm up and sample; its seed is this pair's. */
  readonly settings: Settings;
  /** How many samples; `DUET_ROUNDS` by default. */
  readonly rounds?: DuetRounds;
  /** Whether two benchmarks of one id are held against each other although their code differs. */
  readonly ignoreDefinitions?: boolean;
  /** Which process is started first; drawn by default. */
  readonly firstStarted?: Side;
  /** How long a program may take to say hello, and then to load, in milliseconds; 30 s by default. */
  readonly startTimeoutMs?: number;
  /** After so many milliseconds nothing new is begun, and what is complete by then is the result; no limit by default. */
  readonly timeLeftMs?: number;
  /** Ends it at once, both processes killed. */
  readonly signal?: AbortSignal | undefined;
  /** Starts a process; a test may play it. */
  readonly spawn?: SpawnProgram;
  /** Is told when a benchmark has had its last turn. */
  readonly onMeasured?: (id: string) => void;
}

/** What a program said of itself. */
export type SideFacts = Hello & Ready;

/** What a pair of processes measured. */
export interface PairResult {
  /** What each program said of itself, and what it has. */
  readonly facts: Readonly<Record<Side, SideFacts>>;
  /** What was measured, by id. */
  readonly measured: ReadonlyMap<string, PairMeasurement>;
  /** What failed. */
  readonly failures: readonly SideFailure[];
  /** Benchmarks that were not measured, or not to the end, because another one ended its process. */
  readonly lost: readonly string[];
  /** Whether the time was over before all was measured: what is not in `measured` then was not, and that is nobody's fault. */
  readonly isCut: boolean;
  /** What it took, in milliseconds. */
  readonly costs: {
    /** From the start of the processes until both were ready. */
    readonly startMs: number;
    /** Each benchmark's share of the rest. */
    readonly byId: ReadonlyMap<string, number>;
  };
}

const START_TIMEOUT_MS = 30_000;

/**
 * Starts both programs, lets both warm each benchmark up side by side, gives both the same batch, and then takes their samples
 * in turn: benchmarks in random order, in several visits each; at each visit blocks of two pairs, ABBA or BAAB.
 *
 * A pair that has no time left ends: what has had all of its visits is measured, and the rest is not.
 *
 * A benchmark that fails is in `failures`, and the others go on. One that hangs or ends its process takes the pair with it: the
 * others are in `lost`. When the promise settles, both processes are gone.
 *
 * @throws {DuetError} If a program cannot take part at all. The signal's reason, if it is aborted.
 */
export async function measurePair(options: PairOptions): Promise<PairResult> {
  const random = createRandom(deriveSeed(options.settings.seed, "pair"));
  const start = performance.now();
  await using stack = new AsyncDisposableStack();
  const processes = await startBoth(options, random, stack);
  const run = new PairRun(options, processes, { random, deadlineMs: start + (options.timeLeftMs ?? Infinity) });
  const startMs = performance.now() - start;
  await run.measure();
  return { ...run.result(), costs: { startMs, byId: run.costs } };
}

/** Starts both; a random moment may favour the one that is started first, so which one that is must not be fixed. */
async function startBoth(
  options: PairOptions,
  random: Random,
  stack: AsyncDisposableStack,
): Promise<Readonly<Record<Side, DuetProcess>>> {
  const { settings, ids, controls = [], signal, startTimeoutMs = START_TIMEOUT_MS, spawn = spawnProgram } = options;
  const first = options.firstStarted ?? balancedOrder(random)[0];
  const start = (side: Side) =>
    DuetProcess.start(options[side], {
      request: { ids, controls, settings },
      seed: deriveSeed(settings.seed, "process", side),
      startTimeoutMs,
      signal,
      spawn,
    });
  const [one, other] = await Promise.allSettled([start(first), start(otherSide(first))]);
  for (const started of [one, other]) if (started.status === "fulfilled") stack.use(started.value);
  if (one.status === "rejected") throw one.reason;
  if (other.status === "rejected") throw other.reason;
  return first === "a" ? { a: one.value, b: other.value } : { a: other.value, b: one.value };
}
