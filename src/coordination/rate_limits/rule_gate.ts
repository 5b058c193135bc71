/**
 * A gate with tokens of its own, which come back with time.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import type { PrimitiveOptions } from "../primitive.ts";
import { SteadyClock } from "../steady_clock.ts";
import { type Entrant, type Forecast, Gate, gateOptions } from "./gate.ts";
import type { RateRule } from "./rate_rule.ts";

const performanceNow = () => performance.now();

/** The clock of a limiter: one that never goes back. */
export function steadyClock(options: PrimitiveOptions): SteadyClock {
  return new SteadyClock(options.clock ?? performanceNow);
}

/** Comes back for the first in line with one timer. Who extends it says what the tokens are. */
export abstract class TimedGate extends Gate implements TimerTask {
  #timer: Timer | undefined = undefined;
  #expected: Entrant | undefined = undefined;

  /** How long until `n` tokens can be had, in milliseconds, if nobody stood in line; 0 for now. */
  abstract waitMs(n: number): number;

  override admits(n: number): boolean {
    return this.waitMs(n) === 0;
  }

  override retryAfterMs(n: number): number {
    if (this.line.size !== 0) return super.retryAfterMs(n);
    this.requireTokens(n);
    return this.waitMs(n);
  }

  protected override expect(first: Entrant): void {
    if (this.#timer !== undefined && this.#expected === first) return;
    this.forget();
    this.#expected = first;
    this.#timer = timers.schedule(this.waitMs(first.n), this);
  }

  protected override forget(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
    this.#expected = undefined;
  }

  protected override catchUp(): void {
    this.serve();
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = undefined;
    this.serve();
  }
}

/**
 * A gate over one cell of a rule.
 *
 * The limiters write `tryTake` out in terms of its parts, so that each has a call site of its own which sees one rule:
 * through {@linkcode Gate.tryTake}, which sees them all, it costs a third more.
 */
export class RuleGate<Rule extends RateRule = RateRule> extends TimedGate {
  override readonly most: number;
  override readonly queue: number;
  readonly rule: Rule;
  readonly cells: Float64Array;
  readonly clock: SteadyClock;

  /** Starts as if nothing had ever been taken. */
  constructor(rule: Rule, options: PrimitiveOptions) {
    super(rule.type, ...gateOptions(options));
    this.rule = rule;
    this.most = rule.most;
    this.queue = rule.queue;
    this.cells = new Float64Array(rule.stride);
    this.clock = steadyClock(options);
  }

  override takeNow(n: number): boolean {
    return this.rule.tryTake(this.cells, 0, n, this.clock.now());
  }

  override waitMs(n: number): number {
    const now = this.clock.now();
    return msUntil(this.rule.readyAt(this.cells, 0, n, now), now);
  }

  override available(): number {
    return this.rule.available(this.cells, 0, this.clock.now());
  }

  protected override fork(): Forecast {
    return new RuleForecast(this.rule, this.cells.slice(), this.clock.now());
  }
}

/** How long from `now` until `time`, never rounded to too little. */
export function msUntil(time: number, now: number): number {
  const ms = time - now;
  return now + ms < time ? ms * (1 + Number.EPSILON) : ms;
}

/** Plays a rule on a copy of its cell. */
export class RuleForecast implements Forecast {
  readonly #rule: RateRule;
  readonly #cells: Float64Array;
  readonly #start: number;
  #lastMs = 0;

  /** `cells` holds the one cell, and is written to. */
  constructor(rule: RateRule, cells: Float64Array, now: number) {
    this.#rule = rule;
    this.#cells = cells;
    this.#start = now;
  }

  readyMs(n: number): number {
    const from = this.#start + this.#lastMs;
    return msUntil(this.#rule.readyAt(this.#cells, 0, n, from), this.#start);
  }

  take(n: number, atMs: number): void {
    this.#lastMs = atMs;
    this.#rule.tryTake(this.#cells, 0, n, this.#start + atMs);
  }
}
