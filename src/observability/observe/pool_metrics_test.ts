import { assertEquals } from "@std/assert";
import { AgentPool } from "../../coordination/mod.ts";
import { Registry } from "../metrics/mod.ts";
import { observe } from "./mod.ts";

function read(metrics: Registry, name: string): Record<string, number> {
  const readings = metrics.find(name)?.readings() ?? [];
  return Object.fromEntries(Array.from(readings, ({ labels, value }) => [Object.values(labels).join(" "), value]));
}

Deno.test("observe() tells of a pool's workers, queue, utilisation, waits and what became of its tasks", async () => {
  const metrics = new Registry(), gates: (() => void)[] = [];
  const pool = new AgentPool({
    run: async (fails: boolean) => {
      await new Promise<void>((resolve) => gates.push(resolve));
      if (fails) throw new Error("failed");
    },
  }, { max: 2, min: 2, name: "crew" });
  const ending = observe(pool, { metrics });
  const tasks = [false, true, false].map((fails) => pool.run(fails).catch(() => {}));
  await metrics.scrape();
  assertEquals(
    ["workers", "tasks_in_flight", "queue_length", "utilisation_ratio"].map((name) =>
      read(metrics, `puffinflow_pool_${name}`)
    ),
    [{ crew: 2 }, { crew: 2 }, { crew: 1 }, { crew: 1 }],
  );
  for (let done = 0; done < 3; done++) {
    gates.shift()!();
    await tasks[done];
  }
  await metrics.scrape();
  assertEquals(read(metrics, "puffinflow_pool_tasks_total"), {
    "crew completed": 2,
    "crew failed": 1,
    "crew cancelled": 0,
  });
  assertEquals(read(metrics, "puffinflow_pool_wait_seconds"), { crew: 1 });
  ending[Symbol.dispose]();
  await metrics.scrape();
  assertEquals(metrics.find("puffinflow_pool_workers"), undefined);
  using _ = observe(pool, { metrics });
  await metrics.scrape();
  assertEquals(read(metrics, "puffinflow_pool_tasks_in_flight"), { crew: 0 });
  await pool.drain();
});

Deno.test("observe() shows several pools of one registry by their names, until the last has gone", async () => {
  const metrics = new Registry();
  const [one, two] = ["one", "two"].map((name) =>
    new AgentPool({ run: (n: number) => Promise.resolve(n) }, { name, max: 1 })
  );
  const ending = observe(one!, { metrics });
  using _ = observe(two!, { metrics });
  await metrics.scrape();
  assertEquals(read(metrics, "puffinflow_pool_queue_length"), { one: 0, two: 0 });
  ending[Symbol.dispose]();
  ending[Symbol.dispose]();
  await metrics.scrape();
  assertEquals(read(metrics, "puffinflow_pool_queue_length"), { two: 0 });
  await Promise.all([one!.drain(), two!.drain()]);
});
