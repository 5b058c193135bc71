/**
 * What the tables of the guide say, in words: each sentence is told only while the figures bear it out.
 *
 * @module
 */

import { BURSTY_WEIGHT, ORDERINGS, PLACEMENTS, type Result } from "./combinations.ts";
import { percent, seconds } from "./format.ts";
import type { Outcome } from "./ledger.ts";
import { PRIORITIES } from "./workload.ts";

/** The placement of the tables by priority and by owner. */
export const DETAILED_PLACEMENT = "best fit";

/** All outcomes, by name. */
export class Outcomes {
  readonly #byName: ReadonlyMap<string, Outcome>;

  /** Takes one outcome for every combination. */
  constructor(results: readonly Result[]) {
    this.#byName = new Map(results.map(({ placement, ordering, outcome }) => [`${placement}, ${ordering}`, outcome]));
  }

  /**
   * What came of one combination.
   *
   * @throws {RangeError} If it was not simulated.
   */
  of(placement: string, ordering: string): Outcome {
    const outcome = this.#byName.get(`${placement}, ${ordering}`);
    if (outcome === undefined) throw new RangeError(`Cannot find ${placement} with ${ordering}: it was not simulated`);
    return outcome;
  }
}

/** A sentence about the tables. */
export interface Finding {
  /** What it is about, in a few words. */
  readonly title: string;
  /** Whether the figures say so. */
  readonly holds: (outcomes: Outcomes) => boolean;
  /** The rest of it, in Markdown. */
  readonly says: (outcomes: Outcomes) => string;
}

const placements = Object.keys(PLACEMENTS), orderings = Object.keys(ORDERINGS);
const BY_OWNER = ["round robin", "fair share", "dominant-resource fairness"] as const;

/** The least and the most of a figure over all orderings, with one placement. */
function range(
  outcomes: Outcomes,
  placement: string,
  figure: (outcome: Outcome) => number,
): [least: number, most: number] {
  const figures = orderings.map((ordering) => figure(outcomes.of(placement, ordering)));
  return [Math.min(...figures), Math.max(...figures)];
}

const cpu = ({ utilisation }: Outcome) => utilisation.cpu;
const mean = ({ waits }: Outcome) => waits.meanMs;
const p99 = ({ waits }: Outcome) => waits.p99Ms;
const bursty = ({ waitsByOwner }: Outcome) => waitsByOwner[0]?.meanMs ?? NaN;
/** The mean wait of the owner that asks for least. */
const smallest = ({ waitsByOwner }: Outcome) => waitsByOwner.at(-1)?.meanMs ?? NaN;

/** The sentences, those that decide most first. */
export const FINDINGS: readonly Finding[] = [
  {
    title: "Best fit wastes least.",
    holds: (outcomes) =>
      orderings.every((ordering) => {
        const best = outcomes.of("best fit", ordering);
        return placements.filter((placement) => placement !== "best fit").every((placement) => {
          const other = outcomes.of(placement, ordering);
          return cpu(best) > cpu(other) && mean(best) < mean(other) && best.waits.maxMs < other.waits.maxMs;
        });
      }),
    says: (outcomes) => {
      const [least, most] = range(outcomes, "best fit", cpu), [, first] = range(outcomes, "first fit", cpu);
      return `With every ordering it keeps the largest part of the processors busy while somebody waits ` +
        `(${percent(least)} to ${percent(most)}; first fit at most ${
          percent(first)
        }), and both the mean and the largest wait are ` +
        `the shortest.`;
    },
  },
  {
    title: "Worst fit wastes most.",
    holds: (outcomes) =>
      range(outcomes, "worst fit", cpu)[1] < 0.9 * range(outcomes, "first fit", cpu)[0] &&
      range(outcomes, "worst fit", mean)[0] > 2 * range(outcomes, "first fit", mean)[1],
    says: (outcomes) => {
      const [least, most] = range(outcomes, "worst fit", cpu), [shortest] = range(outcomes, "worst fit", mean);
      return `It keeps ${percent(least)} to ${percent(most)} of ` +
        `the processors busy while somebody waits, and the mean wait is ${
          seconds(shortest)
        } s or more, whatever the ordering. ` +
        `Choose it only where requests are small beside a node and neighbours disturb each other.`;
    },
  },
  {
    title: "FIFO and priority keep the tail short.",
    holds: (outcomes) =>
      placements.every((placement) =>
        Math.max(...["FIFO", "priority"].map((ordering) => p99(outcomes.of(placement, ordering)))) <
          Math.min(...[...BY_OWNER, "weighted"].map((ordering) => p99(outcomes.of(placement, ordering))))
      ),
    says: (outcomes) =>
      `With every placement their 99th percentiles are below those of all orderings ` +
      `by owner: with best fit, ${seconds(p99(outcomes.of("best fit", "FIFO")))} s for FIFO, ` +
      `${
        seconds(p99(outcomes.of("best fit", "fair share")))
      } s for fair share. To be fair to many means to let the few wait who ask ` +
      `for most.`,
  },
  {
    title: "Only priority tells urgent from idle.",
    holds: (outcomes) => {
      const { waitsByLevel } = outcomes.of(DETAILED_PLACEMENT, "priority");
      const means = waitsByLevel.map(({ meanMs }) => meanMs);
      return means.every((value, level) => level === 0 || value < (means[level - 1] ?? NaN)) &&
        orderings.filter((ordering) => ordering !== "priority").every((ordering) => {
          const others = outcomes.of(DETAILED_PLACEMENT, ordering).waitsByLevel.map(({ meanMs }) => meanMs);
          return Math.max(...others) < 1.25 * Math.min(...others);
        });
    },
    says: (outcomes) => {
      const { waitsByLevel } = outcomes.of(DETAILED_PLACEMENT, "priority");
      return `${
        PRIORITIES.map((name, level) => `${name} waits ${seconds(waitsByLevel[level]?.meanMs ?? NaN)} s`).join(", ")
      }; with every other ordering all priorities wait about the same.`;
    },
  },
  {
    title: "Orderings by owner protect those who ask for little.",
    holds: (outcomes) =>
      ["first fit", "best fit"].every((placement) =>
        BY_OWNER.every((ordering) => {
          const { fairness } = outcomes.of(placement, ordering);
          return fairness >= 0.98 &&
            ["FIFO", "priority"].every((other) => outcomes.of(placement, other).fairness < fairness);
        })
      ) && BY_OWNER.every((ordering) =>
        smallest(outcomes.of("best fit", ordering)) < smallest(outcomes.of("best fit", "FIFO")) / 10
      ),
    says: (outcomes) =>
      `With first and best fit, round robin, fair share and ` +
      `dominant-resource fairness have the highest fairness of the orderings without weights; with best fit and fair share, the owner that asks for least waits ` +
      `${seconds(smallest(outcomes.of("best fit", "fair share")))} s on average, and ${
        seconds(smallest(outcomes.of("best fit", "FIFO")))
      } s ` +
      `with FIFO, where the queue is as long for them as for who made it long.`,
  },
  {
    title: "Dominant-resource fairness counts how long something is held.",
    holds: (outcomes) =>
      ["first fit", "best fit"].every((placement) => {
        const { fairness } = outcomes.of(placement, "dominant-resource fairness");
        return orderings.every((ordering) => outcomes.of(placement, ordering).fairness <= fairness);
      }) &&
      bursty(outcomes.of("best fit", "dominant-resource fairness")) >
        1.2 * bursty(outcomes.of("best fit", "fair share")),
    says: (outcomes) =>
      `With first and best fit it is the fairest by what owners ` +
      `hold. The bursty owner's leases last longer; so it waits ${
        seconds(bursty(outcomes.of("best fit", "dominant-resource fairness")))
      } s, and ${
        seconds(bursty(outcomes.of("best fit", "fair share")))
      } s with fair share, which counts only what is granted.`,
  },
  {
    title: "Round robin is the gentler relative of fair share.",
    holds: (outcomes) =>
      placements.every((placement) =>
        outcomes.of(placement, "round robin").waits.maxMs < outcomes.of(placement, "fair share").waits.maxMs
      ),
    says: (outcomes) =>
      `It counts requests, whatever their size, and its largest waits are ` +
      `shorter with every placement: ${seconds(outcomes.of("best fit", "round robin").waits.maxMs)} s instead of ` +
      `${
        seconds(outcomes.of("best fit", "fair share").waits.maxMs)
      } s with best fit. Choose it where all requests cost about the same.`,
  },
  {
    title: "Weights move waiting from one to others.",
    holds: (outcomes) =>
      placements.every((placement) =>
        bursty(outcomes.of(placement, "weighted")) < bursty(outcomes.of(placement, "fair share"))
      ) && mean(outcomes.of("best fit", "weighted")) > mean(outcomes.of("best fit", "fair share")),
    says: (outcomes) =>
      `With weight ${BURSTY_WEIGHT} the bursty owner waits ` +
      `${seconds(bursty(outcomes.of("best fit", "weighted")))} s instead of ${
        seconds(bursty(outcomes.of("best fit", "fair share")))
      } s with best fit; the mean over all owners rises from ` +
      `${seconds(mean(outcomes.of("best fit", "fair share")))} s to ${
        seconds(mean(outcomes.of("best fit", "weighted")))
      } s.`,
  },
];
