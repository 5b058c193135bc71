/**
 * One benchmark in one program of a duet.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { Settings } from "../document.ts";
import type { ClockFacts } from "../document_environment.ts";
import type { DuetSample, Prepared } from "../duet/protocol.ts";
import type { ThreadCounters } from "../environment/mod.ts";
import type { LoopShape } from "../protocol.ts";
import { activeClock } from "./active_clock.ts";
import type { Collect } from "./garbage.ts";
import { takeSample } from "./sample.ts";
import { type Candidate, Subject, type SubjectContext } from "./subject.ts";
import { tryOut } from "./trial.ts";
import { type Duration, warmUp, type WarmUpOptions } from "./warm_up.ts";

/** What a benchmark is measured with. */
export interface PlayerTools {
  /** Tells the time. */
  readonly clock: Clock;
  /** How good it is. */
  readonly clockFacts: ClockFacts;
  /** Tells what the host did meanwhile. */
  readonly counters: ThreadCounters;
  /** Collects garbage, if V8 lets it. */
  readonly collect: Collect | undefined;
  /** What the iterations of its samples are multiplied by. */
  readonly slowdown: number;
}

/** The share of a batch that runs untimed when a benchmark's turn comes: what ran in between has cooled the caches. */
const VISIT_SHARE = 0.25;

/**
 * The share that runs untimed before each sample: the other side's sample, or the time asleep, has cooled them again, and the
 * second of a pair suffers more of that than the first. A larger share lessens it, and leaves less time for samples.
 */
const SAMPLE_SHARE = 0.25;

/** How long a new batch is run before it is timed, in nanoseconds: the compiler's choices depend on the trip count. */
const SETTLING_NS = 10e6;

/** Samples of an empty loop, each of a fifth of a sample's length. */
const EMPTY_SAMPLES = 15;
const EMPTY_SHARE = 0.2;

/** An empty loop is compiled at its first replacement on the stack, and costs the same ever after. */
const EMPTY_WARMUP = { warmupMs: 20, maxWarmupMs: 40 } as const;

/** Sets a benchmark up, warms it up, and takes its samples. */
export class Player {
  readonly #candidate: Candidate;
  readonly #context: SubjectContext;
  readonly #tools: PlayerTools;
  #subject: Subject | undefined;
  #batch = 1;

  /** Does nothing yet. */
  constructor(candidate: Candidate, context: SubjectContext, tools: PlayerTools) {
    this.#candidate = candidate;
    this.#context = context;
    this.#tools = tools;
  }

  /**
   * Sets it up, tries a few iterations, compiles its loop, and warms it up.
   *
   * @throws {BenchmarkFailure} If anything of that fails.
   */
  async prepare(): Promise<Prepared> {
    const subject = await Subject.setUp(this.#candidate, this.#context);
    this.#subject = subject;
    const { shape } = await tryOut(subject, this.#tools.clock);
    const { batch, iteration, steady } = await this.#warm(subject, shape, this.#context.settings);
    this.#batch = batch;
    const { ns: iterationNs, wallNs: iterationWallNs } = iteration;
    return { shape, fixedIterations: subject.fixedIterations, iterationNs, iterationWallNs, batch, steady };
  }

  /** Nanoseconds an iteration of a function that does nothing, one value a sample. */
  async empty(shape: LoopShape): Promise<number[]> {
    const subject = await Subject.setUp(this.#candidate, this.#context);
    this.#subject = subject;
    const { batch } = await this.#warm(subject, shape, { ...this.#context.settings, ...EMPTY_WARMUP });
    const iterations = Math.max(1, Math.round(batch * EMPTY_SHARE));
    const values: number[] = [];
    this.#tools.collect?.("minor");
    for (let i = 0; i < EMPTY_SAMPLES; i++) {
      const { ns } = await subject.round(() => takeSample(subject.loop, iterations, this.#tools));
      values.push(Math.max(0, ns) / iterations);
    }
    return values;
  }

  /** Uses this batch from now on, and runs it a few times, as it will be timed. */
  async settle(batch: number): Promise<void> {
    const subject = this.#ready();
    this.#batch = batch;
    const { clock } = this.#tools;
    const start = clock.now();
    do await subject.round(async () => await subject.loop(this.#iterations(1))); while (
      clock.now() - start < SETTLING_NS
    );
  }

  /** Its turn has come: collects what others have left, and runs a while untimed. */
  async visit(): Promise<void> {
    const subject = this.#ready();
    this.#tools.collect?.("minor");
    await subject.round(async () => await subject.loop(this.#prefix(subject, VISIT_SHARE)));
  }

  /** Takes a sample. */
  async sample(): Promise<DuetSample> {
    const subject = this.#ready();
    const iterations = this.#iterations(1);
    const isFixed = subject.fixedIterations !== null; // then a round must have exactly so many
    const { ns, wallNs, observation } = await subject.round(async () => {
      const prefix = isFixed ? 0 : this.#iterations(SAMPLE_SHARE);
      if (prefix > 0) await subject.loop(prefix);
      return await takeSample(subject.loop, iterations, this.#tools);
    });
    const { excluded, runQueueDelayNs, involuntarySwitches } = observation;
    return { ns: Math.max(0, ns), wallNs, iterations, excluded, runQueueDelayNs, involuntarySwitches };
  }

  /**
   * Undoes the setup, if there was one.
   *
   * @throws {BenchmarkFailure} If that fails.
   */
  async tearDown(): Promise<void> {
    const subject = this.#subject;
    this.#subject = undefined;
    await subject?.tearDown();
  }

  async #warm(subject: Subject, shape: LoopShape, settings: Settings) {
    const { clockFacts, counters } = this.#tools;
    const clock = activeClock(this.#tools.clock, counters);
    const { result } = await subject.round(() => subject.try());
    subject.compile(shape, result);
    const options: WarmUpOptions = { settings, iterations: subject.fixedIterations, clock, clockFacts };
    const run = (n: number): Promise<Duration> =>
      subject.round(async () => {
        const start = clock.now();
        const ns = await subject.loop(n);
        return { ns, wallNs: clock.now() - start };
      });
    return await warmUp(run, options);
  }

  #ready(): Subject {
    if (this.#subject === undefined) throw new TypeError("it was not prepared");
    return this.#subject;
  }

  /** So many of the batch, the injected slowdown included; at least one, or none of no share. */
  #iterations(share: number): number {
    return Math.max(share < 1 ? 0 : 1, Math.round(this.#batch * share * this.#tools.slowdown));
  }

  #prefix(subject: Subject, share: number): number {
    return subject.fixedIterations === null ? this.#iterations(share) : this.#iterations(1);
  }
}
