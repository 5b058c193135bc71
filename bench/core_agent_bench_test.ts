import { assert, assertEquals } from "@std/assert";
import { Agent, Mutex, ResourcePool } from "../mod.ts";
import core from "./core_agent_bench.ts";
import { attempt, trialsOf } from "./testdata/trial.ts";

const NAMES = [
  "Simple Agent Execution",
  "Complex Agent Execution",
  "Resource Heavy Agent",
  "Concurrent Agents",
  "State Dependency Resolution",
  "Resource Acquisition",
  "Coordination Primitive",
  "Metrics Recording",
];

Deno.test("core-agent holds the eight benchmarks, and the resolution at four sizes", () => {
  assertEquals(core.name, "core-agent");
  assertEquals(core.benchmarks.map(({ name }) => name), NAMES);
  assertEquals(trialsOf(core).length, NAMES.length + 3);
  const sizes = trialsOf(core).filter(({ definition }) => definition.name === "State Dependency Resolution");
  assertEquals(sizes.map(({ params }) => params.states), [3, 10, 1_000, 100_000]);
});

Deno.test("core-agent expects what the table of baselines expects", () => {
  const expected = core.benchmarks.map(({ name, options: { expected } }) =>
    [name, expected?.operation, expected?.minOpsPerSecond, expected?.maxDurationMs] as const
  );
  assertEquals(expected.filter(([, operation]) => operation !== undefined), [
    ["Simple Agent Execution", "Simple Agent Execution", 100, 10],
    ["Complex Agent Execution", "Complex Agent Execution", 50, 20],
    ["Resource Acquisition", "Resource Acquisition", 1_000, 1],
    ["Coordination Primitive", "Coordination Primitives", 5_000, 0.2],
    ["Metrics Recording", "Metric Recording", 10_000, 0.1],
  ]);
});

for (const trial of trialsOf(core)) {
  Deno.test(`${trial.id} succeeds, and again on what it left behind`, async () => {
    assertEquals(await attempt(trial, 3), [true, true, true]);
  });
}

/** An agent in the place of a benchmark's own, which does something else. */
function agentThat(work: (output: (total: number) => void) => void | Promise<void>): { readonly agent: Agent } {
  return { agent: new Agent("sabotaged").state("only", (ctx) => work((total) => ctx.output("total", total))) };
}

function failing(): never {
  throw new Error("sabotaged");
}

/** What may go wrong in each benchmark without anything being thrown. */
const SABOTAGE: Readonly<Record<string, readonly ((state: Readonly<Record<string, unknown>>) => unknown)[]>> = {
  "Simple Agent Execution": [
    () => agentThat((output) => output(499_499)),
    () => agentThat(() => {}),
    () => agentThat(failing),
  ],
  "Complex Agent Execution": [
    () => agentThat((output) => output(4_950)),
    () => agentThat(failing),
  ],
  "Resource Heavy Agent": [
    (state) => ({ ...state, ...agentThat((output) => output(333_283_334_999)) }),
    (state) => ({ ...state, ...agentThat(failing) }),
    (state) => {
      if (state.pool instanceof ResourcePool) state.pool.tryAcquire({ "benchmark.unit": 1 }); // as if a run had kept it
      return state;
    },
  ],
  "Concurrent Agents": [
    (state) => ({ ...state, agents: Array.isArray(state.agents) ? state.agents.slice(1) : [] }),
    (state) => ({ ...state, agents: Array.from({ length: 10 }, () => agentThat((output) => output(499_500)).agent) }),
    (state) => ({
      ...state,
      agents: Array.isArray(state.agents) ? [...state.agents, agentThat(failing).agent] : [],
    }),
  ],
  "State Dependency Resolution": [
    () => ({ plan: { resolver: () => ({ entries: [], complete: () => [] }) } }),
    () => ({ plan: { resolver: () => ({ entries: [0], complete: () => [] }) } }),
    (state) => ({ ...state, plan: { resolver: () => ({ entries: [0, 1, 2], complete: () => [] }) } }),
    () => ({ plan: new Agent("other").state("a", () => {}).state("b", () => {}).plan }),
  ],
  "Resource Acquisition": [
    (state) => {
      if (state.pool instanceof ResourcePool) state.pool.tryAcquire({ cpu: 1 });
      return state;
    },
    (state) => ({ ...state, request: { cpu: 1 } }),
    (state) => ({ ...state, pool: { available: () => 4, acquire: () => Promise.resolve({ release() {} }) } }),
  ],
  "Coordination Primitive": [
    () => ({ mutex: { locked: false, acquire: () => Promise.resolve({ release() {} }) } }),
    () => {
      const mutex = new Mutex();
      return {
        mutex: {
          get locked() {
            return mutex.locked;
          },
          acquire: async () => (await mutex.acquire(), { release() {} }),
        },
      };
    },
  ],
  "Metrics Recording": [
    () => ({ counter: { value: 0, inc() {} } }),
    () => ({
      counter: {
        value: 0,
        inc() {
          this.value += 2;
        },
      },
    }),
  ],
};

Deno.test("core-agent has a sabotage for each of its benchmarks", () => assertEquals(Object.keys(SABOTAGE), NAMES));

for (const [name, sabotages] of Object.entries(SABOTAGE)) {
  for (const [place, sabotage] of sabotages.entries()) {
    Deno.test(`${name} returns false when what it measures is broken, way ${place + 1}`, async () => {
      const trial = trialsOf(core).find(({ definition }) => definition.name === name);
      assert(trial !== undefined);
      assertEquals(await attempt(trial, 1, (state) => sabotage({ ...(typeof state === "object" ? state : {}) })), [
        false,
      ]);
    });
  }
}
