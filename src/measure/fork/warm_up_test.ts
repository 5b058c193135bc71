import { assert, assertEquals } from "@std/assert";
import { DEFAULT_SETTINGS } from "../settings.ts";
import { STEADY_WINDOWS } from "../statistics/mod.ts";
import { chooseBatch, type RunBatch, warmUp, type WarmUpOptions } from "./warm_up.ts";

const clockFacts = { source: "scripted", costNs: 40, stepNs: 10, monotonic: true };

/** A machine on which an iteration takes `cost(iterations, time so far)` nanoseconds, and hooks around it `hookNs` more. */
function machine(cost: (iterations: number, time: number) => number, hookNs = 0) {
  let [time, iterations] = [0, 0];
  const run: RunBatch = (n) => {
    const ns = n * cost(iterations, time);
    iterations += n;
    time += ns + n * hookNs;
    return Promise.resolve({ ns, wallNs: ns + n * hookNs });
  };
  const options: WarmUpOptions = {
    settings: { ...DEFAULT_SETTINGS, seed: 0 },
    iterations: null,
    clock: { name: "scripted", now: () => time },
    clockFacts,
  };
  return { run, options };
}

Deno.test("warmUp() of a steady function ends soon after the least warm-up, with a batch of a sample's length", async () => {
  const { run, options } = machine(() => 100);
  const warm = await warmUp(run, options);
  assertEquals([warm.steady, warm.batch], [true, 50_000]); // 5 ms
  assert(warm.durationMs >= 120 && warm.durationMs < 160, String(warm.durationMs));
});

Deno.test("warmUp() chooses the batch anew when the compiler makes the function four times as fast", async () => {
  const { run, options } = machine((iterations) => iterations < 600_000 ? 100 : 25);
  const warm = await warmUp(run, options);
  assertEquals([warm.steady, warm.batch, warm.iteration.ns], [true, 200_000, 25]);
});

Deno.test("warmUp() starts the windows again when the batch changes, even if the speed seems the same", async () => {
  const { run, options } = machine(() => 100);
  let spentNs = 0;
  const warm = await warmUp(async (n) => {
    const { ns } = await run(n);
    spentNs += ns;
    return { ns, wallNs: spentNs > 112e6 ? 4 * ns : ns }; // hooks that have become slow
  }, options);
  assertEquals([warm.steady, warm.batch], [true, 12_500]);
  assert(warm.iterations * 100 > 112e6 + STEADY_WINDOWS * 2 * 12_500 * 100, String(warm.iterations));
});

Deno.test("warmUp() gives up at the cap, and says so, when the speed never settles", async () => {
  const { run, options } = machine((_, time) => 100 * 2 ** (time / 200e6));
  const warm = await warmUp(run, options);
  assertEquals(warm.steady, false);
  assert(warm.durationMs >= 1_000 && warm.durationMs < 1_100, String(warm.durationMs));
});

Deno.test("warmUp() spends few iterations on a function that takes longer than all its time", async () => {
  const { run, options } = machine(() => 200e6);
  const warm = await warmUp(run, options);
  assertEquals([warm.steady, warm.batch], [true, 1]);
  assert(warm.iterations <= 4, String(warm.iterations));
});

Deno.test("warmUp() keeps to a batch that was asked for", async () => {
  const { run, options } = machine(() => 100);
  assertEquals((await warmUp(run, { ...options, iterations: 7 })).batch, 7);
});

Deno.test("chooseBatch() does not let slow hooks make a sample long", () => {
  const { options } = machine(() => 100);
  assertEquals(chooseBatch({ ns: 100, wallNs: 1e6 }, options), 5);
  assertEquals(chooseBatch({ ns: 100, wallNs: 1e9 }, options), 1);
});

Deno.test("chooseBatch() is never endless", () => {
  const { options } = machine(() => 0);
  assert(Number.isFinite(chooseBatch({ ns: 0, wallNs: 0 }, options)));
});
