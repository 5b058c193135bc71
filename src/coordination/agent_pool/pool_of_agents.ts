/**
 * A pool whose tasks are agents.
 *
 * @module
 */

import type { Runnable } from "../agents/runnable.ts";
import { AgentPool } from "./agent_pool.ts";
import type { AgentPoolOptions } from "./agent_pool_options.ts";

/**
 * A pool that runs agents, or other things that can be run, in this isolate. On Workers, `AgentPool` runs an agent that
 * a module exports.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "../../agent/mod.ts";
 * import { poolOfAgents } from "./pool_of_agents.ts";
 *
 * const pool = poolOfAgents({ max: 2 });
 * const agent = new Agent("hello").state("say", (ctx) => ctx.output("text", "hello"));
 * const results = await Promise.all([1, 2, 3].map(() => pool.run(agent)));
 * assertEquals(results.length, 3);
 * await pool.drain();
 * ```
 */
export function poolOfAgents<Result = unknown>(options?: AgentPoolOptions): AgentPool<Runnable<Result>, Result> {
  return new AgentPool({ run: (agent: Runnable<Result>, signal: AbortSignal) => agent.run({ signal }) }, options);
}
