import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "fast-check";
import { Agent } from "./agent.ts";
import { GraphError, type GraphErrorCode } from "./graph_error.ts";
import type { StateOptions } from "./state.ts";

function define(states: Record<string, StateOptions>, mode: "parallel" | "sequential" = "parallel"): Agent {
  const agent = new Agent("test", { mode });
  for (const [name, options] of Object.entries(states)) agent.state(name, options, () => {});
  return agent;
}

function refused(agent: Agent, code: GraphErrorCode, text: string): string[] {
  const error = assertThrows(() => agent.plan, GraphError, text);
  assertEquals(error.code, code);
  return [...error.states];
}

Deno.test("Agent.plan refuses an agent without states", () => {
  refused(new Agent("empty"), "no_states", 'agent "empty": it has no states');
});

Deno.test("Agent.plan refuses two states of one name, in small and large agents", () => {
  for (const others of [0, 20]) {
    const agent = new Agent("twice").state("a", () => {});
    for (let i = 0; i < others; i++) agent.state(`s${i}`, () => {});
    assertEquals(refused(agent.state("a", () => {}), "duplicate_state", "rename one"), ["a"]);
  }
});

Deno.test("Agent.plan refuses a dependency and a route that lead nowhere", () => {
  assertEquals(refused(define({ a: { dependsOn: ["b"] } }), "unknown_dependency", 'depends on "b"'), ["a", "b"]);
  assertEquals(refused(define({ a: { goto: ["b"] } }), "dead_goto", 'may go to "b"'), ["a", "b"]);
});

Deno.test("Agent.plan tells where a state may go, and does not hand out its own list", () => {
  const { plan } = define({ a: { goto: ["b", "a"] }, b: {} });
  plan.routesOf("a").pop();
  assertEquals([plan.routesOf("a"), plan.routesOf("b")], [["b", "a"], []]);
  assertThrows(() => plan.routesOf("c"), GraphError, 'agent "test" has no such state');
});

Deno.test("Agent.plan names the path of a cycle in the order in which its states would run", () => {
  const agent = define({
    start: {},
    a: { dependsOn: ["start", "c"] },
    b: { dependsOn: ["a"] },
    c: { dependsOn: ["b"] },
    behind: { dependsOn: ["c"] },
  });
  const path = refused(agent, "dependency_cycle", "states wait for each other");
  assertEquals(path.length, 4);
  assertEquals(path[0], path[3]);
  const forward = { a: "b", b: "c", c: "a" };
  path.slice(0, 3).forEach((name, i) => assertEquals(forward[name as keyof typeof forward], path[i + 1]));
  assertEquals(refused(define({ self: { dependsOn: ["self"] }, a: {} }), "dependency_cycle", "self -> self"), [
    "self",
    "self",
  ]);
});

Deno.test("Agent.plan starts with what depends on nothing and is nobody's route", () => {
  const states = { draft: { goto: ["review"] }, review: { goto: ["draft", "publish"] }, publish: {}, log: {} };
  assertEquals(define(states).plan.entries, ["draft", "log"]);
  assertEquals(define(states, "sequential").plan.entries, ["draft"]);
  assertEquals(define({ a: { entry: false }, b: { dependsOn: ["a"], entry: true } }).plan.entries, ["b"]);
  refused(define({ a: { entry: false } }), "no_entry", "set entry: true");
});

Deno.test("Agent.plan lists neighbours, and refuses unknown names", () => {
  const { plan } = define({ a: {}, b: {}, c: { dependsOn: ["b", "a"] } });
  assertEquals([plan.states, plan.dependencies], [["a", "b", "c"], 2]);
  assertEquals([plan.dependenciesOf("c"), plan.dependentsOf("a"), plan.dependentsOf("c")], [["b", "a"], ["c"], []]);
  assertThrows(() => plan.dependentsOf("x"), GraphError, "no such state");
  for (const none of [-1, 3, 0.5, NaN]) {
    assertThrows(() => plan.resolver().complete(none), RangeError, "wanted an integer from 0 to 2");
  }
});

Deno.test("Agent.plan is made anew for a state that is added later, and earlier runs keep theirs", async () => {
  const agent = define({ a: {} });
  const { plan } = agent;
  assertEquals(agent.plan === plan, true, "the same as long as nothing changes");
  const running = agent.run();
  agent.state("b", { dependsOn: ["a"] }, () => {});
  assertEquals([plan.states, agent.plan.states], [["a"], ["a", "b"]]);
  assertEquals([(await running).steps, (await agent.run()).steps], [1, 2]);
});

/** Dependencies of each state on earlier ones, in an order of definition that is not theirs. */
const dags = fc.integer({ min: 1, max: 14 }).chain((count) =>
  fc.record({
    parents: fc.tuple(
      ...Array.from({ length: count }, (_, i) => fc.subarray(Array.from({ length: i }, (_, j) => `s${j}`))),
    ),
    order: fc.shuffledSubarray(Array.from({ length: count }, (_, i) => i), { minLength: count, maxLength: count }),
  })
);

Deno.test("Agent.plan finds ready states as a search over all states would, at once and step by step", () =>
  fc.assert(
    fc.property(dags, fc.infiniteStream(fc.nat()), ({ parents, order }, picks) => {
      const states: Record<string, StateOptions> = {};
      for (const i of order) states[`s${i}`] = { dependsOn: parents[i] ?? [] };
      const { plan } = define(states);
      const done = new Set<string>();
      const resolver = plan.resolver();
      const ready = new Set(resolver.entries.map((state) => plan.states[state]!));
      const names = Object.keys(states);
      while (done.size < names.length) {
        const expected = names.filter((name) =>
          !done.has(name) && states[name]!.dependsOn!.every((each) => done.has(each))
        );
        assertEquals(plan.readyStates(done), expected);
        assertEquals(new Set(ready), new Set(expected));
        const next = expected[picks.next().value! % expected.length]!;
        done.add(next);
        ready.delete(next);
        const state = plan.states.indexOf(next);
        for (const child of resolver.complete(state)) ready.add(plan.states[child]!);
        assertEquals(resolver.complete(state), [], "a second completion changes nothing");
      }
      assertEquals(plan.readyStates(done), []);
    }),
    { numRuns: 100 },
  ));

Deno.test("Agent.plan refuses exactly the graphs that have a cycle", () =>
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 8 }).chain((n) =>
        fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1)), { maxLength: 12 }).map((e) => ({ n, e }))
      ),
      ({ n, e }) => {
        const agent = new Agent("random");
        const parents = (i: number) => e.filter(([, to]) => to === i).map(([from]) => from);
        for (let i = 0; i < n; i++) agent.state(`s${i}`, { dependsOn: parents(i).map((p) => `s${p}`) }, () => {});
        // Whoever can be reached from itself is in a cycle.
        const reaches = (from: number, to: number, seen = new Set<number>()): boolean =>
          parents(from).some((p) => p === to || !seen.has(p) && reaches(p, to, seen.add(p)));
        const cyclic = Array.from({ length: n }, (_, i) => i).some((i) => reaches(i, i));
        if (!cyclic) return void agent.plan;
        const { states: path } = assertThrows(() => agent.plan, GraphError);
        assertEquals(path[0], path.at(-1));
        for (let i = 1; i < path.length; i++) {
          assertEquals(parents(Number(path[i]!.slice(1))).includes(Number(path[i - 1]!.slice(1))), true, `${path}`);
        }
      },
    ),
    { numRuns: 200 },
  ));

Deno.test("Agent.toMermaid() lets no name break out of its label", () => {
  const hostile = '"] --> x\n<script>alert(1)</script> #quot; `😀`';
  const text = define({ [hostile]: { goto: ["b"] }, b: {}, c: { dependsOn: ["b"] } }).toMermaid();
  assertEquals(text.split("\n").length, 7);
  assertEquals(/<|>alert|`|😀/.test(text), false);
  assertStringIncludes(text, '  s0(["#34;#93; --#62; x#10;#60;script#62;');
  assertStringIncludes(text, '  s1["b"]\n  s2["c"]\n  s0 -.-> s1\n  s1 --> s2\n');
});
