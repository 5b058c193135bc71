import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../reliability/timer_wheel.ts";
import { fairShare, fifo, type Ordering, priority } from "../resources/ordering/mod.ts";
import { Quotas, ResourcePool } from "../resources/mod.ts";
import { Agent } from "./agent.ts";
import type { Priority } from "./state.ts";

type Kind = "cpu" | "gpu";

const KINDS: readonly Kind[] = ["cpu", "gpu"];
/** In all properties together. */
const AGENTS = 1_000;
const AGENTS_PER_POOL = 20;

interface StateScript {
  readonly needs: Readonly<Record<Kind, number>>;
  readonly priority: Priority;
  readonly preemptible: boolean;
  /** How many earlier states it depends on. */
  readonly parents: number;
  /** Turns of the event loop that it takes; 0 for a synchronous function. */
  readonly turns: number;
  readonly ends: "well" | "badly" | "badly at first" | "hangs";
}

interface AgentScript {
  readonly states: readonly StateScript[];
  readonly maxConcurrency: number;
  /** After how many turns its run is cancelled, if it is. */
  readonly cancelledAfter: number | undefined;
}

interface PoolScript {
  readonly nodes: number;
  readonly capacity: Readonly<Record<Kind, number>>;
  readonly ordering: Ordering;
  readonly graceMs: number;
  readonly limit: number | undefined;
}

const state: fc.Arbitrary<StateScript> = fc.record({
  needs: fc.record({ cpu: fc.constantFrom(0, 0.1, 1, 2, 3), gpu: fc.constantFrom(0, 0, 1) }),
  priority: fc.constantFrom("low", "normal", "high", "critical"),
  preemptible: fc.boolean(),
  parents: fc.nat(2),
  turns: fc.nat(4),
  ends: fc.constantFrom("well", "well", "well", "badly", "badly at first", "hangs"),
});

const agent: fc.Arbitrary<AgentScript> = fc.record({
  states: fc.array(state, { minLength: 1, maxLength: 6 }),
  maxConcurrency: fc.integer({ min: 1, max: 4 }),
  cancelledAfter: fc.oneof(fc.constant(undefined), fc.constant(undefined), fc.nat(20)),
});

const pool: fc.Arbitrary<PoolScript> = fc.record({
  nodes: fc.integer({ min: 1, max: 3 }),
  capacity: fc.record({ cpu: fc.integer({ min: 1, max: 4 }), gpu: fc.nat(2) }),
  ordering: fc.constantFrom(fifo(), priority({ agingMs: 10 }), fairShare()),
  graceMs: fc.constantFrom(0, 1, 5),
  limit: fc.oneof(fc.constant(undefined), fc.constant(2)),
});

/** Measures at every instant what states have that run now. */
class Meter {
  readonly #capacity: Readonly<Record<Kind, number>>;
  readonly #running: Record<Kind, number> = { cpu: 0, gpu: 0 };
  /** What there was too much of; an error thrown by a state would only be the state's failure. */
  readonly violations: string[] = [];

  constructor({ capacity, nodes }: PoolScript) {
    this.#capacity = { cpu: capacity.cpu * nodes, gpu: capacity.gpu * nodes };
  }

  /** A state begins; returns what it has to call when it has nothing any more, which may be called twice. */
  enter(needs: StateScript["needs"]): () => void {
    let isIn = true;
    this.#add(needs, 1);
    for (const kind of KINDS) {
      const running = this.#running[kind], capacity = this.#capacity[kind];
      if (running > capacity + 1e-9) this.violations.push(`${running} ${kind} of ${capacity}`);
    }
    return () => {
      if (isIn) this.#add(needs, -1);
      isIn = false;
    };
  }

  get isIdle(): boolean {
    return KINDS.every((kind) => Math.abs(this.#running[kind]) < 1e-9);
  }

  #add(needs: StateScript["needs"], sign: 1 | -1): void {
    for (const kind of KINDS) this.#running[kind] += sign * needs[kind];
  }
}

/** What a state function is told, as far as these use it. */
interface Told {
  readonly signal: AbortSignal;
  readonly attempt: number;
}

/** What a state does: it leaves when it is told to, at once. */
function functionOf({ needs, turns, ends }: StateScript, meter: Meter) {
  const failsNow = (attempt: number) => ends === "badly" || (ends === "badly at first" && attempt === 1);
  const finish = (leave: () => void, attempt: number) => {
    leave();
    if (failsNow(attempt)) throw new Error("as the script has it");
  };
  if (turns === 0 && ends !== "hangs") return (ctx: Told) => finish(meter.enter(needs), ctx.attempt);
  return async (ctx: Told) => {
    const leave = meter.enter(needs), { signal } = ctx;
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) leave();
    try {
      for (let turn = 0; turn < turns && !signal.aborted; turn++) await nextTurn();
      if (ends === "hangs") await new Promise((_, reject) => signal.addEventListener("abort", reject, { once: true }));
      signal.throwIfAborted();
    } finally {
      signal.removeEventListener("abort", leave);
      finish(leave, ctx.attempt);
    }
  };
}

function makeAgent(
  { states, maxConcurrency }: AgentScript,
  { name, resources, meter }: { readonly name: string; readonly resources: ResourcePool<Kind>; readonly meter: Meter },
): Agent {
  const made = new Agent(name, { resources, maxConcurrency });
  states.forEach((script, number) => {
    const { needs, priority, preemptible, parents } = script, first = Math.max(0, number - parents);
    const wanted = KINDS.filter((kind) => needs[kind] > 0);
    made.state(`state ${number}`, {
      ...(wanted.length === 0 ? {} : { resources: Object.fromEntries(wanted.map((kind) => [kind, needs[kind]])) }),
      priority,
      preemptible,
      dependsOn: Array.from({ length: number - first }, (_, at) => `state ${first + at}`),
      retry: { maxRetries: 1, initialDelayMs: 0 },
      timeoutMs: 3,
    }, functionOf(script, meter));
  });
  return made;
}

async function cancelAfter(turns: number | undefined, controller: AbortController): Promise<void> {
  if (turns === undefined) return;
  for (let turn = 0; turn < turns; turn++) await nextTurn();
  controller.abort();
}

Deno.test("1,000 random agents over random pools never have more than there is at any instant, all end, and give everything back", () =>
  fc.assert(
    fc.asyncProperty(
      pool,
      fc.array(agent, { minLength: AGENTS_PER_POOL, maxLength: AGENTS_PER_POOL }),
      async (script, agents) => {
        const meter = new Meter(script), { limit, graceMs, ...shape } = script;
        const quotas = limit === undefined ? undefined : new Quotas<Kind>([
          { scope: "user", kind: "cpu", policy: { type: "hard", limit } },
        ]);
        const resources = new ResourcePool({ ...shape, quotas, preemption: { graceMs } });
        const runs = agents.map(async (each, number) => {
          const made = makeAgent(each, { name: `agent ${number}`, resources, meter });
          const controller = new AbortController();
          const running = made.run({ signal: controller.signal, scope: { user: `user ${number % 3}` } });
          await cancelAfter(each.cancelledAfter, controller);
          return await running;
        });
        for (const { status } of await Promise.all(runs)) {
          assert(["completed", "failed", "cancelled"].includes(status), status);
        }
        await nextTurn();
        const { inUse, waiters, available, capacity } = resources.snapshot();
        assertEquals({ inUse, waiters, available }, { inUse: { cpu: 0, gpu: 0 }, waiters: 0, available: capacity });
        assertEquals([meter.violations, meter.isIdle, timers.size], [[], true, 0]);
      },
    ),
    { numRuns: AGENTS / AGENTS_PER_POOL },
  ));
