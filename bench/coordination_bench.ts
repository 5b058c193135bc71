/**
 * Coordination: what it costs to take turns, in one isolate and between real threads, to keep to a rate, and to let agents work
 * together. Every benchmark checks its own result: counts are exact, no limit is passed, nothing is lost.
 *
 * @module
 */

import { AgentPool } from "../src/coordination/agent_pool/mod.ts";
import type { Suite } from "../src/measure/definition.ts";
import { suite } from "../src/measure/suite.ts";
import { benchChannels } from "./coordination/channel_benches.ts";
import { benchDeadlocks } from "./coordination/deadlock_benches.ts";
import { benchAwaitedLocks, benchFreeLocks } from "./coordination/lock_benches.ts";
import { benchAwaitedMeetings, benchOpenMeetings } from "./coordination/meeting_benches.ts";
import { benchPolicies } from "./coordination/policy_benches.ts";
import { benchRateLimiters } from "./coordination/rate_benches.ts";
import { benchSeed } from "./coordination/seed_benches.ts";

const coordination: Suite = suite(
  "coordination",
  { title: "Taking turns, keeping to rates, working together" },
  (bench) => {
    benchSeed(bench);
    benchFreeLocks(bench);
    benchAwaitedLocks(bench);
    benchOpenMeetings(bench);
    benchAwaitedMeetings(bench);
    benchChannels(bench);

    bench("Agent Pool Work Processing, on Workers", {
      params: { agents: [16] },
      setup: async () => {
        const module = new URL("./coordination/pooled_agent.ts", import.meta.url);
        const pool = new AgentPool<{ n: number }, { doubled: number }>({ module, exportName: "doubler" }, {
          min: 2,
          max: 2,
        });
        await Promise.all([1, 2].map((n) => pool.run({ n }))); // until both have started
        return pool;
      },
      teardown: (pool) => pool.drain(),
    }, async (pool, { agents }) => {
      const answers = await Promise.all(Array.from({ length: agents }, (_, n) => pool.run({ n })));
      return answers.every(({ doubled }, n) => doubled === n * 2) && pool.running === 0;
    });

    benchRateLimiters(bench);
    benchPolicies(bench);
    benchDeadlocks(bench);
  },
);

export default coordination;
