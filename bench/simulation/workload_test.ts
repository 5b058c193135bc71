import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { BURST_MS, makeWorkload, OWNERS, PERIOD_MS } from "./workload.ts";

const SIZE = { requests: 50_000, nodes: 400, seed: 3 };

Deno.test("makeWorkload() gives the same for the same seed, and something else for another", () => {
  const size = { requests: 2_000, nodes: 40, seed: 3 };
  assertEquals(makeWorkload(size), makeWorkload(size));
  assertNotEquals(makeWorkload(size).requests, makeWorkload({ ...size, seed: 4 }).requests);
});

Deno.test("makeWorkload() asks for what the guide tells", () => {
  const { nodes, requests } = makeWorkload(SIZE);
  assertEquals(requests.length, 50_000);
  const cpus = nodes.reduce((sum, { capacity }) => sum + (capacity.cpu ?? 0), 0);
  assertEquals([nodes.length, cpus], [400, 400 / 20 * (14 * 8 + 5 * 16 + 32)]);
  const largest = (kind: "cpu" | "memoryGb" | "gpu") => Math.max(...nodes.map(({ capacity }) => capacity[kind] ?? 0));
  const bySize = new Map<number, number>();
  let lastMs = 0;
  for (const { atMs, durationMs, amounts, owner } of requests) {
    assert(atMs >= lastMs && durationMs >= 30_000 && durationMs <= (owner === 0 ? 3 : 1) * 3_000_000);
    assert(owner > 0 || atMs % PERIOD_MS < BURST_MS, "the bursty owner asks in bursts");
    assert(amounts.cpu <= 16 && amounts.memoryGb <= 64 && amounts.gpu <= largest("gpu"));
    bySize.set(amounts.cpu, (bySize.get(amounts.cpu) ?? 0) + 1);
    lastMs = atMs;
  }
  for (const [cpu, half] of [[1, 16], [2, 8], [4, 4], [8, 2], [16, 1]] as const) {
    assertAlmostEquals((bySize.get(cpu) ?? 0) / 50_000, half / 31, 0.005);
  }
  const counts = OWNERS.map((_, owner) => requests.filter((request) => request.owner === owner).length);
  assert(
    counts.slice(2).every((count, at) => count < (counts[at + 1] ?? 0) * 1.1),
    "each asks for less than the one before",
  );
});

Deno.test("makeWorkload() asks for as much of the processors as it says", () => {
  const { nodes, requests } = makeWorkload({ ...SIZE, requests: 200_000 });
  const cpus = nodes.reduce((sum, { capacity }) => sum + (capacity.cpu ?? 0), 0), endMs = requests.at(-1)?.atMs ?? 0;
  const steady = requests.filter(({ owner }) => owner > 0);
  const work = steady.reduce((sum, { amounts, durationMs }) => sum + amounts.cpu * durationMs, 0);
  assertAlmostEquals(work / (cpus * endMs), 0.66, 0.03); // heavy tails: the mean of 200,000 is off by a few percent
});
