import { assertEquals, assertInstanceOf } from "@std/assert";
import fc from "fast-check";
import { Agent } from "./agent.ts";
import { ConcurrentWriteError } from "./run_error.ts";

interface Vars {
  sum: number;
  big: bigint;
  list: number[];
  text: string;
  map: Record<string, number>;
  last: number;
  max: number;
}

Deno.test("Reducers join what parallel states write, retries counted once", async () => {
  const agent = new Agent<Vars>("reduce", {
    reducers: {
      sum: "add",
      big: "add",
      list: "append",
      text: "concat",
      map: "merge",
      last: "replace",
      max: (current = -Infinity, update) => Math.max(current, update),
    },
  });
  for (const n of [1, 2, 3]) {
    agent.state(`s${n}`, { retry: { maxRetries: 1, initialDelayMs: 0 } }, (ctx) => {
      ctx.set("sum", n);
      ctx.set("sum", n);
      ctx.set("big", BigInt(n));
      ctx.append("list", n);
      ctx.set("list", [n, n]);
      ctx.set("text", `${n}`);
      ctx.set("map", { [`k${n}`]: n, shared: n });
      ctx.set("last", n);
      ctx.set("max", n === 2 ? 9 : n);
      assertEquals(
        [ctx.get("list").slice(-3), ctx.getOr("sum", 0) >= 2 * n],
        [[n, n, n], true],
        "its own writes, reduced",
      );
      if (n === 2 && ctx.attempt === 1) throw "again";
    });
  }
  const given = [0];
  const { variables } = await agent.run({ variables: { list: given, sum: 10 } });
  assertEquals(variables, {
    sum: 22,
    list: [0, 1, 1, 1, 3, 3, 3, 2, 2, 2],
    big: 6n,
    text: "132",
    map: { k1: 1, k2: 2, k3: 3, shared: 2 },
    last: 2,
    max: 9,
  });
  assertEquals(given, [0], "the caller's array is its own");
});

Deno.test("Reducers fail the state whose update does not fit, and commit nothing of it", async () => {
  for (const [reducer, wrong] of [["add", "x"], ["append", 1], ["concat", 1], ["merge", [1]]] as const) {
    const agent = new Agent<{ v: unknown; list: number[] }>("misfit", { reducers: { v: reducer, list: "append" } })
      .state("a", (ctx) => ctx.append("list", 1))
      .state("b", { dependsOn: ["a"] }, (ctx) => (ctx.append("list", 2), ctx.set("v", wrong)));
    const result = await agent.run();
    assertEquals([result.failedState, result.variables], ["b", { list: [1] }]);
    assertEquals((result.error?.cause as Error).message.startsWith(`Cannot reduce with ${reducer}: wanted two`), true);
  }
});

Deno.test("Arrays that grow by a reducer never change under somebody who has read them", async () => {
  const seen: number[][] = [];
  const agent = new Agent<{ list: number[] }>("grow", { reducers: { list: "append" } });
  for (let n = 0; n < 6; n++) {
    agent.state(`s${n}`, { dependsOn: n === 0 ? [] : [`s${n - 1}`] }, (ctx) => {
      if (n % 2 === 0) seen.push(ctx.getOr("list", []));
      ctx.append("list", n);
    });
  }
  const { variables } = await agent.run();
  assertEquals([variables.list, seen], [[0, 1, 2, 3, 4, 5], [[], [0, 1], [0, 1, 2, 3]]]);
});

Deno.test("StateContext.append() without a reducer is a plain write", async () => {
  const agent = new Agent<{ list: number[] }>("plain")
    .state("a", (ctx) => (ctx.append("list", 1), ctx.append("list", 2)))
    .state("b", { dependsOn: ["a"] }, (ctx) => ctx.append("list", 3));
  assertEquals((await agent.run()).variables, { list: [1, 2, 3] });
  const wrong = new Agent<{ list: number[] }>("wrong").state("a", (ctx) => ctx.append("list", 1));
  // @ts-expect-error: not an array
  assertEquals((await wrong.run({ variables: { list: 5 } })).failedState, "a");
});

/** Which keys each state of a random graph writes, and what it depends on. */
const writers = fc.integer({ min: 2, max: 9 }).chain((count) =>
  fc.array(fc.record({ writes: fc.subarray(["x", "y"]), outputs: fc.subarray(["o"]), slow: fc.nat(3) }), {
    minLength: count,
    maxLength: count,
  }).chain((states) =>
    fc.tuple(
      fc.constant(states),
      fc.tuple(
        ...states.map((_, i) => fc.subarray(Array.from({ length: i }, (_, j) => j), { maxLength: Math.min(i, 3) })),
      ),
    )
  )
);

Deno.test("A write is refused exactly if neither of two writers follows from the other, however they are timed", () =>
  fc.assert(
    fc.asyncProperty(writers, async ([states, parents]) => {
      const ancestors: Set<number>[] = [];
      parents.forEach((own, i) => ancestors[i] = new Set(own.flatMap((p) => [p, ...ancestors[p]!])));
      const clash = (key: "x" | "y" | "o") =>
        states.some((a, i) =>
          states.some((b, j) =>
            i < j && !ancestors[j]!.has(i) && [...a.writes, ...a.outputs].includes(key) &&
            [...b.writes, ...b.outputs].includes(key)
          )
        );
      const agent = new Agent("writers");
      states.forEach(({ writes, outputs, slow }, i) =>
        agent.state(`s${i}`, { dependsOn: parents[i]!.map((p) => `s${p}`) }, (ctx) => {
          const write = () => {
            for (const key of writes) ctx.set(key, i);
            for (const key of outputs) ctx.output(key, i);
          };
          if (slow === 0) return write();
          let wait = Promise.resolve();
          for (let turn = 1; turn < slow; turn++) wait = wait.then(() => {});
          return wait.then(write);
        })
      );
      const result = await agent.run();
      const expected = (["x", "y", "o"] as const).some(clash);
      assertEquals(result.status, expected ? "failed" : "completed");
      if (!expected) return;
      assertInstanceOf(result.error?.cause, ConcurrentWriteError);
      const [later, earlier] = result.error.cause.states.map((name) => Number(name.slice(1))) as [number, number];
      assertEquals([ancestors[later]!.has(earlier), ancestors[earlier]!.has(later)], [false, false]);
    }),
    { numRuns: 400 },
  ));

Deno.test("A write is refused among steps of one fan-out, and allowed after it and along a route", async () => {
  const fan = (last: string[]) =>
    new Agent<{ v: number }>("fan")
      .state("split", { goto: ["a", "b"] }, () => ["a", "b"])
      .state("a", { goto: ["c"] }, (ctx) => (ctx.set("v", 1), "c"))
      .state("b", () => {})
      .state("c", (ctx) => ctx.set("v", ctx.get("v") + 1))
      .state("end", { dependsOn: last, retry: { maxRetries: 3 } }, (ctx) => ctx.set("v", ctx.getOr("v", 0) + 10));
  assertEquals((await fan(["b", "c"]).run()).variables, { v: 12 });
  const { error, states } = await fan(["b"]).run();
  assertInstanceOf(error?.cause, ConcurrentWriteError);
  assertEquals(states.end?.attempts ?? states.a?.attempts, 1, "it would only happen again");
});
