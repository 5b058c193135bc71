import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { LoopShape } from "../protocol.ts";
import { compileLoop, type LoopBody, RETURNED_FALSE } from "./loop.ts";
import { SelfTiming } from "./self_timing.ts";

/** A clock that only the functions of a test move. */
class ScriptedClock {
  readonly name = "scripted";
  time = 0;
  readonly now = () => this.time;
}

let serial = 0;

function compile(shape: LoopShape, body: Partial<LoopBody>, clock = new ScriptedClock()) {
  const whole = {
    fn: () => 1,
    state: undefined,
    params: {},
    before: undefined,
    after: undefined,
    exemplar: 1,
    ...body,
  };
  return compileLoop(shape, whole, { clock, serial: ++serial });
}

const SYNC: LoopShape = { kind: "sync", hooks: "none" };
const ASYNC: LoopShape = { kind: "async", hooks: "none" };

Deno.test("compileLoop() times all iterations of a synchronous function, and hands it state and parameters", () => {
  const clock = new ScriptedClock();
  const seen: unknown[] = [];
  const loop = compile(SYNC, {
    state: "state",
    params: { n: 3 },
    fn: (state, params) => {
      clock.time += 5;
      seen.push([state, params]);
    },
  }, clock);
  assertEquals(loop(4), 20);
  assertEquals(seen, Array.from({ length: 4 }, () => ["state", { n: 3 }]));
});

Deno.test("compileLoop() awaits each result of an asynchronous function before the next iteration", async () => {
  const clock = new ScriptedClock();
  let running = 0;
  const loop = compile(ASYNC, {
    fn: async () => {
      assertEquals(++running, 1);
      await Promise.resolve();
      clock.time += 7;
      running--;
    },
  }, clock);
  assertEquals(await loop(3), 21);
});

Deno.test("compileLoop() awaits thenables that are no promises", async () => {
  let settled = 0;
  const thenable = { then: (resolve: (value: number) => void) => resolve(++settled) };
  await compile(ASYNC, { fn: () => thenable })(3);
  assertEquals(settled, 3);
});

Deno.test("compileLoop() leaves hooks out of the time, synchronous or not", async () => {
  for (const hooks of ["sync", "async"] as const) {
    const clock = new ScriptedClock();
    const events: string[] = [];
    const hook = (name: string) => async () => {
      clock.time += 100;
      events.push(name);
      if (hooks === "async") await Promise.resolve();
      clock.time += 100;
    };
    const loop = compile({ kind: "sync", hooks }, {
      before: hook("before"),
      fn: () => {
        clock.time += 3;
        events.push("run");
      },
      after: hook("after"),
    }, clock);
    assertEquals(await loop(2), 6);
    assertEquals(events, ["before", "run", "after", "before", "run", "after"]);
  }
});

Deno.test("compileLoop() ends at the first false, synchronous or awaited", async () => {
  let calls = 0;
  const thrown = assertThrows(() => {
    try {
      compile(SYNC, { fn: () => ++calls < 3 })(10);
    } catch (error) {
      throw new Error(String(error === RETURNED_FALSE));
    }
  });
  assertEquals([(thrown as Error).message, calls], ["true", 3]);
  const rejection = Promise.resolve(compile(ASYNC, { fn: () => Promise.resolve(false) })(2));
  assertEquals(await rejection.catch((error) => error), RETURNED_FALSE);
});

Deno.test("compileLoop() times the part of an iteration that the function marks, synchronous or not", async () => {
  for (const kind of ["sync", "async"] as const) {
    const clock = new ScriptedClock();
    const timing = new SelfTiming("x", "file:///x.ts", clock.now);
    let calls = 0;
    const work = () => {
      clock.time += 100;
      timing.start();
      clock.time += 5;
      if (++calls % 2 === 0) timing.end(); // else to the end of the iteration
      clock.time += 40;
    };
    const fn = kind === "sync" ? work : async () => {
      await null;
      work();
    };
    assertEquals(await compile({ kind, hooks: "sync" }, { fn, state: timing, timing }, clock)(4), 2 * 45 + 2 * 5);
  }
});

Deno.test("compileLoop() hands a lenient function its state alone, and accepts false", () => {
  const seen: unknown[][] = [];
  const fn = (...values: unknown[]) => {
    seen.push(values);
    return false;
  };
  compile(SYNC, { fn, state: "state", isLenient: true })(2);
  assertEquals(seen, [["state"], ["state"]]);
});

Deno.test("compileLoop() passes on what is thrown, and tells of a promise that nobody expected", async () => {
  const fail = () => {
    throw new RangeError("no room");
  };
  assertThrows(() => compile(SYNC, { fn: fail })(1), RangeError);
  await assertRejects(async () => await compile(ASYNC, { fn: fail })(1), RangeError);
  assertThrows(() => compile(SYNC, { fn: () => Promise.resolve() })(1), TypeError, "returned a promise");
});

Deno.test("compileLoop() accepts results of any kind, whatever the exemplar was", () => {
  const results = [1, 0.5, "text", { a: 1 }, undefined, null, true, 10n];
  let at = 0;
  const loop = compile(SYNC, { exemplar: 1, fn: () => results[at++ % results.length] });
  assertEquals(loop(results.length * 3), 0);
});
