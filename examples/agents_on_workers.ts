/**
 * Functions and agents on real Workers: `deno run --allow-read examples/agents_on_workers.ts`.
 *
 * @module
 */

import { AgentPool, drainOnSignal } from "../mod.ts";

const module = new URL("./primes.ts", import.meta.url);

// As many Workers as there is work for, up to two; a task whose Worker breaks may be begun once more.
const primes = new AgentPool<number, number>({ module, exportName: "countPrimes" }, { max: 2, crashRetries: 1 });
using _onSignal = drainOnSignal(primes, "SIGINT", { deadlineMs: 5_000 }); // Ctrl-C: finish what goes on, then end
const counts = await Promise.all([100, 1_000, 10_000].map((limit) => primes.run(limit, { timeoutMs: 60_000 })));
console.log("primes below 100, 1,000 and 10,000:", counts.join(", "));

// An exported agent is run in the same way.
const factors = new AgentPool<{ n: number }, { factors: number[] }>({ module, exportName: "factors" }, { max: 1 });
console.log("360 =", (await factors.run({ n: 360 })).factors.join(" * "));

// The end: no new tasks; what is not done by the deadline is aborted and reported.
for (const pool of [primes, factors]) {
  const { completed, crashes, unfinished } = await pool.drain({ deadlineMs: 5_000 });
  console.log(`${completed} done, ${crashes} crashes, ${unfinished.length} left`);
}

// Prints:
// primes below 100, 1,000 and 10,000: 25, 168, 1229
// 360 = 2 * 2 * 2 * 3 * 3 * 5
// 3 done, 0 crashes, 0 left
// 1 done, 0 crashes, 0 left
