/** Random agents against plain models: a list of events that must make sense, a walk through a table, and the fast path's twin. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Agent, type AgentOptions } from "./agent.ts";
import type { RunObserver } from "./observer.ts";
import type { RunResult } from "./result.ts";
import { send } from "./route.ts";
import { type Priority, PRIORITY_RANK, type StateOptions } from "./state.ts";

type AnyResult = RunResult<Record<string, unknown>, Record<string, unknown>>;

/** What a random state does: how many turns it takes (0 is synchronous), and how many attempts fail of how many. */
const behaviours = fc.record({
  turns: fc.nat(3),
  failures: fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.nat(3)),
  maxRetries: fc.oneof({ weight: 5, arbitrary: fc.constant(3) }, fc.nat(2)),
  priority: fc.constantFrom<Priority>("low", "normal", "high", "critical"),
});

const graphs = fc.integer({ min: 1, max: 16 }).chain((count) =>
  fc.record({
    states: fc.array(behaviours, { minLength: count, maxLength: count }),
    parents: fc.tuple(
      ...Array.from({ length: count }, (_, i) =>
        fc.subarray(Array.from({ length: i }, (_, j) => j), { maxLength: Math.min(i, 4) })),
    ),
    order: fc.shuffledSubarray(
      Array.from({ length: count }, (_, i) =>
        i),
      { minLength: count, maxLength: count },
    ),
    maxConcurrency: fc.constantFrom(1, 2, 3, 1_000),
  })
);

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await undefined;
}

Deno.test("Agent.run() starts each state once its own dependencies are done, in priority order, within its limit", () =>
  fc.assert(
    fc.asyncProperty(graphs, async ({ states, parents, order, maxConcurrency }) => {
      const agent = new Agent("model", { maxConcurrency });
      for (const i of order) {
        const { turns: count, failures, maxRetries, priority } = states[i]!;
        const options = { dependsOn: parents[i]!.map(String), priority, retry: { maxRetries, initialDelayMs: 0 } };
        agent.state(String(i), options, (ctx) => {
          const fail = () => {
            if (ctx.attempt <= failures) throw new Error(`${i}`);
          };
          return count === 0 ? fail() : turns(count).then(fail);
        });
      }
      const done = new Set<number>(),
        running = new Set<number>(),
        ready = new Set<number>(),
        attempts = new Map<number, number>();
      const becomeReady = () => {
        for (const i of order) {
          if (!done.has(i) && !running.has(i) && !attempts.has(i) && parents[i]!.every((p) => done.has(p))) {
            ready.add(i);
          }
        }
      };
      let broken: number | undefined;
      const observer: RunObserver<Record<string, unknown>> = {
        onRunStart: becomeReady,
        onStateStart({ state, attempt }) {
          const i = Number(state);
          assert(ready.delete(i), `${i} was not ready`);
          for (const other of ready) {
            assert(
              PRIORITY_RANK[states[other]!.priority] <= PRIORITY_RANK[states[i]!.priority],
              `${other} should go before ${i}`,
            );
          }
          assertEquals(attempt, (attempts.get(i) ?? 0) + 1);
          attempts.set(i, attempt);
          assert(running.add(i).size <= maxConcurrency, "too many at once");
          assertEquals(broken, undefined, "nothing starts after a failure");
        },
        onRetry: ({ state }) => void (running.delete(Number(state)), ready.add(Number(state))),
        onStateEnd({ state, status }) {
          running.delete(Number(state));
          if (status === "completed") done.add(Number(state));
          if (status === "failed") broken = Number(state);
          becomeReady();
        },
      };
      const result = await agent.run({ observer });
      assertEquals(result.observerErrors, []);
      const doomed = states.some(({ failures, maxRetries }) => failures > maxRetries);
      assertEquals([result.status, result.failedState], doomed ? ["failed", String(broken)] : ["completed", undefined]);
      assertEquals(result.completedStates.map(Number).sort(), [...done].sort());
      if (!doomed) assertEquals([done.size, result.steps], [states.length, states.length]);
      for (const i of order) assertEquals(result.states[i]!.attempts, attempts.get(i) ?? 0);
    }),
    { numRuns: 400 },
  ));

const tables = fc.integer({ min: 1, max: 6 }).chain((count) =>
  fc.array(
    fc.record({
      routes: fc.array(fc.array(fc.nat(count - 1), { maxLength: 3 }), { minLength: 1, maxLength: 4 }),
      sends: fc.boolean(),
    }),
    { minLength: count, maxLength: count },
  )
);

Deno.test("Agent.run() walks through random routes as a queue of names would", () =>
  fc.assert(
    fc.asyncProperty(tables, fc.integer({ min: 1, max: 60 }), async (table, maxSteps) => {
      const model: number[] = [], visits = table.map(() => 0);
      const queue = [0];
      let made = 1, limited = false;
      while (queue.length > 0 && !limited) {
        const state = queue.shift()!;
        model.push(state);
        const { routes } = table[state]!;
        for (const next of routes[visits[state]!++] ?? []) {
          if (++made > maxSteps) limited = true;
          else queue.push(next);
        }
      }
      for (const options of [{}, { observer: {} }, { signal: new AbortController().signal }]) {
        const walked: number[] = [], seen = table.map(() => 0);
        const agent = new Agent("table", { mode: "sequential", maxSteps });
        table.forEach(({ routes, sends }, state) =>
          agent.state(`s${state}`, () => {
            walked.push(state);
            const names = (routes[seen[state]!++] ?? []).map((next) => `s${next}`);
            if (sends) return names.map((name) => send(name, walked.length));
            return names.length === 1 ? names[0] : names;
          })
        );
        const result = await agent.run(options);
        assertEquals(walked, model);
        assertEquals([result.status, result.steps], [limited ? "failed" : "completed", model.length]);
        table.forEach((_, state) =>
          assertEquals(result.states[`s${state}`]!.steps, model.filter((s) => s === state).length)
        );
      }
    }),
    { numRuns: 400 },
  ));

/** Sequences with everything that the fast path knows, or leaves to the graph run. */
const sequences = fc.array(
  fc.record({
    asynchronous: fc.boolean(),
    follows: fc.constantFrom("previous", "nothing", "previous", "first"),
    action: fc.constantFrom("set", "set", "add", "append", "output", "none", "throw", "read", "wrong"),
    route: fc.constantFrom("none", "none", "none", "none", "one", "back", "two", "command", "send", "nowhere", "empty"),
    special: fc.constantFrom("no", "no", "no", "retry", "priority"),
  }),
  { minLength: 1, maxLength: 8 },
);

/** Who drives a run: the fast path, the same while it is observed, or the graph run, as one that can be cancelled. */
type Driver = "fast path" | "observed fast path" | "observed graph run";

Deno.test("The fast path gives what the graph run gives: results, order, statuses, errors, and what observers are told", () =>
  fc.assert(
    fc.asyncProperty(
      sequences,
      fc.constantFrom<AgentOptions<Record<string, unknown>>["mode"]>("parallel", "sequential"),
      async (states, mode) => {
        const runOnce = async (driver: Driver) => {
          const order: string[] = [], told: unknown[] = [];
          const agent = new Agent("twin", { mode: mode!, maxSteps: 25, reducers: { sum: "add", list: "append" } });
          states.forEach(({ asynchronous, follows, action, route, special }, i) => {
            const parent = i === 0 || follows === "nothing" ? [] : [follows === "first" ? "s0" : `s${i - 1}`];
            const options: StateOptions = {
              dependsOn: parent,
              ...(special === "retry" && { retry: { maxRetries: 1, initialDelayMs: 0 } }),
              ...(special === "priority" && { priority: "high" as const }),
            };
            let visits = 0;
            agent.state(`s${i}`, options, (ctx) => {
              order.push(`${ctx.state} ${ctx.attempt} ${ctx.payload}`);
              const act = () => {
                if (action === "set") ctx.set(`k${i % 2}`, order.length);
                if (action === "add") ctx.set("sum", i);
                if (action === "append") ctx.set("list", [i]);
                if (action === "output") ctx.output("o", i);
                if (action === "throw") throw new Error(`s${i} visit ${visits}`);
                if (action === "read") ctx.output("read", ctx.get("k0"));
                if (action === "wrong") ctx.set("list", i);
                visits++;
                if (visits > 3) return undefined;
                if (route === "one") return `s${(i + 1) % states.length}`;
                if (route === "back") return `s${Math.max(0, i - 1)}`;
                if (route === "two") return ["s0", `s${i}`];
                if (route === "send") return send(`s${states.length - 1}`, i);
                if (route === "nowhere") return "nowhere";
                if (route === "empty") return [];
                return undefined;
              };
              return asynchronous ? Promise.resolve().then(act) : act();
            });
          });
          if (driver !== "fast path") {
            agent.observeRuns(({ agent }) => ({
              onRunStart: (_, atMs) => void told.push(["run", agent, atMs > 0]),
              onStateStart: ({ run: _, ...event }, atMs) => void told.push([event, atMs > 0]),
              onStateEnd: ({ run: _, durationMs, error, ...event }, atMs) =>
                void told.push([event, durationMs! >= 0, String(error), atMs > 0]),
              onRetry: ({ run: _, error, ...event }) => void told.push([event, String(error)]),
              onDeadLetter: ({ state }) => void told.push(["dead", state]),
              onRunEnd: ({ status, steps }, _, atMs) => void told.push([status, steps, atMs > 0]),
              callState(step, call) {
                told.push(["before", step]);
                call();
              },
            }));
          }
          const { signal } = new AbortController();
          const result: AnyResult = await agent.run(driver === "observed graph run" ? { signal } : {});
          assertEquals(result.observerErrors, []);
          const { status, variables, outputs, error, steps, deadLetters } = result;
          const parts = Object.entries(result.states).map(([name, { startedAtMs, durationMs, error, ...rest }]) => {
            assertEquals(
              [startedAtMs === undefined, durationMs === undefined],
              Array(2).fill(rest.attempts === 0),
              name,
            );
            return { name, ...rest, error: error instanceof Error ? error.message : error };
          });
          const letters = deadLetters.map(({ error, ...rest }) => ({ ...rest, error: String(error) }));
          return { told, came: { status, variables, outputs, steps, order, parts, letters, error: error?.message } };
        };
        const [plain, observed] = [await runOnce("fast path"), await runOnce("observed fast path")];
        assertEquals(observed, await runOnce("observed graph run"));
        assertEquals(plain.came, observed.came);
      },
    ),
    { numRuns: 1_000 },
  ));
