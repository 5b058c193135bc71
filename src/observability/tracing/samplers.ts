/**
 * Samplers that decide when a span starts.
 *
 * @module
 */

import { TokenBucket } from "../../coordination/rate_limits/token_bucket.ts";
import { type ParentFlags, SAMPLING, type TraceRandomness, TraceSampler } from "./sampler.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** Records every span. */
export class AlwaysOnSampler extends TraceSampler {
  /** Always the same. */
  override decide(): 2 {
    return SAMPLING.RECORD_AND_SAMPLED;
  }

  /** As the specification names it. */
  override toString(): string {
    return "AlwaysOnSampler";
  }
}

/** Records nothing. */
export class AlwaysOffSampler extends TraceSampler {
  /** Always the same. */
  override decide(): 0 {
    return SAMPLING.NOT_RECORD;
  }

  /** It records none at all. */
  override get dropsWholeTraces(): boolean {
    return true;
  }

  /** As the specification names it. */
  override toString(): string {
    return "AlwaysOffSampler";
  }
}

/**
 * Records a share of all traces, the same ones wherever it is asked.
 *
 * A trace is taken if the last 56 bits of its id are at least `(1 - ratio) * 2^56`, as OpenTelemetry's consistent
 * probability sampling has it: so what one service takes, every other with the same or a higher ratio takes too. It
 * does not look at the parent: give it to a {@linkcode ParentBasedSampler} as its root.
 */
export class TraceIdRatioSampler extends TraceSampler {
  readonly #ratio: number;
  readonly #high: number;
  readonly #low: number;

  /**
   * Takes such a share.
   *
   * @param ratio From 0, none, to 1, all.
   * @throws {RangeError} If the ratio is none.
   */
  constructor(ratio: number) {
    super();
    if (!(typeof ratio === "number" && ratio >= 0 && ratio <= 1)) {
      throw new RangeError(
        `Cannot sample traces with a ratio of ${ratio}: expected a number from 0 to 1; 0.1 records every tenth`,
      );
    }
    this.#ratio = ratio;
    const threshold = Math.round((1 - ratio) * 2 ** 56);
    this.#high = Math.floor(threshold / 2 ** 32);
    this.#low = threshold % 2 ** 32;
  }

  /** By the trace's id alone. */
  override decide(_parent: ParentFlags | undefined, { randomHigh, randomLow }: TraceRandomness): 0 | 2 {
    const isTaken = randomHigh > this.#high || randomHigh === this.#high && randomLow >= this.#low;
    return isTaken ? SAMPLING.RECORD_AND_SAMPLED : SAMPLING.NOT_RECORD;
  }

  /** The spans of a trace have one id. */
  override get dropsWholeTraces(): boolean {
    return true;
  }

  /** As the specification names it. */
  override toString(): string {
    return `TraceIdRatioBased{${this.#ratio}}`;
  }
}

/** Who decides in which case; what is left out does as the parent did. */
export interface ParentBasedOptions {
  /** For a span without a parent. */
  readonly root: TraceSampler;
  /** If the parent is another process's, and sampled. Default: always. */
  readonly remoteParentSampled?: TraceSampler;
  /** If the parent is another process's, and not sampled. Default: never. */
  readonly remoteParentNotSampled?: TraceSampler;
  /** If the parent is of this process, and sampled. Default: always. */
  readonly localParentSampled?: TraceSampler;
  /** If the parent is of this process, and not sampled. Default: never. */
  readonly localParentNotSampled?: TraceSampler;
}

const ON = new AlwaysOnSampler(), OFF = new AlwaysOffSampler();

/** Does as the parent did, so that traces are whole; another sampler decides for spans without a parent. */
export class ParentBasedSampler extends TraceSampler {
  readonly #root: TraceSampler;
  readonly #remoteSampled: TraceSampler;
  readonly #remoteNotSampled: TraceSampler;
  readonly #localSampled: TraceSampler;
  readonly #localNotSampled: TraceSampler;

  /**
   * Asks these.
   *
   * @throws {TypeError} If one of them is no {@linkcode TraceSampler}: use the official `ParentBasedSampler` for others.
   */
  constructor(options: ParentBasedOptions) {
    super();
    for (
      const [name, sampler] of Object.entries(
        requireOptions("make a ParentBasedSampler", options, "pass at least { root }"),
      )
    ) {
      if (sampler !== undefined && !(sampler instanceof TraceSampler)) {
        throw new TypeError(
          `Cannot make a ParentBasedSampler with this ${name}: expected a TraceSampler; give other samplers to the provider itself`,
        );
      }
    }
    this.#root = options.root;
    this.#remoteSampled = options.remoteParentSampled ?? ON;
    this.#remoteNotSampled = options.remoteParentNotSampled ?? OFF;
    this.#localSampled = options.localParentSampled ?? ON;
    this.#localNotSampled = options.localParentNotSampled ?? OFF;
  }

  /** Asks the sampler for this kind of parent. */
  override decide(parent: ParentFlags | undefined, randomness: TraceRandomness): 0 | 1 | 2 {
    if (parent === undefined) return this.#root.decide(parent, randomness);
    const isSampled = (parent.traceFlags & 1) !== 0;
    const sampler = parent.isRemote === true
      ? isSampled ? this.#remoteSampled : this.#remoteNotSampled
      : isSampled
      ? this.#localSampled
      : this.#localNotSampled;
    return sampler.decide(parent, randomness);
  }

  /** Unless what decides below a parent of this process that is not sampled may record. */
  override get dropsWholeTraces(): boolean {
    return this.#localNotSampled instanceof AlwaysOffSampler;
  }

  /** As the specification names it. */
  override toString(): string {
    return `ParentBased{root=${this.#root}, remoteParentSampled=${this.#remoteSampled}, ` +
      `remoteParentNotSampled=${this.#remoteNotSampled}, localParentSampled=${this.#localSampled}, ` +
      `localParentNotSampled=${this.#localNotSampled}}`;
  }
}

/** How many spans a {@linkcode RateLimitedSampler} takes. */
export interface RateLimitedOptions {
  /** Spans a second, on average: a whole number from 1. */
  readonly spansPerSecond: number;
  /** How many at once: a whole number from 1. Default `spansPerSecond`. */
  readonly burst?: number;
  /** Tells milliseconds. Default `performance.now`. */
  readonly clock?: () => number;
}

/**
 * Records so many spans a second, by a token bucket. As the root of a {@linkcode ParentBasedSampler}, where it belongs,
 * so many traces a second.
 */
export class RateLimitedSampler extends TraceSampler {
  readonly #bucket: TokenBucket;
  readonly #rate: number;

  /**
   * Starts with a full bucket.
   *
   * @throws {RangeError} If a number is out of range.
   */
  constructor(options: RateLimitedOptions) {
    super();
    requireOptions("make a RateLimitedSampler", options, "pass at least { spansPerSecond }");
    const { spansPerSecond, burst = spansPerSecond, clock } = options;
    const limits = { limit: spansPerSecond, perMs: 1000, burst };
    this.#bucket = new TokenBucket(clock === undefined ? limits : { ...limits, clock });
    this.#rate = spansPerSecond;
  }

  /** Takes a token, if there is one. */
  override decide(): 0 | 2 {
    return this.#bucket.tryTake() ? SAMPLING.RECORD_AND_SAMPLED : SAMPLING.NOT_RECORD;
  }

  /** Its name and rate. */
  override toString(): string {
    return `RateLimitedSampler{${this.#rate}/s}`;
  }
}
