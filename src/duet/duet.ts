/**
 * A paired comparison: pairs of processes again and again, until every benchmark is decided or the time is over.
 *
 * @module
 */

import { type Comparison, COMPARISON_FORMAT, COMPARISON_VERSION, type ComparisonEntry } from "../compare/comparison.ts";
import { pairEffect, Sequence } from "../compare/sequential/mod.ts";
import { suiteVerdict } from "../compare/verdict.ts";
import {
  DUET_ROUNDS,
  DUET_SETTINGS,
  DuetError,
  measurePair,
  nameOf,
  type PairResult,
  type Side,
  type SideFacts,
  type SideFailure,
} from "../measure/duet/mod.ts";
import type { Settings, Warning } from "../measure/document.ts";
import { readEnvironment } from "../measure/environment/mod.ts";
import { MeasureError } from "../measure/measure_error.ts";
import { deriveSeed } from "../measure/random.ts";
import { RunLock } from "../measure/run/run_lock.ts";
import { timedV8Flags } from "../measure/run/spawn.ts";
import { controlsBeside, controlsOf, distrust, failedControls, pickControls } from "./controls.ts";
import { differencesOf } from "./differences.ts";
import { Ledger } from "./ledger.ts";
import type { DuetOptions } from "./options.ts";
import { QUICK_ROUNDS, QUICK_TIME } from "./quick.ts";
import { makeRoster, type Roster } from "./roster.ts";
import { chooseNext, Costs, MARGIN } from "./spending.ts";
import { duetWarnings } from "./warnings.ts";

/**
 * Compares two programs by measuring them in turn: the whole suite in the first pairs of processes, then only what is undecided,
 * until all is decided or the budget does not suffice for another pair.
 *
 * A benchmark that fails on a side is in the comparison as such; the others go on. An aborted signal is no error: it yields the
 * verdicts of what is complete, with status `interrupted`.
 *
 * @throws {DuetError} If a program cannot take part, or crashes in more than one reference benchmark.
 * @throws {MeasureError} If neither program has a benchmark that was asked for.
 */
export async function duet(options: DuetOptions): Promise<Comparison> {
  const lock = await RunLock.acquire();
  try {
    const others = await lock.others();
    const run = new DuetRun(options);
    await run.measure();
    return await run.finish(others);
  } finally {
    await lock.release();
  }
}

/** What is kept of the budget for what comes before and after measuring: to start this program, and to write its results. */
const RESERVE_MS = 500;

/** In so many pairs of processes the controls are measured in any case ... */
const PAIRS_WITH_CONTROLS = 4;

/** ... and in each that measures so many benchmarks. */
const MANY_BENCHMARKS = 8;

/**
 * What {@linkcode duet} decides, without its document: nothing is read of the host, and other runs on it are of no concern. For
 * experiments that replay measured pairs with `measure` and `now` of their own.
 *
 * @throws As {@linkcode duet} does.
 */
export async function decideDuet(options: DuetOptions): Promise<readonly ComparisonEntry[]> {
  const run = new DuetRun(options);
  await run.measure();
  return run.entries();
}

/** A paired comparison that has begun. */
class DuetRun {
  readonly #options: DuetOptions;
  readonly #settings: Omit<Settings, "seed">;
  readonly #now: () => number;
  readonly #startMs: number;
  readonly #createdAt = new Date().toISOString();
  readonly #costs = new Costs();
  readonly #ledgers = new Map<string, Ledger>();
  readonly #controls = new Map<string, number[]>();
  readonly #controlFailures: SideFailure[] = [];
  readonly #settled = new Set<string>();
  #facts: Readonly<Record<Side, SideFacts>> | undefined;
  #roster: Roster = { common: [], others: [], order: [] };
  #sequence: Sequence | undefined;
  #pairs = 0;
  #attempts = 0;
  /** What the last pair was to measure and lost, because another benchmark ended a process. */
  #lost: readonly string[] = [];

  constructor(options: DuetOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#startMs = this.#now();
    this.#settings = {
      ...DUET_SETTINGS,
      ...(options.quick ? QUICK_TIME : {}),
      timeoutMs: options.timeoutMs ?? DUET_SETTINGS.timeoutMs,
      filter: options.filter,
      quick: options.quick,
    };
  }

  /** Measures pair after pair. */
  async measure(): Promise<void> {
    try {
      await this.#measurePair(null);
      for (;;) {
        const next = this.#next();
        if (next.length === 0) break;
        await this.#measurePair(next);
      }
    } catch (thrown) {
      if (!this.#isInterrupted) throw thrown; // a pair that was cut short counts for nothing
    }
  }

  /** The comparison. */
  async finish(others: readonly number[]): Promise<Comparison> {
    const { threshold, alpha, errorControl, tool, budgetMs, seed, filter, quick } = this.#options;
    const benchmarks = this.entries();
    const controls = controlsOf(this.#controls, 1 - alpha);
    const differences = differencesOf(this.#facts);
    const ledgers = [...this.#ledgers.values()];
    const warnings: Warning[] = [
      ...failedControls(this.#controlFailures),
      ...distrust(this.#controls, threshold),
      ...duetWarnings({ facts: this.#facts, ledgers, others, differences, pairs: this.#pairs, benchmarks }),
    ];
    const { visits, blocks } = this.#rounds;
    const environment = await readEnvironment({ v8Flags: timedV8Flags(this.#options.b.launcher, false) });
    return {
      format: COMPARISON_FORMAT,
      version: COMPARISON_VERSION,
      tool,
      createdAt: this.#createdAt,
      method: "paired",
      status: this.#isInterrupted ? "interrupted" : "complete",
      options: { threshold, alpha, errorControl, acrossHosts: false },
      baseline: this.#side("a", environment.fingerprint),
      current: this.#side("b", environment.fingerprint),
      environment,
      differences,
      hostSpeeds: [], // both sides run beside each other
      verdict: suiteVerdict(benchmarks),
      drift: null,
      controls,
      benchmarks,
      warnings,
      durationMs: this.#elapsedMs,
      settings: { seed, budgetMs, quick, filter, pairs: this.#pairs, visits, blocks },
    };
  }

  get #isInterrupted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  get #elapsedMs(): number {
    return this.#now() - this.#startMs;
  }

  get #leftMs(): number {
    return this.#options.budgetMs - RESERVE_MS - this.#elapsedMs;
  }

  get #rounds() {
    return this.#options.rounds ?? (this.#options.quick ? QUICK_ROUNDS : DUET_ROUNDS);
  }

  #isIn(id: string): boolean {
    return this.#ledgers.get(id)?.isOut === false;
  }

  /** What lost its first pair because another benchmark ended a process. */
  get #unmeasured(): readonly string[] {
    return this.#lost.filter((id) => this.#isIn(id) && this.#ledgers.get(id)?.samples === 0);
  }

  /** The benchmarks of the next pair; none if all is decided or the time is over. */
  #next(): readonly string[] {
    const leftMs = this.#leftMs;
    const unmeasured = this.#unmeasured;
    if (unmeasured.length > 0) return unmeasured; // whatever the time: each has a first pair
    const affordable = this.#sequence?.affordable({
      remainingMs: leftMs / MARGIN,
      pairMs: this.#costs.startMs,
      benchmarkMs: (id) => this.#isIn(id) ? this.#costs.of(id) : Infinity,
    });
    if (affordable !== undefined && affordable.size > 0) return [...affordable.keys()];
    const wanted = new Map([...this.#sequence?.wanted() ?? []].filter(([id]) => this.#isIn(id)));
    return chooseNext(wanted, this.#costs, leftMs); // what is left may do for a pair more
  }

  /** The controls of the next pair: all at first, later only where they do not cost more than what they are to watch. */
  #riding(benchmarks: number): readonly string[] {
    return this.#pairs < PAIRS_WITH_CONTROLS || benchmarks >= MANY_BENCHMARKS ? [...this.#controls.keys()] : [];
  }

  async #measurePair(ids: readonly string[] | null): Promise<void> {
    const { a, b, seed, signal, startTimeoutMs, ignoreDefinitions = false, listener, measure = measurePair } =
      this.#options;
    let done = 0;
    const of = ids?.length ?? 0;
    const controls = ids === null ? controlsBeside(b.suites) : this.#riding(ids.length);
    const isFirst = ids === null || this.#unmeasured.length > 0; // it is finished in any case
    const attempt = this.#attempts++;
    const start = this.#now();
    listener?.({ type: "pair_started", pair: this.#pairs, benchmarks: of });
    const result = await measure({
      a: { ...a, side: "a", slowdown: a.slowdown ?? 1 },
      b: { ...b, side: "b", slowdown: b.slowdown ?? 1 },
      ids,
      controls,
      settings: { ...this.#settings, seed: deriveSeed(seed, "pair of processes", attempt) },
      rounds: this.#rounds,
      ignoreDefinitions,
      firstStarted: attempt % 2 === 0 ? "a" : "b",
      signal,
      ...(isFirst ? {} : { timeLeftMs: this.#leftMs }),
      onMeasured: (id) => listener?.({ type: "measured", id, done: ++done, of }),
      ...(startTimeoutMs === undefined ? {} : { startTimeoutMs }),
    });
    if (this.#facts === undefined) this.#meet(result.facts);
    this.#keep(result);
    this.#lost = result.lost;
    if (result.lost.length > 0) requireCulprit(result); // the others still want the pair that it has spoilt
    else if (!result.isCut) this.#costs.add(this.#now() - start, result.costs.byId);
    if (result.measured.size > 0) this.#pairs++;
    this.#sequence?.look();
    this.#tellStandings();
  }

  /** The programs are known now: what is held against each other. */
  #meet(facts: Readonly<Record<Side, SideFacts>>): void {
    const { ignoreDefinitions = false, threshold, thresholdOf, alpha, errorControl, listener, filter } = this.#options;
    this.#facts = facts;
    const asked = controlsBeside(this.#options.b.suites);
    const own = (side: Side) => facts[side].benchmarks.filter(({ identity }) => !asked.includes(identity.id));
    this.#roster = makeRoster({ a: own("a"), b: own("b") }, ignoreDefinitions);
    const missing = missingSuite(this.#options, facts);
    if (missing !== null || this.#roster.order.length === 0) throw nothingToMeasure(missing, filter);
    for (const id of pickControls(asked, { a: facts.a.benchmarks, b: facts.b.benchmarks })) this.#controls.set(id, []);
    for (const identity of this.#roster.common) this.#ledgers.set(identity.id, new Ledger(identity));
    this.#sequence = new Sequence({
      benchmarks: this.#roster.common.map(({ id }) => ({ id, threshold: thresholdOf?.(id) ?? threshold })),
      alpha,
      errorControl,
    });
    listener?.({ type: "planned", ids: this.#roster.common.map(({ id }) => id), threshold });
  }

  #keep({ measured, failures }: PairResult): void {
    for (const failure of failures) {
      const ledger = this.#ledgers.get(failure.id);
      if (ledger?.isOut !== true) this.#options.listener?.({ type: "failed", failure });
      if (ledger === undefined) this.#dismiss(failure);
      else ledger.fail(failure);
    }
    for (const [id, measurement] of measured) {
      const effect = pairEffect(measurement.pairs);
      if (effect === null) continue; // the host left no pair of one of the orders
      this.#controls.get(id)?.push(effect);
      const ledger = this.#ledgers.get(id);
      if (ledger === undefined) continue;
      ledger.add(measurement);
      this.#sequence?.add(id, effect);
    }
  }

  /** What ends a process, or fails in it, is no company. A program that crashes in both controls crashes whatever it runs. */
  #dismiss(failure: SideFailure): void {
    const { id, side, reason, message } = failure;
    this.#controls.delete(id);
    const before = this.#controlFailures.find((other) => (
      reason === "crashed" && other.reason === reason && other.side === side && other.id !== id
    ));
    this.#controlFailures.push(failure);
    if (before === undefined) return;
    const program = nameOf({ side, name: this.#options[side].name });
    throw new DuetError(side, `Cannot measure ${program}: it crashes again and again, last in "${id}": ${message}`);
  }

  #tellStandings(): void {
    if (this.#options.listener === undefined) return;
    const standings = this.#sequence?.standings() ?? [];
    for (const standing of standings) {
      if (standing.verdict === null || this.#settled.has(standing.id)) continue;
      if (this.#ledgers.get(standing.id)?.isOut === true) continue;
      this.#settled.add(standing.id);
      this.#options.listener?.({ type: "settled", standing });
    }
    this.#options.listener?.({ type: "standings", standings, elapsedMs: this.#elapsedMs });
  }

  /** All benchmarks, in the order of definition. */
  entries(): readonly ComparisonEntry[] {
    const outcomes = new Map(this.#sequence?.outcomes().map((outcome) => [outcome.id, outcome]));
    const entries = new Map<string, ComparisonEntry>(this.#roster.others.map((entry) => [entry.id, entry]));
    for (const [id, ledger] of this.#ledgers) {
      const outcome = outcomes.get(id);
      const eachMs = this.#costs.startMs + this.#costs.of(id);
      const entry = ledger.incomparable() ?? (outcome === undefined ? null : ledger.compared(outcome, eachMs));
      if (entry !== null) entries.set(id, entry);
    }
    return this.#roster.order.flatMap((id) => entries.get(id) ?? []);
  }

  #side(side: Side, fingerprint: string): Comparison["baseline"] {
    const { name, commit } = this.#options[side];
    const tool = this.#facts?.[side].tool ?? "unknown";
    return { label: name, sources: [{ name, tool, startedAt: this.#createdAt, commit, fingerprint }] };
  }
}

/** A pair that lost benchmarks names the one that was to blame; were it not so, it would be tried for ever. */
function requireCulprit({ failures, lost }: PairResult): void {
  if (failures.length > 0) return;
  throw new MeasureError("fork_broken", `Cannot measure "${lost[0]}": its process ended, and nobody knows why`);
}

/** A suite that was asked for by its name, and that neither side has; null if there is none, or a filter may have emptied it. */
function missingSuite({ a, b, filter }: DuetOptions, facts: Readonly<Record<Side, SideFacts>>): string | null {
  if (filter !== null) return null;
  const there = new Set([...facts.a.benchmarks, ...facts.b.benchmarks].map(({ identity }) => identity.suite));
  return [...a.suites ?? [], ...b.suites ?? []].find((name) => !there.has(name)) ?? null;
}

function nothingToMeasure(missing: string | null, filter: string | null): MeasureError {
  const reason = missing !== null
    ? `neither program has the suite ${JSON.stringify(missing)}`
    : filter === null
    ? "neither program has a benchmark that was asked for"
    : `no benchmark's id matches the filter ${JSON.stringify(filter)} on either side`;
  return new MeasureError("nothing_to_measure", `Cannot compare: ${reason}; list the benchmarks to see their ids`);
}
