/**
 * A whole comparison, replayed from measured pairs: the real procedure under its real rules of time, without waiting for either.
 *
 * @module
 */

import type { Verdict } from "../compare/comparison.ts";
import { decideDuet, type DuetOptions, type PairOptions, type PairResult } from "../duet/mod.ts";
import type { DrawnPair, Pool } from "./pool.ts";

/** What `ab` would be asked to do. */
export type Procedure = Pick<DuetOptions, "threshold" | "alpha" | "errorControl" | "budgetMs" | "quick">;

/** How a replayed comparison ended. */
export interface ReplayedSuite {
  /** The verdict of each benchmark. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** How often each of the pool's pairs was drawn. */
  readonly draws: readonly number[];
  /** What it would have taken, in milliseconds. */
  readonly elapsedMs: number;
}

/** Compares a suite as `ab` does, where every pair of processes is one that `draw` gives. */
export async function replaySuite(pool: Pool, procedure: Procedure, draw: () => DrawnPair): Promise<ReplayedSuite> {
  const draws = new Array<number>(pool.size).fill(0);
  let elapsedMs = 0;
  const entries = await decideDuet({
    ...procedure,
    a: REPLAYED,
    b: REPLAYED,
    seed: 0,
    filter: null,
    tool: { name: "replay", version: "1" },
    now: () => elapsedMs,
    measure: (asked) => {
      const drawn = draw();
      draws[drawn.index] = (draws[drawn.index] ?? 0) + 1;
      const result = play(pool, drawn, asked);
      elapsedMs += drawn.startMs + [...result.costs.byId.values()].reduce((sum, ms) => sum + ms, 0);
      return Promise.resolve(result);
    },
  });
  const verdicts = entries.flatMap((entry) => entry.status === "compared" ? [[entry.id, entry.verdict] as const] : []);
  return { verdicts: new Map(verdicts), draws, elapsedMs };
}

const REPLAYED: DuetOptions["a"] = {
  name: "replayed",
  launcher: { executable: "", arguments: [] },
  modules: [],
  suites: null,
  commit: null,
};

/** What the pair says of the benchmarks that were asked for. */
function play(pool: Pool, { measured, costs, startMs }: DrawnPair, { ids, controls = [] }: PairOptions): PairResult {
  const known = new Set([...pool.ids, ...pool.controls]);
  const wanted = [...ids ?? pool.ids, ...controls].filter((id) => known.has(id));
  const pick = <Value>(from: ReadonlyMap<string, Value>) =>
    new Map(wanted.flatMap((id) => {
      const value = from.get(id);
      return value === undefined ? [] : [[id, value] as const];
    }));
  const facts = factsOf(wanted);
  return {
    facts: { a: facts, b: facts },
    measured: pick(measured),
    failures: [],
    lost: [],
    isCut: false,
    costs: { startMs, byId: pick(costs) },
  };
}

function factsOf(ids: readonly string[]): PairResult["facts"]["a"] {
  return {
    protocol: 1,
    tool: "replay",
    clock: { source: "replay", costNs: 0, stepNs: 0, monotonic: true },
    canCollect: true,
    runtime: "replay",
    benchmarks: ids.map((id) => ({
      timeoutMs: null,
      identity: {
        id,
        suite: id.split("/")[0] ?? id,
        name: id,
        group: null,
        baseline: false,
        params: {},
        definitionHash: "replayed",
        expected: null,
        throughput: null,
      },
    })),
  };
}
