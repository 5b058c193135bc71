/**
 * A user's program whose Workers run a module's function, an agent, or an entry of their own.
 *
 * @module
 */

import { AgentPool } from "../../coordination/agent_pool/mod.ts";

if (import.meta.main) {
  const at = (path: string) => new URL(path, import.meta.url);
  const module = at("../../coordination/agent_pool/testdata/tasks.ts");
  const entry = at("../../coordination/agent_pool/testdata/entry.ts");
  const pools = [
    new AgentPool<unknown, unknown>({ module, exportName: "double" }),
    new AgentPool<unknown, unknown>({ module, exportName: "doubler" }),
    new AgentPool<unknown, unknown>({ entry }),
  ];
  const inputs = [21, { n: 21 }, 41];
  const answers = await Promise.all(
    pools.map((pool, place) => pool.run(inputs[place]).catch(({ message }) => message)),
  );
  console.log(JSON.stringify(answers));
  await Promise.all(pools.map((pool) => pool.drain()));
}
