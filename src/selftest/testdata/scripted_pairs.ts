/**
 * A measuring of pairs that only plays, on a clock of its own.
 *
 * @module
 */

import type { PairOptions, PairResult } from "../../duet/mod.ts";
import { syntheticPairs } from "./synthetic_pairs.ts";

/** What {@linkcode scriptedPairs} gives. */
interface ScriptedPairs {
  /** In the place of `measurePair`. */
  readonly measure: (options: PairOptions) => Promise<PairResult>;
  /** In the place of the clock. */
  readonly now: () => number;
  /** What was asked for, in order. */
  readonly asked: PairOptions[];
}

/** Plays pairs of processes that take `pairMs` each, and in which whatever slowdown is asked for is measured. */
export function scriptedPairs({ pairMs, benchmarks }: { readonly pairMs: number; readonly benchmarks: number }) {
  const asked: PairOptions[] = [];
  let elapsedMs = 0;
  const measure = (options: PairOptions): Promise<PairResult> => {
    options.signal?.throwIfAborted();
    elapsedMs += pairMs;
    const seed = asked.push(options);
    const slowdown = options.b.slowdown / options.a.slowdown;
    const [pair] = syntheticPairs({ pairs: 1, benchmarks, slowdown, sd: 0.01, seed });
    const measured = new Map(pair?.benchmarks.map(({ id, measurement }) => [id, measurement]));
    const side = {
      protocol: 1,
      tool: "scripted",
      clock: { source: "scripted", costNs: 0, stepNs: 0, monotonic: true },
      canCollect: true,
      runtime: "scripted",
      benchmarks: [],
    };
    const byId = new Map([...measured.keys()].map((id) => [id, pairMs / (benchmarks + 1)]));
    return Promise.resolve({
      facts: { a: side, b: side },
      measured,
      failures: [],
      lost: [],
      isCut: false,
      costs: { startMs: pairMs / (benchmarks + 1), byId },
    });
  };
  return { measure, now: () => elapsedMs, asked } satisfies ScriptedPairs;
}
