/**
 * What the simulated cluster is asked for: a seeded stream of requests with heavy-tailed sizes and durations.
 *
 * @module
 */

import type { NodeOptions, ResourceAmounts } from "../../src/resources/mod.ts";
import { createRandom, deriveSeed, type Random } from "../../src/measure/random.ts";

/** The kinds of resources. */
export type Kind = "cpu" | "memoryGb" | "gpu";
/** The kinds, in the order of every table. */
export const KINDS: readonly Kind[] = ["cpu", "memoryGb", "gpu"];

/**
 * Who asks: the first in bursts, and its leases last longer; the others all the time, each less than the one before. Those with an
 * even number need little memory for a processor, the others much.
 */
export const OWNERS: readonly string[] = Array.from({ length: 16 }, (_, n) => n === 0 ? "bursty" : `owner ${n}`);
/** The priorities, from level 0. */
export const PRIORITIES = ["low", "normal", "high", "critical"] as const;

/** One request. */
export interface SimulatedRequest {
  /** When it comes, in milliseconds of virtual time. */
  readonly atMs: number;
  /** How long it holds what it gets. */
  readonly durationMs: number;
  /** What it needs. */
  readonly amounts: Readonly<Record<Kind, number>>;
  /** Its place in {@linkcode OWNERS}. */
  readonly owner: number;
  /** Its place in {@linkcode PRIORITIES}. */
  readonly level: number;
}

/** A cluster, and all that it is asked for. */
export interface Workload {
  /** The nodes, in a random order. */
  readonly nodes: readonly NodeOptions<Kind>[];
  /** The requests, as they come. */
  readonly requests: readonly SimulatedRequest[];
}

/** How large a simulation is. */
export interface WorkloadOptions {
  /** How many requests come. */
  readonly requests: number;
  /** How many nodes there are; at least 20. */
  readonly nodes: number;
  /** Of every random choice. */
  readonly seed: number;
}

/** What small, medium and large nodes have, and how many in 20 are such. */
const NODE_SIZES: readonly { readonly inTwenty: number; readonly capacity: ResourceAmounts<Kind> }[] = [
  { inTwenty: 14, capacity: { cpu: 8, memoryGb: 32 } },
  { inTwenty: 5, capacity: { cpu: 16, memoryGb: 64 } },
  { inTwenty: 1, capacity: { cpu: 32, memoryGb: 128, gpu: 8 } },
];

/** The least, the most, and the tail of a duration, in milliseconds: 1 in 100 holds for more than ten times as long as most do. */
const DURATION = { leastMs: 30_000, mostMs: 3_000_000, alpha: 1.5 };
/** Requests of the steady owners would fill so much of the processors. */
const STEADY_LOAD = 0.66;
/** Requests of the bursty owner would fill so much more, while it asks. */
const BURST_LOAD = 0.9;
/** A lease of the bursty owner lasts so many times as long. */
const BURST_DURATION = 3;
/** The bursty owner asks for so long, and not again before the end of the period. */
export const BURST_MS = 120_000;
/** From the beginning of one burst to that of the next. */
export const PERIOD_MS = 360_000;

/** Makes a workload; equal options give equal workloads. */
export function makeWorkload({ requests, nodes, seed }: WorkloadOptions): Workload {
  const list = makeNodes(nodes, createRandom(deriveSeed(seed, "nodes")));
  const cpus = list.reduce((sum, { capacity }) => sum + (capacity.cpu ?? 0), 0);
  const sizes = createRandom(deriveSeed(seed, "sizes")), arrivals = createRandom(deriveSeed(seed, "arrivals"));
  const perMs = cpus / meanCpuMs();
  const stream: SimulatedRequest[] = [];
  for (let atMs = 0; stream.length < requests;) {
    const phaseMs = atMs % PERIOD_MS, inBurst = phaseMs < BURST_MS;
    const load = STEADY_LOAD + (inBurst ? BURST_LOAD / BURST_DURATION : 0); // in requests of the steady owners
    const gapMs = -Math.log(1 - arrivals.nextFloat()) / (load * perMs),
      endMs = (inBurst ? BURST_MS : PERIOD_MS) - phaseMs;
    atMs += Math.min(gapMs, endMs);
    if (gapMs >= endMs) continue; // the rate changes; that no one has come yet tells nothing about when one will
    const isBursty = arrivals.nextFloat() * load >= STEADY_LOAD;
    const owner = isBursty ? 0 : 1 + zipf(arrivals, OWNERS.length - 1);
    stream.push({
      atMs,
      durationMs: boundedPareto(sizes, DURATION) * (isBursty ? BURST_DURATION : 1),
      amounts: drawAmounts(sizes, owner % 2 === 0),
      owner,
      level: drawLevel(arrivals),
    });
  }
  return { nodes: list, requests: stream };
}

function makeNodes(count: number, random: Random): NodeOptions<Kind>[] {
  const capacities = NODE_SIZES.flatMap(({ inTwenty, capacity }) =>
    new Array<ResourceAmounts<Kind>>(inTwenty).fill(capacity)
  );
  const list: NodeOptions<Kind>[] = [];
  for (let node = 0; node < count; node++) {
    const capacity = capacities[node % capacities.length];
    if (capacity !== undefined) list.push({ capacity });
  }
  return random.shuffle(list);
}

/** How many processors a request needs, 2^k with a probability in proportion to 2^-k, up to 16: each size is as much work. */
const CPU_SIZES = [1, 2, 4, 8, 16] as const;
/** One request in so many needs a GPU. */
const PER_GPU_REQUEST = 33;

function drawAmounts(random: Random, needsLittleMemory: boolean): Record<Kind, number> {
  let size = 0;
  for (let left = random.nextInt(31); size < CPU_SIZES.length - 1 && left >= 16 >> size; size++) left -= 16 >> size;
  const cpu = CPU_SIZES[size] ?? 1;
  const memoryGb = Math.min(64, cpu * (needsLittleMemory ? 1 : 4) * (1 + random.nextInt(2)));
  const gpu = random.nextInt(PER_GPU_REQUEST) > 0 ? 0 : [1, 1, 1, 2, 2, 4][random.nextInt(6)] ?? 1;
  return { cpu, memoryGb, gpu };
}

/** What a request takes of the processors on average: sizes and durations are drawn independently. */
function meanCpuMs(): number {
  const { leastMs, mostMs, alpha } = DURATION, ratio = leastMs / mostMs;
  const meanMs = leastMs * (alpha / (alpha - 1)) * (1 - ratio ** (alpha - 1)) / (1 - ratio ** alpha);
  return meanMs * 5 * 16 / 31;
}

/** A Pareto distribution cut off at `mostMs`, by inversion. */
function boundedPareto(random: Random, { leastMs, mostMs, alpha }: typeof DURATION): number {
  const above = 1 - (leastMs / mostMs) ** alpha;
  return leastMs * (1 - random.nextFloat() * above) ** (-1 / alpha);
}

/** A number below `count`, in proportion to 1, 1/2, 1/3 …. */
function zipf(random: Random, count: number): number {
  let sum = 0;
  for (let n = 1; n <= count; n++) sum += 1 / n;
  let left = random.nextFloat() * sum;
  for (let n = 1; n < count; n++) {
    left -= 1 / n;
    if (left < 0) return n - 1;
  }
  return count - 1;
}

/** Low 30 %, normal 50 %, high 15 %, critical 5 %. */
function drawLevel(random: Random): number {
  const percent = random.nextInt(100);
  return percent < 30 ? 0 : percent < 80 ? 1 : percent < 95 ? 2 : 3;
}
