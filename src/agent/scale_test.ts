import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { createRandom } from "../measure/random.ts";
import { Agent } from "./agent.ts";

const COUNT = 100_000;

/** Made once: a new string of the same letters has to be hashed again wherever it is looked up. */
const NAMES = Array.from({ length: COUNT }, (_, state) => `s${state}`);

/** Numbers in [0, 1), the same for the same seed. */
function seeded(seed: number): () => number {
  const random = createRandom(seed);
  return () => random.nextFloat();
}

/** An agent with many states. */
interface LargeAgent {
  readonly agent: Agent;
  /** Whether states are asynchronous from now on. */
  asynchronous: boolean;
  /** How many states ran since it was last set. */
  ran: number;
}

/** `parents` of each state, by number; every state counts itself. */
function large(parents: (state: number) => number[]): LargeAgent {
  const agent = new Agent("large"), made: LargeAgent = { agent, asynchronous: false, ran: 0 };
  const later = async () => void (await undefined, made.ran++);
  const fn = () => made.asynchronous ? later() : void made.ran++;
  for (let state = 0; state < COUNT; state++) {
    agent.state(NAMES[state]!, { dependsOn: parents(state).map((parent) => NAMES[parent]!) }, fn);
  }
  return made;
}

const SHAPES: Record<string, (state: number) => number[]> = {
  chain: (state) => state === 0 ? [] : [state - 1],
  "fan-out and fan-in": (state) =>
    state === 0 ? [] : state < COUNT - 1 ? [0] : Array.from({ length: COUNT - 2 }, (_, i) => i + 1),
  "random graph": (() => {
    const random = seeded(1);
    return (state) => [...new Set(Array.from({ length: Math.min(state, 3) }, () => Math.floor(random() * state)))];
  })(),
};

for (const [name, parents] of Object.entries(SHAPES)) {
  Deno.test(`Agent plans, resolves and runs 100,000 states: ${name}`, async () => {
    const made = large(parents), { plan } = made.agent;
    const resolver = plan.resolver();
    const queue = resolver.entries;
    for (let head = 0; head < queue.length; head++) queue.push(...resolver.complete(queue[head]!));
    assertEquals(queue.length, COUNT);
    assertEquals(plan.readyStates(new Set(queue.map((state) => plan.states[state]!))), []);
    for (const asynchronous of [false, true]) {
      Object.assign(made, { asynchronous, ran: 0 });
      const result = await made.agent.run();
      assertEquals([result.status, result.steps, made.ran, result.completedStates.length], [
        "completed",
        COUNT,
        COUNT,
        COUNT,
      ]);
    }
  });
}

Deno.test("Agent.plan refuses a cycle through 100,000 states", () => {
  const { agent } = large((state) => [(state + COUNT - 1) % COUNT]);
  const error = assertThrows(() => agent.plan, Error);
  assertStringIncludes(error.message, "s99998 -> s99999");
});

Deno.test("Agent.run() goes to 100,000 declared states in linear time", async () => {
  const targets = Array.from({ length: COUNT }, (_, i) => `t${i}`);
  const agent = new Agent("routes", { maxSteps: COUNT + 1 }).state("router", { goto: targets }, () => targets);
  for (const target of targets) agent.state(target, () => {});
  const { status, steps } = await agent.run();
  assertEquals([status, steps], ["completed", COUNT + 1]);
});

Deno.test("Agent.run() checks writes of 100,000 states in linear time, allowed and refused", async () => {
  // The joins of a long line of diamonds write one key: each is searched back to the join before. The last join also writes
  // what the state beside the line wrote: that search passes all diamonds, each of which doubles the number of ways, in vain.
  for (const clash of [false, true]) {
    const agent = new Agent<{ last: number; aside: number }>("diamonds", { maxSteps: 1e6 })
      .state("s0", (ctx) => ctx.set("last", 0))
      .state("aside", (ctx) => ctx.set("aside", 0));
    for (let i = 1; i < COUNT / 4; i++) {
      agent.state(`l${i}`, { dependsOn: [`s${i - 1}`] }, () => {})
        .state(`r${i}`, { dependsOn: [`s${i - 1}`] }, () => {})
        .state(`s${i}`, { dependsOn: [`l${i}`, `r${i}`] }, (ctx) => {
          ctx.set("last", ctx.get("last") + 1);
          if (clash && i === COUNT / 4 - 1) ctx.set("aside", i);
        });
    }
    const { status, variables } = await agent.run();
    assertEquals([status, variables], [clash ? "failed" : "completed", {
      last: COUNT / 4 - (clash ? 2 : 1),
      aside: 0,
    }]);
  }
});
