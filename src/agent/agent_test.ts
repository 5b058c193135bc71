import { assert, assertEquals, assertInstanceOf, assertMatch, assertRejects, assertThrows } from "@std/assert";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { z } from "zod";
import { ResourcePool } from "../resources/mod.ts";
import { Agent } from "./agent.ts";
import { RunCancelledError, StateFailedError, StepEndedError, UnsetVariableError } from "./run_error.ts";
import type { VariableSchema } from "./schema.ts";
import { InvalidVariablesError } from "./validation.ts";

/** Settles never. */
const never = () => new Promise<void>(() => {});

Deno.test("Agent.run() gives variables, outputs and each state's part", async () => {
  const agent = new Agent<{ data: number[]; doubled: number[] }>("report")
    .state("load", (ctx) => ctx.set("data", [1, 2, 3]))
    .state("double", { dependsOn: ["load"] }, async (ctx) => {
      await Promise.resolve();
      ctx.set("doubled", ctx.get("data").map((x) => x * 2));
    })
    .state("sum", { dependsOn: ["double"] }, (ctx) => ctx.output("total", ctx.get("doubled").reduce((a, b) => a + b)))
    .state("unused", { entry: false }, () => {});
  const before = performance.timeOrigin + performance.now();
  const result = await agent.run();
  assertEquals([result.status, result.error, result.steps], ["completed", undefined, 3]);
  assertEquals(result.variables, { data: [1, 2, 3], doubled: [2, 4, 6] });
  assertEquals(result.outputs, { total: 12 });
  assertEquals(result.completedStates, ["load", "double", "sum"]);
  let end = before;
  for (const name of ["load", "double", "sum"]) {
    const { status, steps, attempts, startedAtMs, durationMs, error } = result.states[name]!;
    assertEquals([status, steps, attempts, error], ["completed", 1, 1, undefined]);
    assert(startedAtMs! >= end - 0.001 && durationMs! >= 0, `${name} starts when the one before has ended`);
    end = startedAtMs! + durationMs!;
  }
  assert(result.startedAtMs! + result.durationMs! >= end - 0.001);
  assertEquals(result.states.unused!.status, "skipped");
  const { states, outputs } = JSON.parse(JSON.stringify(result));
  assertEquals([states.sum.status, outputs.total], ["completed", 12]);
});

Deno.test("Agent.run() times what it is asked to time", async () => {
  for (const timing of ["states", "run", "off"] as const) {
    for (const extra of [() => {}, never]) {
      const agent = new Agent("timed", { timing }).state("a", () => {}).state("b", () => {
        if (extra === never) throw new Error("no");
      });
      if (extra === never) agent.state("c", never);
      for (
        const one of [
          agent,
          new Agent("one", { timing }).state("a", () => {}).state("b", { dependsOn: ["a"] }, async () => {}),
        ]
      ) {
        const result = await one.run();
        assertEquals(
          [result.startedAtMs !== undefined, result.durationMs !== undefined],
          Array(2).fill(timing !== "off"),
        );
        assertEquals(Number.isNaN(result.durationMs), false);
        const { startedAtMs, durationMs } = result.states.a!;
        assertEquals([startedAtMs !== undefined, durationMs !== undefined], Array(2).fill(timing === "states"));
        assertEquals(Number.isNaN(durationMs), false);
      }
    }
  }
});

Deno.test("Agent.run() says which state failed, why, and what had finished", async () => {
  const cause = new RangeError("no room");
  const agent = new Agent<{ a: number }>("failing")
    .state("first", (ctx) => ctx.set("a", 1))
    .state("slow", { dependsOn: ["first"] }, never)
    .state("bad", { dependsOn: ["first"] }, (ctx) => {
      ctx.set("a", 2);
      throw cause;
    })
    .state("after", { dependsOn: ["bad"] }, () => {});
  const result = await agent.run();
  assertEquals([result.status, result.failedState, result.completedStates], ["failed", "bad", ["first"]]);
  assertInstanceOf(result.error, StateFailedError);
  assertEquals([result.error.code, result.error.cause, result.error.attempts], ["state_failed", cause, 1]);
  assertEquals(result.error.message, 'State "bad" of agent "failing" failed: RangeError: no room');
  assertEquals(Object.entries(result.states).map(([name, { status }]) => `${name} ${status}`), [
    "first completed",
    "slow cancelled",
    "bad failed",
    "after skipped",
  ]);
  assertEquals(result.states.bad!.error, cause);
  assertEquals(result.variables, { a: 1 }, "a failed attempt has written nothing");
  assertEquals(
    result.deadLetters.map(({ state, error, attempts, variables }) => ({ state, error, attempts, variables })),
    [
      { state: "bad", error: cause, attempts: 1, variables: { a: 1 } },
    ],
  );
});

Deno.test("Agent.run() survives whatever a state throws", async () => {
  const hostile = {
    toString: () => {
      throw new Error("not even a name");
    },
  }; // deno-fmt-ignore
  class SecretiveError extends Error {
    override get message(): string {
      throw new Error("not even a message");
    }
  }
  const { proxy: revoked, revoke } = Proxy.revocable({}, {});
  revoke();
  for (
    const thrown of [undefined, null, 0, "text", Symbol("s"), hostile, new Error(""), new SecretiveError(), revoked]
  ) {
    for (const parallel of [false, true]) {
      for (
        const fn of [() => {
          throw thrown;
        }, () => Promise.reject(thrown)]
      ) { // deno-fmt-ignore
        const agent = new Agent("throws").state("bad", parallel ? { retry: { maxRetries: 1, initialDelayMs: 0 } } : {}, fn);
        if (parallel) agent.state("slow", never);
        const result = await agent.run();
        assertEquals([result.status, result.failedState], ["failed", "bad"]);
        assert(Object.is(result.error?.cause, thrown));
        assert(Object.is(result.deadLetters[0]?.error, thrown));
        assertEquals(result.states.bad?.status, "failed");
      }
    }
  }
});

Deno.test("Agent.run() awaits any thenable, once", async () => {
  const twice = { then: (resolve: (value: undefined) => void) => (resolve(undefined), resolve(undefined)) };
  const broken = {
    get then(): never {
      throw new Error("no then");
    },
  }; // deno-fmt-ignore
  const rejects = { then: (_: unknown, reject: (error: unknown) => void) => reject("thenable") };
  for (const parallel of [false, true]) {
    const run = (value: PromiseLike<void>) => {
      const agent = new Agent("thenable").state("a", () => value).state("b", { dependsOn: ["a"] }, () => {});
      return (parallel ? agent.state("c", () => {}) : agent).run();
    };
    assertEquals((await run(twice as PromiseLike<void>)).steps, parallel ? 3 : 2);
    assertEquals(
      (await run(broken as PromiseLike<void>)).error?.message,
      'State "a" of agent "thenable" failed: Error: no then',
    );
    assertEquals((await run(rejects as PromiseLike<void>)).error?.cause, "thenable");
  }
});

Deno.test("StateContext.get() tells an unset variable from one that is undefined", async () => {
  const agent = new Agent("reads")
    .state("reads", (ctx) => {
      assertEquals([ctx.has("a"), ctx.get("a"), ctx.getOr("a", 5)], [true, undefined, undefined]);
      assertEquals([ctx.has("b"), ctx.getOr("b", 5), ctx.has("toString")], [false, 5, false]);
      const error = assertThrows(
        () => ctx.get("b"),
        UnsetVariableError,
        'variable "b" in state "reads": nothing has set it',
      );
      assertEquals(error.key, "b");
      assertThrows(() => ctx.get("toString"), UnsetVariableError);
      ctx.set("__proto__", 7);
      assertEquals(ctx.get("__proto__"), 7);
      ctx.output("__proto__", 8);
    });
  const result = await agent.run({ variables: { a: undefined } });
  assertEquals(result.error, undefined);
  assertEquals(Object.entries(result.variables), [["a", undefined], ["__proto__", 7]]);
  assertEquals(Object.entries(result.outputs), [["__proto__", 8]]);
});

Deno.test("Agent.run() copies the variables it is given", async () => {
  const variables = { n: 1 };
  const agent = new Agent<{ n: number }>("copy").state("a", (ctx) => ctx.set("n", ctx.get("n") + 1));
  assertEquals([(await agent.run({ variables })).variables.n, (await agent.run({ variables })).variables.n], [2, 2]);
  assertEquals(variables, { n: 1 });
});

Deno.test("StateContext refuses writes after its attempt has ended", async () => {
  for (const parallel of [false, true]) {
    const late: (() => void)[] = [];
    const agent = new Agent<{ n: number; list: number[] }>("late")
      .state("a", (ctx) => void late.push(() => ctx.set("n", 1), () => ctx.output("n", 1), () => ctx.append("list", 1)))
      .state("b", { dependsOn: ["a"] }, () => late.slice(0, 3).forEach((write) => assertThrows(write, StepEndedError)));
    if (parallel) agent.state("c", () => {});
    const result = await agent.run();
    assertEquals(result.status, "completed");
    for (const write of late) assertThrows(write, StepEndedError, "attempt 1 has ended");
    assertEquals(result.variables, {});
  }
});

Deno.test("Agent.run() runs nothing under a signal that is aborted already", async () => {
  let ran = false;
  const agent = new Agent("aborted").state("a", () => void (ran = true));
  const result = await agent.run({ signal: AbortSignal.abort("enough") });
  assertEquals([ran, result.status, result.states.a?.status], [false, "cancelled", "skipped"]);
  assertInstanceOf(result.error, RunCancelledError);
  assertEquals([result.error.cause, result.error.message], [
    "enough",
    'Run of agent "aborted" was cancelled: "enough"',
  ]);
});

Deno.test("Agent.run() ends at once when its signal is aborted, and tells running states", async () => {
  const controller = new AbortController();
  const seen: unknown[] = [];
  const agent = new Agent("cancel")
    .state("first", () => {})
    .state("told", { dependsOn: ["first"] }, (ctx) => {
      ctx.signal.addEventListener("abort", () => seen.push(ctx.signal.reason));
      return never();
    })
    .state("deaf", { dependsOn: ["first"] }, () => {
      queueMicrotask(() => controller.abort("stop"));
      return never();
    })
    .state("after", { dependsOn: ["told"] }, () => {});
  const result = await agent.run({ signal: controller.signal });
  assertEquals([result.status, seen], ["cancelled", ["stop"]]);
  assertEquals(Object.values(result.states).map(({ status }) => status), [
    "completed",
    "cancelled",
    "cancelled",
    "skipped",
  ]);
  assert(result.states.told!.durationMs! >= 0);
});

Deno.test("Agent.run() can be cancelled by a state itself, synchronously", async () => {
  const controller = new AbortController();
  const agent = new Agent<{ n: number }>("suicide")
    .state("a", (ctx) => {
      controller.abort();
      assertThrows(() => ctx.set("n", 1), StepEndedError);
      assertEquals(ctx.signal.aborted, true);
    })
    .state("b", { dependsOn: ["a"] }, () => {});
  const result = await agent.run({ signal: controller.signal });
  assertEquals([result.status, result.steps], ["cancelled", 1]);
});

Deno.test("Agent.run() leaves no listener on its signal", async () => {
  let listeners = 0;
  class CountingSignal extends EventTarget {
    aborted = false;
    reason = undefined;
    override addEventListener() {
      listeners++;
    }
    override removeEventListener() {
      listeners--;
    }
  }
  const signal = new CountingSignal() as EventTarget as AbortSignal;
  await new Agent("ok").state("a", async () => {}).run({ signal });
  await new Agent("bad").state("a", () => Promise.reject(1)).run({ signal });
  assertEquals(listeners, 0);
});

Deno.test("StateContext.signal tells siblings of a failed state, and what they write later is refused", async () => {
  let reason: unknown, late: (() => void) | undefined;
  const agent = new Agent<{ n: number }>("siblings")
    .state("deaf", (ctx) => (late = () => ctx.set("n", 1), never()))
    .state(
      "waits",
      (ctx) => new Promise<void>(() => ctx.signal.addEventListener("abort", () => reason = ctx.signal.reason)),
    )
    .state("bad", () => {
      throw new Error("sync");
    });
  const result = await agent.run();
  assertEquals([result.status, result.failedState], ["failed", "bad"]);
  assertEquals(reason, result.error);
  assertThrows(late!, StepEndedError);
  assertEquals(result.variables, {});
});

Deno.test("Agent.run() validates variables with a Standard Schema", async () => {
  const schema = z.object({ n: z.coerce.number().min(1), unit: z.string().default("ms") });
  const agent = new Agent("schema", { schema }).state(
    "a",
    (ctx) => ctx.output("text", `${ctx.get("n") + 1} ${ctx.get("unit")}`),
  );
  assertEquals((await agent.run({ variables: { n: "4" } })).outputs.text, "5 ms");
  const error = await assertRejects(() => agent.run({ variables: { n: 0 } }), InvalidVariablesError, 'agent "schema"');
  assertEquals(error.issues.map(({ path }) => path), ["n"]);
  assertMatch(error.message, /n: Too small/);
  const nested = new Agent("nested", { schema: z.object({ list: z.array(z.object({ id: z.number() })) }) }).state(
    "a",
    () => {},
  );
  const misfit: { list: { id: number }[] } = JSON.parse('{ "list": [{ "id": "x" }] }');
  const { issues } = await assertRejects(() => nested.run({ variables: misfit }), InvalidVariablesError);
  assertEquals(issues.map(({ path }) => path), ["list.0.id"]);
  const slow = new Agent("async", { schema: z.object({ n: z.number().refine((n) => Promise.resolve(n > 1)) }) }).state(
    "a",
    () => {},
  );
  assertEquals((await slow.run({ variables: { n: 2 } })).status, "completed");
  await assertRejects(() => slow.run({ variables: { n: 1 } }), InvalidVariablesError);
  // Of other makers: a promise of their own kind, and no object at all.
  const made = (outcome: unknown) =>
    new Agent("made", {
      schema: { "~standard": { version: 1, vendor: "test", validate: () => outcome } } as VariableSchema<
        object,
        object
      >,
    }).state("a", () => {});
  const foreign = { then: (resolve: (outcome: unknown) => void) => resolve({ value: { n: 1 } }) };
  assertEquals((await made(foreign).run()).variables, { n: 1 });
  for (const value of [null, 3]) {
    await assertRejects(() => made({ value }).run(), InvalidVariablesError, "expected the schema to make an object");
  }
});

Deno.test("VariableSchema is what the specification's own type is", () => {
  const ours: <Input, Output>(schema: StandardSchemaV1<Input, Output>) => VariableSchema<Input, Output> = (schema) =>
    schema;
  const theirs: <Input, Output>(schema: VariableSchema<Input, Output>) => StandardSchemaV1<Input, Output> = (schema) =>
    schema;
  const schema = z.object({});
  assertEquals(ours(theirs(schema)) === schema, true);
});

Deno.test("Agent rejects options out of range", async () => {
  assertThrows(
    () => new Agent("x", { maxConcurrency: 0 }),
    RangeError,
    'maxConcurrency of agent "x": wanted an integer of at least 1, found 0',
  );
  assertThrows(() => new Agent("x", { maxSteps: 1.5 }), RangeError, "maxSteps");
  // @ts-expect-error: no such mode
  assertThrows(() => new Agent("x", { mode: "serial" }), RangeError, 'of agent "x": wanted parallel or sequential');
  // @ts-expect-error: no such timing
  assertThrows(() => new Agent("x", { timing: "toString" }), RangeError, 'found "toString"');
  const agent = new Agent("x");
  assertThrows(() => agent.state("a", { timeoutMs: -1 }, () => {}), RangeError, 'timeoutMs of state "a"');
  assertThrows(() => agent.state("a", { retry: { maxRetries: -1 } }, () => {}), RangeError, "retry.maxRetries");
  // @ts-expect-error: no such priority
  assertThrows(() => agent.state("a", { priority: "urgent" }, () => {}), RangeError, 'found "urgent"');
  // @ts-expect-error: not its own priority either, but every object's
  assertThrows(() => agent.state("a", { priority: "constructor" }, () => {}), RangeError, 'found "constructor"');
  // @ts-expect-error: a text
  assertThrows(() => agent.state("a", { timeoutMs: "100" }, () => {}), RangeError, 'found "100"');
  // @ts-expect-error: a text, whose letters may well be states
  assertThrows(() => agent.state("a", { dependsOn: "b" }, () => {}), TypeError, 'of state "a": wanted an array');
  // @ts-expect-error: a text
  assertThrows(() => agent.state("a", { goto: "b" }, () => {}), TypeError, 'goto of state "a": wanted an array');
  // @ts-expect-error: no function
  assertThrows(() => agent.state("a", {}), TypeError, 'state "a": wanted a function to run, found undefined');
  // @ts-expect-error: no name
  assertThrows(() => agent.state(1, () => {}), TypeError, "wanted a name, found number");
  // @ts-expect-error: no such reducer
  const summing = new Agent<{ n: number }>("x", { reducers: { n: "sum" } }).state("a", () => {});
  await assertRejects(() => summing.run(), TypeError, '"sum"');
  await assertRejects(() => agent.run(), Error, "it has no states");
  agent.state("a", { resources: { cpu: 1 } }, () => {});
  await assertRejects(() => agent.run(), TypeError, 'its state "a" needs resources');
  await assertRejects(() => agent.run({ timeoutMs: NaN }), RangeError, "wanted milliseconds above 0, found NaN");
});

Deno.test("Agent.state() copies its options: a definition never changes under its runs", async () => {
  const dependsOn = ["a"], goto = ["b"], resources = { cpu: 1 }, pool = new ResourcePool({ capacity: { cpu: 1 } });
  const agent = new Agent("copy").state("a", { goto, resources }, () => "b").state("b", () => {})
    .state("d", { dependsOn }, () => {});
  dependsOn[0] = "c";
  assertEquals((await agent.run({ resources: pool })).status, "completed");
  goto[0] = "c";
  resources.cpu = 2;
  assertEquals((await agent.run({ resources: pool })).status, "completed");
});

Deno.test("RunResult survives JSON.stringify() with the messages of its errors", async () => {
  const agent = new Agent("json").state("a", () => Promise.reject(new Error("full"))).state("b", () => {});
  const { states, error } = JSON.parse(JSON.stringify(await agent.run()));
  assertEquals([states.a.error, states.a.attempts, "error" in states.b], ["Error: full", 1, false]);
  assertEquals(error, 'State "a" of agent "json" failed: Error: full');
});

Deno.test("Agent runs 10,000 times at once on one plan, and keeps runs apart", async () => {
  const agent = new Agent<{ id: number; sum: number }>("many", { reducers: { sum: "add" } })
    .state("a", async (ctx) => ctx.set("sum", await ctx.get("id")))
    .state("b", async (ctx) => ctx.set("sum", await ctx.get("id")))
    .state("c", { dependsOn: ["a", "b"] }, (ctx) => ctx.output("sum", ctx.get("sum")));
  const { plan } = agent;
  const results = await Promise.all(Array.from({ length: 10_000 }, (_, id) => agent.run({ variables: { id } })));
  results.forEach((result, id) => assertEquals(result.outputs.sum, 2 * id));
  assertEquals(agent.plan === plan, true);
});
