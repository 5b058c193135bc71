/**
 * What happened in a simulated cluster, as it is told by those who ask.
 *
 * @module
 */

import { jainIndex, maxMinFair } from "./fairness.ts";
import { type Kind, KINDS, OWNERS, PERIOD_MS, PRIORITIES, type SimulatedRequest, type Workload } from "./workload.ts";

/** How often it is looked at who holds what, in virtual time. */
const SAMPLE_MS = 2_000;

/** Waits of some requests, in milliseconds of virtual time. */
export interface Waits {
  /** How many requests. */
  readonly count: number;
  /** The mean. */
  readonly meanMs: number;
  /** What 99 % do not exceed. */
  readonly p99Ms: number;
  /** The largest. */
  readonly maxMs: number;
}

/** What came of a simulation; the first period, in which the cluster fills up, does not count. */
export interface Outcome {
  /** Which part of each kind was held, on average over the time in which somebody waited; in [0, 1]. */
  readonly utilisation: Readonly<Record<Kind, number>>;
  /**
   * Jain's index of what each owner holds (its dominant share) over what it would hold if all that is held were shared out max–min
   * fair, given what each holds and waits for: the mean over the moments at which somebody waited. In (0, 1]; 1 is fair.
   */
  readonly fairness: number;
  /** Of all requests. */
  readonly waits: Waits;
  /** By place in {@linkcode PRIORITIES}. */
  readonly waitsByLevel: readonly Waits[];
  /** By place in {@linkcode OWNERS}. */
  readonly waitsByOwner: readonly Waits[];
}

type Amounts = Record<Kind, number>;

/** Keeps the books of one simulation. */
export class SimulationLedger {
  readonly #workload: Workload;
  readonly #capacity: Amounts = { cpu: 0, memoryGb: 0, gpu: 0 };
  /** By owner. */
  readonly #held: readonly Amounts[] = OWNERS.map(() => ({ cpu: 0, memoryGb: 0, gpu: 0 }));
  readonly #asked: readonly Amounts[] = OWNERS.map(() => ({ cpu: 0, memoryGb: 0, gpu: 0 }));
  readonly #waitMs: Float64Array;
  readonly #lastArrivalMs: number;
  readonly #heldByAll: Amounts = { cpu: 0, memoryGb: 0, gpu: 0 };
  /** Amounts times milliseconds, while somebody waited. */
  readonly #heldMs: Amounts = { cpu: 0, memoryGb: 0, gpu: 0 };
  #nowMs = 0;
  #waiters = 0;
  #contendedMs = 0;
  #samples = 0;
  #fairness = 0;

  /** Opens the books of an empty cluster. */
  constructor(workload: Workload) {
    this.#workload = workload;
    this.#waitMs = new Float64Array(workload.requests.length).fill(NaN);
    this.#lastArrivalMs = workload.requests.at(-1)?.atMs ?? 0;
    for (const { capacity } of workload.nodes) add(this.#capacity, { cpu: 0, memoryGb: 0, gpu: 0, ...capacity }, 1);
  }

  /** What the clock of the simulation shows, in milliseconds. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Lets time pass. */
  advance(toMs: number): void {
    if (this.#waiters > 0 && this.#nowMs >= PERIOD_MS && this.#nowMs < this.#lastArrivalMs) {
      this.#contendedMs += toMs - this.#nowMs;
      add(this.#heldMs, this.#heldByAll, toMs - this.#nowMs);
      const samples = Math.floor(toMs / SAMPLE_MS) - Math.floor(this.#nowMs / SAMPLE_MS);
      if (samples > 0) {
        this.#samples += samples;
        this.#fairness += samples * this.#fairnessNow();
      }
    }
    this.#nowMs = toMs;
  }

  /** Somebody asks. */
  ask({ owner, amounts }: SimulatedRequest): void {
    this.#waiters++;
    add(this.#asked[owner], amounts, 1);
  }

  /** Somebody gets what was asked for. */
  grant(number: number, { atMs, owner, amounts }: SimulatedRequest): void {
    if (!Number.isNaN(this.#waitMs[number])) throw new Error(`Request ${number} was granted a second time`);
    this.#waitMs[number] = this.#nowMs - atMs;
    this.#waiters--;
    add(this.#heldByAll, amounts, 1);
    for (const kind of KINDS) {
      if (this.#heldByAll[kind] > this.#capacity[kind]) throw new Error(`More ${kind} is held than there is`);
    }
    add(this.#held[owner], amounts, 1);
  }

  /** Somebody gives back what was granted. */
  release({ owner, amounts }: SimulatedRequest): void {
    add(this.#heldByAll, amounts, -1);
    add(this.#held[owner], amounts, -1);
    add(this.#asked[owner], amounts, -1);
  }

  /** Closes the books. */
  close(): Outcome {
    const { requests } = this.#workload;
    if (this.#waitMs.some(Number.isNaN)) throw new Error("Some requests were never granted");
    const counted = (is: (request: SimulatedRequest) => boolean) =>
      summarize(this.#waitMs.filter((_, n) => {
        const request = requests[n];
        return request !== undefined && request.atMs >= PERIOD_MS && is(request);
      }));
    const part = (kind: Kind) => this.#heldMs[kind] / (this.#contendedMs * this.#capacity[kind]);
    return {
      utilisation: { cpu: part("cpu"), memoryGb: part("memoryGb"), gpu: part("gpu") },
      fairness: this.#fairness / this.#samples,
      waits: counted(() => true),
      waitsByLevel: PRIORITIES.map((_, level) => counted((request) => request.level === level)),
      waitsByOwner: OWNERS.map((_, owner) => counted((request) => request.owner === owner)),
    };
  }

  #fairnessNow(): number {
    const demands: number[] = [], shares: number[] = [];
    for (const [owner, asked] of this.#asked.entries()) {
      const demand = this.#dominantShare(asked);
      if (demand === 0) continue;
      demands.push(demand);
      shares.push(this.#dominantShare(this.#held[owner]));
    }
    const fair = maxMinFair(demands, shares.reduce((sum, share) => sum + share, 0));
    return jainIndex(shares.map((share, at) => share / (fair[at] ?? NaN)));
  }

  #dominantShare(amounts: Amounts | undefined): number {
    return Math.max(0, ...KINDS.map((kind) => (amounts?.[kind] ?? NaN) / this.#capacity[kind]));
  }
}

function add(sum: Amounts | undefined, amounts: Readonly<Amounts>, times: number): void {
  if (sum === undefined) return;
  sum.cpu += times * amounts.cpu;
  sum.memoryGb += times * amounts.memoryGb;
  sum.gpu += times * amounts.gpu;
}

function summarize(waits: Float64Array): Waits {
  const sorted = waits.toSorted();
  return {
    count: sorted.length,
    meanMs: sorted.reduce((sum, wait) => sum + wait, 0) / sorted.length,
    p99Ms: sorted[Math.ceil(0.99 * sorted.length) - 1] ?? NaN,
    maxMs: sorted.at(-1) ?? NaN,
  };
}
