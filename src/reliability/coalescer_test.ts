import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { Coalescer } from "./coalescer.ts";
import { settle } from "./testdata/fake_time.ts";
import { ScriptedCalls, watch } from "./testdata/scripted_calls.ts";

const calls = fc.record({
  kind: fc.constantFrom("join", "join", "join", "abort", "abort", "succeed", "fail"),
  key: fc.nat(2),
  n: fc.nat(999),
  sameTurn: fc.boolean(),
});

Deno.test("Coalescer gives each caller the outcome of the run it joined, or its own abort, and aborts a run that all have left", () =>
  fc.assert(fc.asyncProperty(fc.array(calls, { maxLength: 80, size: "max" }), async (script) => {
    const coalescer = new Coalescer(), work = new ScriptedCalls();
    /** The model: for each run its key, who is still there, and whether new callers join it. */
    const runs: { key: number; callers: Set<number>; open: boolean; left: number | undefined }[] = [];
    const aborts: (AbortController | undefined)[] = [], watched: ReturnType<typeof watch<unknown>>[] = [];
    const expected: ({ value: number } | { error: number } | "pending")[] = [];
    for (const { kind, key, n, sameTurn } of script) {
      if (kind === "join") {
        const abort = n % 4 === 0 ? undefined : new AbortController(), id = aborts.push(abort) - 1;
        watched.push(watch(coalescer.execute(work.fn, { key, ...(abort && { signal: abort.signal }) })));
        let run = runs.find((run) => run.open && run.key === key);
        if (run === undefined) runs.push(run = { key, callers: new Set(), open: true, left: undefined });
        run.callers.add(id);
        expected.push("pending");
      } else if (kind === "abort") {
        const id = n % (aborts.length || 1), abort = aborts[id];
        if (abort === undefined) continue;
        const run = runs.find(({ callers }) => callers.has(id));
        abort.abort(id);
        if (run === undefined || expected[id] !== "pending") continue;
        run.callers.delete(id);
        expected[id] = { error: id };
        if (run.callers.size > 0) continue;
        run.open = false;
        run.left = id;
      } else {
        await settle(); // otherwise it is chance whether an abort of this turn comes first
        const at = n % (runs.length || 1), run = runs[at];
        if (run === undefined) continue;
        if (kind === "succeed") work.at(at).succeed(at);
        else work.at(at).fail(at);
        run.open = false;
        for (const id of run.callers) expected[id] = kind === "succeed" ? { value: at } : { error: at };
        run.callers.clear();
        await settle();
      }
      assertEquals(work.list.length, runs.length, "a run for each key that nobody else's was under way for");
      if (sameTurn) continue;
      await settle();
      assertEquals(watched.map(({ outcome }) => outcome), expected);
      assertEquals(coalescer.size, runs.filter(({ open }) => open).length);
      for (const [at, { left }] of runs.entries()) {
        const { signal } = work.at(at).context;
        assertEquals([signal.aborted, signal.aborted ? signal.reason : undefined], [left !== undefined, left]);
      }
    }
    for (const { succeed } of work.list) succeed(0);
    await settle();
    assertEquals(coalescer.size, 0);
  })));

Deno.test("Coalescer refuses a function that asks for its own key when it is called, and shares again afterwards", async () => {
  const coalescer = new Coalescer(), abort = new AbortController();
  for (const inner of [{ key: 1 }, { key: 1, signal: abort.signal }]) {
    for (const outer of [{ key: 1 }, { key: 1, signal: abort.signal }]) {
      const asksItself = () => coalescer.execute(() => coalescer.execute(() => "never called", inner), outer);
      await assertRejects(asksItself, TypeError, "its function asks for its own key and would wait for itself");
      assertEquals(coalescer.size, 0);
    }
  }
  const other = coalescer.execute(() => coalescer.execute(() => "other key", { key: 2 }), { key: 1 });
  assertEquals([await other, await coalescer.execute(() => "again", { key: 1 })], ["other key", "again"]);
  const work = new ScriptedCalls();
  let mine: Promise<unknown> | undefined;
  const handled = coalescer.execute((context) => {
    mine = coalescer.execute(work.fn).catch(() => "refused");
    return work.fn(context);
  });
  const joined = coalescer.execute(work.fn);
  work.at(0).succeed("shared");
  assertEquals([await handled, await joined, await mine, work.list.length], ["shared", "shared", "refused", 1]);
});

Deno.test("Coalescer keeps nothing of a run that has settled, and tells all callers the same failure", async () => {
  const coalescer = new Coalescer(), work = new ScriptedCalls(), error = new Error("down");
  const both = [watch(coalescer.execute(work.fn)), watch(coalescer.execute(work.fn))];
  work.at(0).fail(error);
  await settle();
  assertEquals(both.map(({ outcome }) => outcome), [{ error }, { error }]);
  assertEquals([await coalescer.execute(() => "again"), coalescer.size], ["again", 0]);
  const thrown = await assertRejects(() =>
    coalescer.execute(() => {
      throw error;
    })
  );
  assertStrictEquals(thrown, error);
});

Deno.test("Coalescer aborts no function that has ended, when its callers leave before they have heard", async () => {
  const coalescer = new Coalescer(), abort = new AbortController(), reason = new Error("gone");
  const { promise, resolve } = Promise.withResolvers<string>();
  let seen: AbortSignal | undefined;
  const run = watch(coalescer.execute(({ signal }) => (seen = signal, promise), abort));
  promise.then(() => abort.abort(reason)); // right after the run has ended
  resolve("done");
  await settle();
  assertEquals([run.outcome, seen?.aborted, coalescer.size], [{ error: reason }, false, 0]);
});

Deno.test("Coalescer.keyed() shares the runs of its key, and heeds a caller who aborts while the function is called", async () => {
  const coalescer = new Coalescer(), work = new ScriptedCalls();
  const one = watch(coalescer.keyed("a").execute(work.fn)), two = watch(coalescer.execute(work.fn, { key: "a" }));
  await settle();
  work.at(0).succeed("shared");
  await settle();
  assertEquals([one.outcome, two.outcome, work.list.length], [{ value: "shared" }, { value: "shared" }, 1]);
  const abort = new AbortController(), reason = new Error("changed my mind");
  let seen: AbortSignal | undefined;
  const never = coalescer.execute(({ signal }) => {
    seen = signal;
    abort.abort(reason);
    return new Promise(() => {});
  }, abort);
  assertStrictEquals(await never.catch((error) => error), reason);
  assert(seen?.aborted);
  assertEquals(coalescer.size, 0);
});
