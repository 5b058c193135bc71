/** Agents of the library, which the program has built in: puffin-bench run examples/benchmarks/agent_bench.ts */

import { Agent } from "@puffinflow/puffinflow";
import { bench } from "puffin-bench";

bench("a run of two states", {
  setup: () =>
    new Agent<{ count: number }>("counter")
      .state("one", (context) => context.set("count", 1))
      .state("two", { dependsOn: ["one"] }, (context) => context.set("count", context.get("count") + 1)),
}, async (agent) => {
  const result = await agent.run();
  return result.status === "completed";
});
