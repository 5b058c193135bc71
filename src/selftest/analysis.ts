/**
 * From measured pairs to what can be trusted: no measuring in here, so that it can be repeated on the same material.
 *
 * @module
 */

import { createRandom, deriveSeed } from "../measure/random.ts";
import { referenceSuite } from "../measure/reference/mod.ts";
import { type Dilution, measureDilution, usableYield } from "./dilution.ts";
import { countFalseAlarms } from "./false_alarms.ts";
import { type Condition, CONDITIONS, type MaterialPair } from "./material.ts";
import { Pool } from "./pool.ts";
import { type Change, measurePower, type Power } from "./power.ts";
import { drawRuns, FEWEST_PAIRS_FOR_RUNS, mostForks } from "./process_runs.ts";
import type { Procedure } from "./replay.ts";
import type { DuetTrust, Recommendation, SelftestResult, StoredTrust } from "./result.ts";
import { firstThatDoes, WANTED_POWER } from "./search.ts";
import { notesOf, wordOf } from "./notes.ts";
import { type MaterialDocument, storedDocuments } from "./stored_documents.ts";
import { compareAlike, STORED_DEFAULTS } from "./stored_results.ts";

/** How many simulations of each kind. */
export interface Effort {
  /** Suites of identical code under each load. */
  readonly alike: number;
  /** Suites with a change of each size. */
  readonly power: number;
  /** Suites of each step of a search. */
  readonly search: number;
  /** Comparisons of stored results. */
  readonly stored: number;
}

/** How the material is analysed. */
export interface AnalysisOptions {
  /** What `ab` is asked to do; recommendations are about this. */
  readonly procedure: Procedure;
  /** What else `ab` is asked to do, on the same material; nothing by default. */
  readonly otherProcedures?: readonly Procedure[];
  /** Stored results of identical code, in the order of measuring; none by default. */
  readonly documents?: readonly MaterialDocument[];
  /** How many simulations. */
  readonly effort: Effort;
  /** Seed of every random choice. */
  readonly seed: number;
  /** Is told what is being worked on. */
  readonly tell?: (what: string) => void;
  /** Ends it early, with an error. */
  readonly signal?: AbortSignal | undefined;
}

/** What the analysis yields. */
export type Analysis = Pick<
  SelftestResult,
  "procedure" | "seed" | "material" | "benchmarks" | "duet" | "dilution" | "stored" | "recommendation" | "notes"
>;

/** Fewer pairs of identical code than this decide nothing: the procedure looks for the first time after four. */
const FEWEST_ALIKE = 4;

/** With fewer really slowed pairs, samples of identical code are multiplied instead. */
const FEWEST_INJECTED = 8;

const SIZES = [0.03, 0.05, 0.1];
const DEFAULT_FORKS = 8;

/** Changes among which the smallest is looked for. */
const SEARCHED_SIZES: readonly number[] = [
  ...Array.from({ length: 40 }, (_, index) => (index + 1) * 0.005),
  ...Array.from({ length: 10 }, (_, index) => 0.23 + index * 0.03),
];
const THRESHOLDS = [0.01, 0.02, 0.025, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3];
const BUDGETS_MS = [30_000, 60_000, 90_000, 120_000, 180_000, 240_000, 480_000];
const FORKS = [4, 5, 6, 8, 10, 12, 16, 20, 24];

/** What a rate of false alarms may be where a recommendation is given. */
const TOLERATED_ALARMS = { duet: 0.01, stored: 0.02 };

/**
 * Analyses the material.
 *
 * @throws {RangeError} With fewer than {@linkcode FEWEST_ALIKE} quiet pairs of identical code, or without a benchmark that all of
 * them have.
 */
export async function analyse(pairs: readonly MaterialPair[], options: AnalysisOptions): Promise<Analysis> {
  const quiet = poolOf(pairs, "quiet", 1);
  if (quiet.size < FEWEST_ALIKE || quiet.ids.length === 0) {
    throw new RangeError(
      `Cannot analyse ${quiet.size} pairs of processes: at least ${FEWEST_ALIKE} of identical code are wanted, with a ` +
        "benchmark that all of them have; measure for longer",
    );
  }
  const analysis = new AnalysisRun(pairs, quiet, options);
  return await analysis.run();
}

function poolOf(pairs: readonly MaterialPair[], condition: Condition, slowdown: number): Pool {
  return new Pool(pairs.filter((pair) => pair.condition === condition && pair.slowdown === slowdown));
}

/** Under which an experiment runs. */
interface Circumstances {
  readonly condition: Condition;
  readonly pool: Pool;
  /** How much of an injected slowdown is measured. */
  readonly share: number;
}

class AnalysisRun {
  readonly #pairs: readonly MaterialPair[];
  readonly #quiet: Pool;
  readonly #options: AnalysisOptions;

  constructor(pairs: readonly MaterialPair[], quiet: Pool, options: AnalysisOptions) {
    this.#pairs = pairs;
    this.#quiet = quiet;
    this.#options = options;
  }

  async run(): Promise<Analysis> {
    const { procedure, otherProcedures = [], documents = [], seed } = this.#options;
    const dilution = this.#dilution();
    const share = usableYield(dilution.at(-1));
    const duet: DuetTrust[] = [];
    for (const condition of CONDITIONS) {
      const pool = poolOf(this.#pairs, condition, 1);
      if (pool.size < FEWEST_ALIKE || pool.ids.length === 0) continue;
      for (const asked of [procedure, ...otherProcedures]) {
        duet.push(await this.#duetTrust(asked, { condition, pool, share }));
      }
    }
    const stored = this.#stored(Math.min(DEFAULT_FORKS, mostForks(this.#quiet)));
    return {
      procedure,
      seed,
      material: this.#material(),
      benchmarks: this.#quiet.ids.length,
      duet,
      dilution,
      stored: [...stored === null ? [] : [stored], ...storedDocuments(documents, this.#options.signal)],
      recommendation: await this.#recommend(share),
      notes: notesOf(this.#quiet, duet, stored !== null),
    };
  }

  #material(): Analysis["material"] {
    const slowdowns = [...new Set(this.#pairs.map(({ slowdown }) => slowdown))].sort((left, right) => left - right);
    return CONDITIONS.flatMap((condition) =>
      slowdowns.flatMap((slowdown) => {
        const { size } = poolOf(this.#pairs, condition, slowdown);
        return size === 0 ? [] : [{ condition, slowdown, pairs: size }];
      })
    );
  }

  /** What each injected slowdown reads as, the largest last. */
  #dilution(): Dilution[] {
    return this.#material().filter(({ condition, slowdown }) => condition === "quiet" && slowdown !== 1)
      .flatMap(({ slowdown }) => measureDilution(poolOf(this.#pairs, "quiet", slowdown), slowdown) ?? []);
  }

  async #duetTrust(procedure: Procedure, { condition, pool, share }: Circumstances): Promise<DuetTrust> {
    const { effort, tell } = this.#options;
    tell?.(`identical code, ${wordOf(condition)}`);
    const falseAlarms = await countFalseAlarms(pool, procedure, this.#experiment(effort.alike, "alike", condition));
    const power: Power[] = [];
    for (const changed of ["one", "all"] as const) {
      for (const size of SIZES) {
        tell?.(`${100 * size} % slower, ${wordOf(condition)}`);
        const slowdown = this.#injected(condition, size);
        const change: Change = { size, yield: share, changed, injected: slowdown };
        const suites = changed === "one" ? effort.power : Math.max(1, Math.ceil(4 * effort.power / pool.ids.length));
        power.push(
          await measurePower(pool, procedure, change, this.#experiment(suites, "power", condition, changed, size)),
        );
      }
    }
    tell?.(`the smallest change that is found, ${wordOf(condition)}`);
    const smallestChange = await firstThatDoes(
      SEARCHED_SIZES.filter((size) => size >= procedure.threshold),
      (size) => this.#isFound(pool, procedure, size, share),
    );
    return { procedure, condition, pairs: pool.size, falseAlarms, power, smallestChange };
  }

  /** Pairs that really were slower by so much, if there are enough. */
  #injected(condition: Condition, size: number): Pool | null {
    const injected = new Pool(
      this.#pairs.filter((pair) => pair.condition === condition && Math.abs(pair.slowdown - 1 - size) < 1e-9),
    );
    return injected.size >= FEWEST_INJECTED ? injected : null;
  }

  async #isFound(pool: Pool, procedure: Procedure, size: number, share: number): Promise<boolean> {
    const change: Change = { size, yield: share, changed: "one", injected: null };
    const experiment = this.#experiment(this.#options.effort.search, "search", procedure.threshold, size);
    const { found } = await measurePower(pool, procedure, change, experiment);
    return found.point >= WANTED_POWER;
  }

  async #recommend(share: number): Promise<Recommendation> {
    const { procedure, effort, tell } = this.#options;
    tell?.("what to ask for on this host");
    const threshold = await firstThatDoes(THRESHOLDS, async (threshold) => {
      const asked = { ...procedure, threshold };
      const { rate } = await countFalseAlarms(
        this.#quiet,
        asked,
        this.#experiment(effort.search, "recommend", threshold),
      );
      return rate.point <= TOLERATED_ALARMS.duet && await this.#isFound(this.#quiet, asked, 2 * threshold, share);
    });
    const budgetMs = await firstThatDoes(
      BUDGETS_MS,
      (budgetMs) => this.#isFound(this.#quiet, { ...procedure, budgetMs }, 2 * procedure.threshold, share),
    );
    const triable = FORKS.filter((forks) => forks <= mostForks(this.#quiet));
    const forks = await firstThatDoes(triable, (forks) => {
      const results = this.#stored(forks)?.results;
      return Promise.resolve(
        results !== undefined && results.rate.point <= TOLERATED_ALARMS.stored &&
          results.slowed.found.point >= WANTED_POWER,
      );
    });
    return { threshold, budgetMs, forks, mostForks: triable.at(-1) ?? null };
  }

  /** Stored results, made of the processes of quiet pairs; null with too few of them, or without a benchmark besides references. */
  #stored(forks: number): StoredTrust | null {
    const { effort, signal } = this.#options;
    const pool = this.#quiet;
    const referenceNames = new Set(referenceSuite.benchmarks.map(({ name }) => name));
    const hasSuite = pool.ids.some((id) => !referenceNames.has(id.slice(id.indexOf("/") + 1)));
    if (pool.size < FEWEST_PAIRS_FOR_RUNS || !hasSuite) return null;
    const random = createRandom(this.#seed("stored", forks));
    const runs = Array.from({ length: effort.stored }, () => drawRuns(pool, { forks, referenceNames, random }));
    const results = compareAlike(runs, {
      ...STORED_DEFAULTS,
      slowEach: false,
      independent: Math.max(1, Math.floor(pool.size / (2 * forks))),
      signal,
    });
    if (results === null) return null;
    return { what: "runs made of the processes of the pairs, minutes apart", results };
  }

  #experiment(suites: number, ...parts: readonly (string | number)[]) {
    return { suites, seed: this.#seed(...parts), signal: this.#options.signal };
  }

  #seed(...parts: readonly (string | number)[]): number {
    return deriveSeed(this.#options.seed, ...parts);
  }
}
