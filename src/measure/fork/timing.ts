/**
 * A timed fork: warms every benchmark of a suite up, then takes their samples in rounds.
 *
 * @module
 */

import type { ForkResult, Settings } from "../document.ts";
import type { ClockFacts } from "../document_environment.ts";
import { HelperThreads } from "../environment/affinity.ts";
import { ThreadCounters } from "../environment/thread_counters.ts";
import type { LoopShape } from "../protocol.ts";
import { referenceSettings } from "../reference/reference_settings.ts";
import { isIndistinguishableFromEmpty, quantile, sortSamples } from "../statistics/mod.ts";
import { activeClock } from "./active_clock.ts";
import { CollectionWatch } from "./collection_watch.ts";
import type { ForkContext } from "./context.ts";
import { emptyCandidate, isEmptyId, shapeKey } from "./empty_body.ts";
import { describeFailure } from "./failure.ts";
import { Sampler, type SamplerTools } from "./sampler.ts";
import { type Candidate, Subject } from "./subject.ts";
import { chooseBatch, type Duration, isHeavy, isMisfit, type WarmUp, warmUp, type WarmUpOptions } from "./warm_up.ts";

/** Fewest samples of a benchmark in a fork, however long an iteration takes. */
const MIN_SAMPLES = 3;

/** A benchmark that is to be timed. */
export interface TimedCandidate {
  /** The benchmark. */
  readonly candidate: Candidate;
  /** What the audit found. */
  readonly shape: LoopShape;
}

/** A benchmark, or an empty function, on its way through a fork. */
interface Contender {
  readonly subject: Subject;
  readonly shape: LoopShape;
  readonly sampler: Sampler;
  readonly options: WarmUpOptions;
  readonly slowdown: number;
  warm: WarmUp;
  /** Iterations of a sample that suit its speed; `batch` may be larger. */
  fitting: number;
  batch: number;
  rounds: number;
}

/**
 * Measures benchmarks, with an empty function for each shape of loop among them, in rounds of random order. Round 0 is thrown
 * away: it shows whether the batches still fit once all benchmarks have run, and chooses them anew where they do not.
 */
export async function time(
  candidates: readonly TimedCandidate[],
  context: ForkContext,
  clockFacts: ClockFacts,
): Promise<void> {
  using counters = ThreadCounters.open();
  using helpers = HelperThreads.open();
  const watch = await CollectionWatch.open(context.collect);
  const tools = { clock: context.clock, counters, collect: context.collect, watch, helpers };
  const shapes = new Map(candidates.map(({ shape }) => [shapeKey(shape), shape]));
  const empties = [...shapes.values()].map((shape) => ({ candidate: emptyCandidate(shape), shape }));
  const running = new Race(context);
  for (const timed of context.random.shuffle([...candidates, ...empties])) {
    await running.attempt(timed.candidate.id, "setup", async () => {
      running.add(await prepare(timed, context, { tools, clockFacts }));
    });
  }
  for (const contender of context.random.shuffle(running.contenders)) {
    await running.attempt(contender.subject.id, "warmup", () => warm(contender));
  }
  for (let round = 0; round <= context.settings.rounds; round++) {
    for (const contender of context.random.shuffle(running.contenders)) {
      if (!takesPart(contender, round, context.settings)) continue;
      await running.attempt(contender.subject.id, "round", () => sample(contender, round));
    }
  }
  const empty = new Map(
    empties.map(({ candidate, shape }) => [shapeKey(shape), running.find(candidate.id)]),
  );
  for (const contender of running.contenders) {
    const { subject } = contender;
    await running.attempt(subject.id, "teardown", async () => {
      running.forget(contender); // a failed teardown must not be tried again
      await subject.tearDown();
      const floor = empty.get(shapeKey(contender.shape));
      if (floor?.subject !== subject) report(contender, floor, context);
    });
  }
  context.begin(null, "teardown");
}

/** The contenders that have not failed. */
class Race {
  readonly #context: ForkContext;
  readonly #contenders = new Map<string, Contender>();

  constructor(context: ForkContext) {
    this.#context = context;
  }

  get contenders(): readonly Contender[] {
    return [...this.#contenders.values()];
  }

  find(id: string): Contender | undefined {
    return this.#contenders.get(id);
  }

  add(contender: Contender): void {
    this.#contenders.set(contender.subject.id, contender);
  }

  forget(contender: Contender): void {
    this.#contenders.delete(contender.subject.id);
  }

  /** Does something on behalf of a benchmark; if it fails, the benchmark is out and the others go on. */
  async attempt(
    id: string,
    phase: "setup" | "warmup" | "round" | "teardown",
    action: () => Promise<void>,
  ): Promise<void> {
    this.#context.begin(isEmptyId(id) ? null : id, phase);
    try {
      await action();
    } catch (thrown) {
      const contender = this.#contenders.get(id);
      this.#contenders.delete(id);
      this.#context.tell({ type: "failed", id, failure: describeFailure(thrown) });
      await contender?.subject.tearDown().catch(() => {}); // the first failure is the one to tell
    }
  }
}

async function prepare(
  { candidate, shape }: TimedCandidate,
  context: ForkContext,
  { tools, clockFacts }: { readonly tools: SamplerTools; readonly clockFacts: ClockFacts },
): Promise<Contender> {
  const { request } = context, clock = activeClock(context.clock, tools.counters);
  const settings = candidate.isReference ? referenceSettings(context.settings) : context.settings;
  const subject = await Subject.setUp(candidate, { ...context, settings });
  const { result } = await subject.round(() => subject.try());
  subject.compile(shape, result);
  return {
    subject,
    slowdown: candidate.isReference ? 1 : request.slowdown,
    shape,
    sampler: new Sampler(tools),
    options: { settings, iterations: subject.fixedIterations, clock, clockFacts },
    warm: { batch: 1, iterations: 0, durationMs: 0, steady: false, iteration: { ns: 0, wallNs: 0 } },
    fitting: 1,
    batch: 1,
    rounds: 0,
  };
}

async function warm(contender: Contender): Promise<void> {
  const { subject, options } = contender, { clock } = options;
  contender.warm = await warmUp((n) =>
    subject.round(async () => {
      const start = clock.now();
      const ns = await subject.loop(n);
      return { ns, wallNs: clock.now() - start };
    }), options);
  settle(contender, contender.warm.batch, contender.warm.iteration);
}

function settle(contender: Contender, fitting: number, iteration: Duration): void {
  const { subject, options: { settings } } = contender;
  contender.fitting = fitting;
  const samples = samplesOf(fitting * iteration.wallNs, settings);
  const { batch, rounds } = withAtLeast(subject.leastIterations, { batch: fitting, rounds: samples }, settings);
  contender.batch = batch;
  contender.rounds = rounds;
}

/** More samples, and if those are not enough longer ones, until there are as many iterations as asked for. */
export function withAtLeast(
  iterations: number,
  { batch, rounds }: { readonly batch: number; readonly rounds: number },
  settings: Settings,
): { readonly batch: number; readonly rounds: number } {
  const samples = Math.max(rounds, Math.min(settings.rounds, Math.ceil(iterations / batch)));
  return { rounds: samples, batch: Math.max(batch, Math.ceil(iterations / samples)) };
}

/**
 * How many samples a benchmark gets in a fork: as many as its samples fit into `timeMs`, at most one a round, at least three.
 * So an iteration of 100 ms is measured three times a fork rather than once in each of 24 rounds.
 */
export function samplesOf(sampleNs: number, { rounds, timeMs }: Settings): number {
  const fitting = Math.floor(timeMs * 1e6 / sampleNs * 1.25); // samples may turn out a little longer than asked for
  return Math.min(rounds, Math.max(MIN_SAMPLES, fitting));
}

/** Spreads the samples of a benchmark evenly over the rounds; in round 0 only those whose iterations are cheap take part. */
function takesPart({ rounds, warm, options }: Contender, round: number, settings: Settings): boolean {
  if (round === 0) return !isHeavy(warm.iteration, options.settings);
  return Math.floor(round * rounds / settings.rounds) > Math.floor((round - 1) * rounds / settings.rounds);
}

async function sample(contender: Contender, round: number): Promise<void> {
  const { ns, wallNs } = await sampleOnce(contender, round > 0);
  if (round > 0) return;
  const iterations = timedIterations(contender);
  const iteration = { ns: ns / iterations, wallNs: wallNs / iterations };
  const fitting = chooseBatch(iteration, contender.options);
  if (!isMisfit(contender.fitting, fitting)) return;
  settle(contender, fitting, iteration);
  await sampleOnce(contender, false);
}

/** The share of a batch that runs untimed before a sample: what ran in between has cooled the caches. */
const PREFIX_SHARE = 0.25;

/**
 * Takes a sample, after a collection and an untimed prefix. Where the number of iterations is fixed, the benchmark may count on
 * it: each of its rounds then has exactly so many, and the prefix is a round of its own.
 */
async function sampleOnce(contender: Contender, keep: boolean): Promise<Duration> {
  const { subject, sampler, batch, options } = contender;
  const iterations = timedIterations(contender);
  sampler.collect();
  if (options.iterations !== null) {
    await subject.round(async () => await subject.loop(batch));
    return await subject.round(() => sampler.take(subject.loop, iterations, { keep }));
  }
  return await subject.round(async () => {
    const prefix = Math.floor(batch * PREFIX_SHARE);
    if (prefix > 0) await subject.loop(prefix);
    return await sampler.take(subject.loop, iterations, { keep });
  });
}

/** Iterations that a sample really has: the batch, which is what is counted, unless a slowdown is injected. */
function timedIterations({ batch, slowdown }: Contender): number {
  return Math.max(1, Math.round(batch * slowdown));
}

function report(contender: Contender, floor: Contender | undefined, context: ForkContext): void {
  const { subject, sampler, batch, warm } = contender;
  const emptyNs = floor?.sampler.values(floor.batch) ?? [];
  // Four decimals: no clock tells more, and every fork of a document has this number.
  const overheadNs = emptyNs.length === 0 ? 0 : Math.round(1e4 * quantile(sortSamples(emptyNs), 0.25)) / 1e4;
  const result: ForkResult = {
    fork: context.request.fork,
    batchSize: batch,
    overheadNs,
    warmup: { iterations: warm.iterations, durationMs: warm.durationMs, steady: warm.steady },
    samples: sampler.samples(),
  };
  const indistinguishable = isIndistinguishableFromEmpty(sampler.values(batch), emptyNs);
  context.tell({ type: "measured", id: subject.id, measurement: { result, indistinguishable, ...sampler.usage() } });
}
