import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DeadLetterError, DeadLetterQueue, workOf } from "./dead_letter_queue.ts";
import { serializeError } from "./serialized_error.ts";
import { settle, withFakeTime } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";
import { CallTimeoutError } from "./timeout.ts";
import { timers } from "./timer_wheel.ts";

const work = (payload: number, source = "a") => ({ source, payload, error: new TypeError(`no ${payload}`) });

Deno.test("DeadLetterQueue lists by source, by error's name or code, and by anything else, oldest first", () => {
  const letters = new DeadLetterQueue<number>({ now: () => 5 });
  for (const payload of [1, 2, 3]) letters.add(work(payload, payload === 2 ? "b" : "a"));
  letters.add({ source: "a", payload: 4, error: new DeadLetterError("dead_letter_unknown", 9), attempts: 3 });
  const payloads = (filter: Parameters<typeof letters.list>[0]) => letters.list(filter).map(({ payload }) => payload);
  assertEquals(payloads({}), [1, 2, 3, 4]);
  assertEquals(payloads({ source: "a" }), [1, 3, 4]);
  assertEquals(payloads({ error: "TypeError", matches: ({ payload }) => payload > 1 }), [2, 3]);
  assertEquals(payloads({ error: "dead_letter_unknown" }), [4]);
  const { id, error, ...rest } = letters.list()[3]!;
  assertEquals([rest, error.code], [{ source: "a", payload: 4, attempts: 3, addedAtMs: 5 }, "dead_letter_unknown"]);
  assertStrictEquals(letters.get(id), letters.list()[3]);
  assertEquals([letters.remove(id), letters.remove(id), letters.size], [true, false, 3]);
});

Deno.test("DeadLetterQueue drops the oldest that nobody is trying, or refuses, when it is full", async () => {
  const letters = new DeadLetterQueue<number>({ maxLetters: 2 }), calls = new ScriptedCalls();
  const [first] = [1, 2].map((payload) => letters.add(work(payload)));
  const run = letters.retry(
    first!,
    (_, { signal }) => calls.fn({ signal: signal ?? new AbortController().signal, attempt: 1 }),
  );
  letters.add(work(3));
  assertEquals([letters.list().map(({ payload }) => payload), letters.dropped], [[1, 3], 1]);
  calls.at(0).succeed("done");
  assertEquals([await run, letters.size], ["done", 1]);
  const strict = new DeadLetterQueue<number>({ maxLetters: 1, overflow: "refuse" });
  assert(strict.add(work(1)) !== undefined);
  assertEquals([strict.add(work(2)), strict.dropped, strict.size], [undefined, 1, 1]);
});

Deno.test("DeadLetterQueue.retry() takes out what succeeds, keeps what fails, and tries a letter once at a time", async () => {
  const letters = new DeadLetterQueue<number>(), calls = new ScriptedCalls();
  const id = letters.add(work(1))!;
  const handler = () => calls.fn({ signal: new AbortController().signal, attempt: 1 });
  const run = watch(letters.retry(id, handler));
  await settle();
  await assertRejects(() => letters.retry(id, handler), DeadLetterError, "being retried already");
  calls.at(0).fail(new RangeError("still"));
  await settle();
  assert(run.outcome !== "pending" && "error" in run.outcome);
  assertEquals([letters.get(id)?.error.name, letters.get(id)?.attempts], ["RangeError", 2]);
  await assertRejects(
    () => letters.retry(id, handler, { signal: AbortSignal.abort(new Error("gone")) }),
    Error,
    "gone",
  );
  assertEquals(await letters.retry(id, ({ payload }) => payload + 1), 2);
  await assertRejects(() => letters.retry(id, handler), DeadLetterError, "has none of this id");
  const other = letters.add(work(2))!, removed = watch(letters.retry(other, handler));
  letters.remove(other);
  calls.at(-1).fail(new Error("down"));
  await settle();
  assert(removed.outcome !== "pending");
  assertEquals(letters.size, 0, "what is removed meanwhile does not come back");
});

Deno.test("DeadLetterQueue.retry() leaves a letter as it was when it is called off, and counts what fails by itself", async () => {
  const letters = new DeadLetterQueue<number>(), abort = new AbortController();
  const id = letters.add(work(1))!, before = letters.get(id);
  const obedient = (_: unknown, { signal }: { readonly signal: AbortSignal | undefined }) =>
    new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  for (const options of [{}, { timeoutMs: 10_000 }]) {
    const stop = new AbortController();
    const run = watch(letters.retry(id, obedient, { ...options, signal: stop.signal }));
    const all = letters.retryAll(obedient, { ...options, signal: stop.signal });
    await settle();
    stop.abort();
    await settle();
    assertEquals(run.outcome, { error: stop.signal.reason });
    assertEquals([letters.get(id), (await all).skipped], [before, [id]]);
  }
  const all = letters.retryAll(obedient, abort);
  abort.abort();
  assertEquals([(await all).failed, letters.get(id)], [[id], before]);
  await letters.retry(id, () => Promise.reject(new RangeError("still")), new AbortController()).catch(() => {});
  assertEquals([letters.get(id)?.attempts, letters.get(id)?.error.name, timers.size], [2, "RangeError", 0]);
});

Deno.test("DeadLetterQueue.exportLines() names the letter and field of what JSON would leave out or change", () => {
  class Secret {
    readonly #value = 1;
    get value(): number {
      return this.#value;
    }
  }
  const unsayable = [
    () => 1,
    Symbol("s"),
    1n,
    NaN,
    -Infinity,
    new Map([[1, 2]]),
    new Set([1]),
    new Date(NaN),
    /x/,
    new Error("x"),
    Promise.resolve(1),
    new ArrayBuffer(8),
    new Secret(),
    [undefined],
  ];
  for (const value of unsayable) {
    const field = Array.isArray(value) ? ".0" : "";
    for (const [payload, path] of [[value, "payload"], [{ a: [{ b: value }] }, "payload.a.0.b"]] as const) {
      const letters = new DeadLetterQueue<unknown>();
      letters.add({ source: "s", payload, error: 1 });
      const message = `Cannot export dead letter 1 from "s": JSON cannot say its ${path}${field}; remove it`;
      assertThrows(() => letters.exportLines(), TypeError, message);
    }
  }
  const timeless = new DeadLetterQueue<unknown>({ now: () => NaN });
  timeless.add({ source: "s", payload: 1, error: 1 });
  assertThrows(() => timeless.exportLines(), TypeError, "JSON cannot say its addedAtMs");
  const circle: { self?: unknown } = {};
  circle.self = circle;
  const letters = new DeadLetterQueue<unknown>();
  letters.add({ source: "s", payload: circle, error: 1 });
  assertThrows(() => letters.exportLines(), TypeError, "JSON cannot say its payload");
});

Deno.test("DeadLetterQueue.exportLines() writes what JSON says in its own way", () => {
  const letters = new DeadLetterQueue<unknown>(), shared = { a: 1 };
  class Point {
    readonly x = 1;
  }
  const payload = { none: undefined, at: new Date(0), url: new URL("a:b"), empty: {}, bare: Object.create(null) };
  for (const each of [undefined, null, payload, new Point(), [shared, shared, []]]) {
    letters.add({ source: "s", payload: each, error: 1 });
  }
  const copy = new DeadLetterQueue<unknown>();
  copy.importLines(letters.exportLines());
  assertEquals(copy.list().map(({ payload }) => payload), [
    undefined,
    null,
    { at: "1970-01-01T00:00:00.000Z", url: "a:b", empty: {}, bare: {} },
    { x: 1 },
    [shared, shared, []],
  ]);
});

Deno.test("DeadLetterQueue.retryAll() tries each letter once, so many at once, and none after an abort", () =>
  fc.assert(fc.asyncProperty(
    fc.array(fc.boolean(), { maxLength: 20 }),
    fc.integer({ min: 1, max: 5 }),
    fc.nat(25),
    async (good, concurrency, abortAfter) => {
      const letters = new DeadLetterQueue<number>(), abort = new AbortController();
      const ids = good.map((_, payload) => letters.add(work(payload))!);
      let running = 0, most = 0, begun = 0;
      const { succeeded, failed, skipped } = await letters.retryAll(async ({ payload }) => {
        if (++begun === abortAfter) abort.abort();
        most = Math.max(most, ++running);
        await settle();
        running--;
        if (!good[payload]) throw new Error("again");
      }, { concurrency, signal: abort.signal });
      assert(most <= concurrency);
      assertEquals([...succeeded, ...failed, ...skipped].sort((a, b) => a - b), ids);
      assertEquals(succeeded.length + failed.length, begun);
      assertEquals(letters.list().map(({ id }) => id), ids.filter((id) => !succeeded.includes(id)));
      if (abortAfter === 0 || abortAfter > ids.length) {
        assertEquals(
          succeeded.length,
          good.filter((well) => well).length,
        );
      }
    },
  )));

Deno.test("DeadLetterQueue.retry() and retryAll() tell a handler that takes too long, and keep its letter", () =>
  withFakeTime(async (tick) => {
    const letters = new DeadLetterQueue<number>();
    const id = letters.add(work(1))!;
    const obedient = (_: unknown, { signal }: { readonly signal: AbortSignal | undefined }) =>
      new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const late = assertRejects(() => letters.retry(id, obedient, { timeoutMs: 10 }), CallTimeoutError, "within 10 ms");
    await tick(11);
    await late;
    assertEquals([letters.get(id)?.error.code, letters.get(id)?.attempts], ["call_timeout", 2]);
    const all = letters.retryAll(obedient, { timeoutMs: 20 });
    await tick(21);
    assertEquals([(await all).failed, letters.get(id)?.attempts], [[id], 3]);
    assertEquals([await letters.retry(id, ({ payload }) => payload, { timeoutMs: 5 }), letters.size], [1, 0]);
    await assertRejects(() => letters.retry(id, obedient, { timeoutMs: 0 }), RangeError);
    await assertRejects(() => letters.retryAll(obedient, { timeoutMs: -1 }), RangeError);
    assertEquals(timers.size, 0);
  }));

Deno.test("DeadLetterQueue exports lines that another imports as they were", () =>
  fc.assert(fc.property(
    fc.array(
      fc.record({
        source: fc.string(),
        payload: fc.jsonValue(),
        message: fc.string(),
        attempts: fc.integer({ min: 1, max: 9 }),
      }),
    ),
    (list) => {
      const letters = new DeadLetterQueue<unknown>(), copy = new DeadLetterQueue<unknown>();
      for (const { message, ...rest } of list) {
        letters.add({ ...rest, error: new Error(message, { cause: new TypeError("why", { cause: message }) }) });
      }
      const text = letters.exportLines();
      assertEquals(text.split("\n").length, list.length + 1);
      assertEquals(copy.importLines(`${text}\n\n`).length, list.length);
      assertEquals(copy.exportLines(), text);
    },
  )));

Deno.test("DeadLetterQueue.importLines() adds nothing if a line is broken, and says which", () => {
  const letters = new DeadLetterQueue<unknown>();
  letters.add({ source: "a", payload: 1, error: new Error("down") });
  const line = letters.exportLines(), before = letters.size;
  const broken: [string, string][] = [
    ["{", "line 2 is no JSON"],
    ["7", "line 2, source: wanted a text, found undefined"],
    [line.replace('"attempts":1', '"attempts":0'), "line 2, attempts: wanted an integer of at least 1, found 0"],
    [line.replace('"name":"Error"', '"name":5'), "line 2, error"],
    [line.replace('"addedAtMs":', '"addedAt":'), "line 2, addedAtMs"],
  ];
  for (const [text, message] of broken) {
    assertThrows(() => letters.importLines(`${line}${text}`), SyntaxError, message);
  }
  const numbers = new DeadLetterQueue<number>();
  const parse = (payload: unknown) => {
    if (typeof payload === "number") return payload + 1;
    throw new TypeError("no number");
  };
  assertThrows(() => numbers.importLines(line.replace('"payload":1', '"payload":"x"'), parse), TypeError, "no number");
  assertEquals([letters.size, numbers.importLines(line, parse).length, numbers.list()[0]?.payload], [before, 1, 2]);
  letters.add({ source: "b", payload: 1n, error: 1 });
  assertThrows(() => letters.exportLines(), TypeError, 'Cannot export dead letter 2 from "b"');
});

Deno.test("serializeError() keeps what JSON can say of anything, within bounds", () => {
  let deep: unknown = "root";
  for (let i = 0; i < 50; i++) deep = new Error("x".repeat(5000), { cause: deep });
  const text = JSON.stringify(serializeError(deep));
  assertEquals(text.split('"cause"').length - 1, 8);
  assert(text.length < 9 * 11_000);
  const loop = new Error("loop");
  loop.cause = loop;
  assert(JSON.stringify(serializeError(loop)).length > 0);
  for (const thrown of [undefined, null, 7, Symbol("s"), { a: 1 }, 1n, () => {}]) {
    assertEquals(serializeError(thrown).name, "NonError");
  }
  const hostile = new Proxy(new Error("x"), {
    get: () => {
      throw new Error("do not look");
    },
  });
  assertEquals(serializeError(hostile).name, "NonError");
  assertEquals(serializeError({ a: 1 }).message, '{"a":1}');
});

Deno.test("workOf() keeps of an agent's dead letter what is needed to run it again", () => {
  const error = new Error("down");
  const letter = { agent: "report", state: "load", error, attempts: 2, payload: 5, variables: { a: 1 } };
  assertEquals(workOf(letter), {
    source: "report/load",
    payload: { payload: 5, variables: { a: 1 } },
    error,
    attempts: 2,
  });
});

Deno.test("DeadLetterQueue refuses what is out of range", () => {
  assertThrows(() => new DeadLetterQueue({ maxLetters: 0 }), RangeError, "deadLetters.maxLetters");
  // @ts-expect-error: no such rule
  assertThrows(() => new DeadLetterQueue({ overflow: "drop" }), RangeError, "deadLetters.overflow");
  const add = () => new DeadLetterQueue<number>().add({ ...work(1), attempts: 0 });
  assertThrows(add, RangeError, "attempts of a dead letter");
});
