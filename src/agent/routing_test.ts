import { assertEquals, assertInstanceOf } from "@std/assert";
import { Agent } from "./agent.ts";
import { command, send } from "./route.ts";
import { RouteError, StepLimitError } from "./run_error.ts";

/** Everything is tried on the fast path and, by an observer that does nothing, off it. */
const PATHS = [{}, { observer: {} }];

Deno.test("A state that returns a name, names or a command decides what runs next", async () => {
  for (const options of PATHS) {
    const order: string[] = [];
    const visit = (ctx: { state: string }) => void order.push(ctx.state);
    const agent = new Agent<{ n: number; m: number }>("routes", { mode: "sequential" })
      .state("one", (ctx) => (visit(ctx), "two"))
      .state("two", async (ctx) => (await 0, visit(ctx), ["three", "four"]))
      .state("three", visit)
      .state("four", (ctx) => (visit(ctx), command({ update: { n: 4 }, goto: send("five", "payload") })))
      .state(
        "five",
        (ctx) => (visit(ctx), ctx.output("payload", ctx.payload), command({ update: { m: ctx.get("n") + 1 } })),
      );
    const result = await agent.run(options);
    assertEquals([result.status, order], ["completed", ["one", "two", "three", "four", "five"]]);
    assertEquals([result.variables, result.outputs], [{ n: 4, m: 5 }, { payload: "payload" }]);
  }
});

Deno.test("A state that returns an unknown or undeclared name, or no route at all, fails with a clear error", async () => {
  for (const options of PATHS) {
    for (
      const [returned, message] of [
        ["nowhere", 'Cannot go from state "a" to "nowhere": agent "lost" has no such state'],
        [["b", "nowhere"], "no such state"],
        [send("nowhere"), "no such state"],
        [command({ goto: "nowhere" }), "no such state"],
        ["c", 'it declares "b"; add "c" to its goto'],
        [42, "found the number 42"],
        [null, "found null"],
        [{ goto: "b" }, "found an object"],
        [["b", 1], "found the number 1"],
        [new Array(2), "found undefined"],
      ] as const
    ) {
      const agent = new Agent<{ n: number }>("lost")
        // @ts-expect-error: most of these are no routes
        .state("a", { goto: ["b"] }, (ctx) => (ctx.set("n", 1), returned))
        .state("b", () => {})
        .state("c", { entry: false }, () => {});
      const result = await agent.run(options);
      assertEquals([result.failedState, result.states.b?.status, result.variables], ["a", "skipped", {}]);
      assertInstanceOf(result.error?.cause, RouteError);
      assertEquals(result.error.cause.message.includes(message), true, result.error.cause.message);
    }
  }
});

Deno.test("A state that returns a wrong route is tried again like one that throws", async () => {
  const agent = new Agent("model")
    .state(
      "choose",
      { retry: { maxRetries: 2, initialDelayMs: 0 } },
      (ctx) => ctx.attempt < 3 ? "hallucinated" : "real",
    )
    .state("real", { entry: false }, () => {});
  const result = await agent.run();
  assertEquals([result.status, result.states.choose?.attempts], ["completed", 3]);
});

Deno.test("A loop goes on until its state says so, and what depends on it waits for the end", async () => {
  for (const options of PATHS) {
    for (const asynchronous of [false, true]) {
      const agent = new Agent<{ n: number }>("loop")
        .state("count", (ctx) => {
          const n = ctx.getOr("n", 0) + 1;
          ctx.set("n", n);
          const route = n < 2_500 ? "count" : undefined;
          return asynchronous ? Promise.resolve(route) : route;
        })
        .state("report", { dependsOn: ["count"] }, (ctx) => ctx.output("n", ctx.get("n")));
      const result = await agent.run(options);
      assertEquals([result.status, result.outputs.n, result.steps], ["completed", 2_500, 2_501]);
      const { steps, attempts, status } = result.states.count!;
      assertEquals([steps, attempts, status, result.states.report?.steps], [2_500, 2_500, "completed", 1]);
    }
  }
});

Deno.test("A loop through several states runs its dependents again each time", async () => {
  for (const options of PATHS) {
    const order: string[] = [];
    const agent = new Agent("rounds")
      .state("ask", (ctx) => void order.push(ctx.state))
      .state("left", { dependsOn: ["ask"] }, (ctx) => void order.push(ctx.state))
      .state("right", { dependsOn: ["ask"] }, (ctx) => void order.push(ctx.state))
      .state("join", { dependsOn: ["left", "right"] }, (ctx) => {
        order.push(ctx.state);
        return order.length < 8 ? "ask" : undefined;
      });
    assertEquals((await agent.run(options)).status, "completed");
    assertEquals(order, ["ask", "left", "right", "join", "ask", "left", "right", "join"]);
  }
});

Deno.test("A loop without an end is stopped after maxSteps, whichever way it runs", async () => {
  for (const options of PATHS) {
    for (const maxSteps of [1, 7, 1_500]) {
      for (const fn of [() => "again", () => Promise.resolve("again"), () => ["again"]]) {
        const result = await new Agent("endless", { maxSteps }).state("again", fn).run(options);
        assertEquals([result.status, result.steps, result.states.again?.steps], ["failed", maxSteps, maxSteps]);
        assertInstanceOf(result.error, StepLimitError);
        assertEquals(result.error.maxSteps, maxSteps);
        assertEquals(result.states.again?.status, "completed");
      }
    }
  }
  assertEquals((await new Agent("default").state("again", () => "again").run()).steps, 10_001);
});

Deno.test("A join counts a dependency that completes twice once, and waits for the others", async () => {
  const order: string[] = [];
  const note = (ctx: { state: string }) => void order.push(ctx.state);
  const agent = new Agent("twice")
    .state("again", { goto: ["a"] }, () => "a")
    .state("a", (ctx) => (note(ctx), order.length === 1 ? "back" : undefined))
    .state("back", { entry: false }, (ctx) => (note(ctx), "a"))
    .state("b", async (ctx) => {
      for (let turn = 0; turn < 20; turn++) await undefined;
      note(ctx);
    })
    .state("join", { dependsOn: ["a", "b"] }, note);
  assertEquals([(await agent.run()).status, order], ["completed", ["a", "back", "a", "b", "join"]]);
});

Deno.test("send() runs a state once for each payload, and its dependents after all of them", async () => {
  for (const maxConcurrency of [1, 2, 100]) {
    let atOnce = 0, most = 0;
    const agent = new Agent<{ squares: number[] }>("fan", { maxConcurrency, reducers: { squares: "append" } })
      .state("split", { goto: ["square"] }, () => Array.from({ length: 50 }, (_, n) => send("square", n)))
      .state("square", async (ctx) => {
        most = Math.max(most, ++atOnce);
        await 0;
        if (Number(ctx.payload) % 3 === 0) await 0;
        atOnce--;
        ctx.append("squares", Number(ctx.payload) ** 2);
      })
      .state("sum", { dependsOn: ["square"] }, (ctx) => ctx.output("sum", ctx.get("squares").reduce((a, b) => a + b)));
    const result = await agent.run();
    assertEquals([result.status, result.outputs.sum, most], ["completed", 40_425, Math.min(maxConcurrency, 50)]);
    assertEquals([result.states.square?.steps, result.states.sum?.steps, result.variables.squares?.length], [
      50,
      1,
      50,
    ]);
  }
});

Deno.test("A state may be reached by a route and by its dependencies: it runs for each", async () => {
  for (const options of PATHS) {
    const agent = new Agent("both")
      .state("a", { goto: ["c"] }, () => "c")
      .state("b", { dependsOn: ["a"] }, () => {})
      .state("c", { dependsOn: ["b"] }, () => {});
    const result = await agent.run(options);
    assertEquals([result.status, result.states.b?.steps, result.states.c?.steps], ["completed", 1, 2]);
  }
});

Deno.test("A fan-out of many thousands of steps neither recurses nor drops any", async () => {
  const agent = new Agent<{ n: number }>("wide", { maxSteps: 100_002, reducers: { n: "add" } })
    .state("split", { goto: ["one"] }, () => Array.from({ length: 100_000 }, () => send("one")))
    .state("one", (ctx) => ctx.set("n", 1))
    .state("end", { dependsOn: ["one"] }, (ctx) => ctx.output("n", ctx.get("n")));
  assertEquals((await agent.run()).outputs.n, 100_000);
});
