import { assert, assertEquals, assertRejects } from "@std/assert";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { AgentPool } from "./agent_pool.ts";
import type { AgentPoolOptions } from "./agent_pool_options.ts";
import { DrainDeadlineError, RemoteTaskError, WorkerCrashedError } from "./pool_error.ts";

const module = new URL("./testdata/tasks.ts", import.meta.url);

function poolOf<Input, Output>(exportName: string, options?: AgentPoolOptions): AgentPool<Input, Output> {
  return new AgentPool<Input, Output>({ module, exportName }, options);
}

/** Waits until a Worker has begun. */
async function begun(seen: Int32Array): Promise<void> {
  const keepsAlive = setInterval(() => {}, 1_000); // waitAsync alone does not
  await Atomics.waitAsync(seen, 0, 0).value;
  clearInterval(keepsAlive);
}

Deno.test("AgentPool runs an exported function in Workers, passes on what it throws, and says what is not there", async () => {
  const pool = poolOf<number, number>("double", { max: 2 }),
    failing = poolOf<string, never>("fail"),
    missing = poolOf("unknown");
  assertEquals(await Promise.all([1, 2, 3, 4, 5].map((n) => pool.run(n))), [2, 4, 6, 8, 10]);
  const error = await assertRejects(() => failing.run("planted"), RemoteTaskError, "planted");
  assertEquals([error.code, error.remoteName, error.remoteStack?.includes("tasks.ts")], [
    "remote_task_failed",
    "TypeError",
    true,
  ]);
  await assertRejects(() => missing.run(1), RemoteTaskError, 'with "unknown"');
  assertEquals((await pool.drain()).completed, 5);
  assertEquals((await failing.drain()).failed, 1);
  await missing.drain();
});

Deno.test("AgentPool passes on what is no error, and its Worker goes on", async () => {
  const pool = poolOf<number, never>("failOddly", { max: 1 });
  for (const n of [1, 2]) {
    const error = await assertRejects(() => pool.run(n), RemoteTaskError);
    assertEquals([error.message, error.remoteName], ["{}", "NonError"]);
  }
  const { failed, crashes } = await pool.drain();
  assertEquals({ failed, crashes }, { failed: 2, crashes: 0 });
});

Deno.test("AgentPool runs a user's own entry", async () => {
  const pool = new AgentPool<number, number>({ entry: new URL("./testdata/entry.ts", import.meta.url) });
  assertEquals(await pool.run(41), 42);
  await pool.drain();
});

Deno.test("AgentPool moves buffers there and back", async () => {
  const pool = poolOf<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>("increment"), bytes = new Uint8Array([1, 2, 3]);
  const answer = await pool.run(bytes, { transfer: [bytes.buffer] });
  assertEquals([bytes.byteLength, [...answer]], [0, [2, 3, 4]]);
  await pool.drain();
});

Deno.test("AgentPool replaces a Worker that crashes in mid-work, and begins its task anew as often as it may", async () => {
  const input = { calls: new Int32Array(new SharedArrayBuffer(4)), crashes: 2 };
  const pool = poolOf<typeof input, number>("crash", { max: 1, crashRetries: 2 });
  assertEquals(await pool.run(input), 3);
  assertEquals(await pool.run(input), 4, "the last one is still of use");
  const { completed, crashes, failed } = await pool.drain();
  assertEquals({ completed, crashes, failed }, { completed: 2, crashes: 2, failed: 0 });
});

Deno.test("AgentPool begins a task anew ahead of those that wait, and never one whose input was moved", async () => {
  const input = { calls: new Int32Array(new SharedArrayBuffer(4)), crashes: 1 };
  const pool = poolOf<typeof input, number>("crash", { max: 1, crashRetries: 5 });
  assertEquals(await Promise.all([pool.run(input), pool.run(input)]), [2, 3]);
  Atomics.store(input.calls, 0, 0);
  const error = await assertRejects(() => pool.run(input, { transfer: [new ArrayBuffer(8)] }), WorkerCrashedError);
  assertEquals([error.attempts, Atomics.load(input.calls, 0)], [1, 1]);
  assertEquals((await pool.drain()).crashes, 2);
});

Deno.test("AgentPool reports a crash when the task may not run again; the next one runs on another Worker", async () => {
  const input = { calls: new Int32Array(new SharedArrayBuffer(4)), crashes: 1 };
  const pool = poolOf<typeof input, number>("crash", { max: 1 });
  const crashing = pool.run(input), next = pool.run(input);
  const error = await assertRejects(() => crashing, WorkerCrashedError, "planted in call 1");
  assertEquals([error.attempts, await next], [1, 2]);
  const { completed, crashes, failed } = await pool.drain();
  assertEquals({ completed, crashes, failed }, { completed: 1, crashes: 1, failed: 1 });
});

Deno.test("AgentPool takes a Worker that closes itself, or exits, for one that crashed", async () => {
  for (const by of ["close", "exit"] as const) {
    const input = { calls: new Int32Array(new SharedArrayBuffer(4)), by };
    const retrying = poolOf<typeof input, number>("endItself", { max: 1, crashRetries: 1 });
    assertEquals(await retrying.run(input), 2);
    const { completed, crashes } = await retrying.drain();
    assertEquals({ completed, crashes }, { completed: 1, crashes: 1 });
    const reporting = poolOf<typeof input, number>("endItself", { max: 1 });
    Atomics.store(input.calls, 0, 0);
    await assertRejects(() => reporting.run(input), WorkerCrashedError, "it closed itself");
    assertEquals((await reporting.drain()).failed, 1);
  }
});

Deno.test("AgentPool makes no task pay for a Worker that broke while it had nothing to do", async () => {
  const pool = poolOf<number, number>("breakLater", { max: 1 });
  for (const n of [1, 2]) {
    assertEquals(await pool.run(n), n);
    while (pool.snapshot().idle > 0) await nextTurn();
    const { lastCrash } = pool.snapshot();
    assert(lastCrash?.includes("tasks.ts") && lastCrash.includes("planted after the answer"), lastCrash);
  }
  const { completed, failed, crashes } = await pool.drain();
  assertEquals({ completed, failed, crashes }, { completed: 2, failed: 0, crashes: 2 });
});

Deno.test("AgentPool aborts a task in its Worker, which is of use again; a deaf one is ended and replaced", async () => {
  type Input = { readonly seen: Int32Array; readonly isDeaf: boolean };
  const pool = poolOf<Input, string>("wait", { max: 1, graceMs: 30_000 }),
    deaf = poolOf<Input, string>("wait", { max: 1, graceMs: 1 });
  for (const [tasks, isDeaf] of [[pool, false], [deaf, true]] as const) {
    const abort = new AbortController(), seen = new Int32Array(new SharedArrayBuffer(4));
    const run = tasks.run({ seen, isDeaf }, { signal: abort.signal });
    await begun(seen);
    abort.abort(new Error("enough"));
    await assertRejects(() => run, Error, "enough");
    const { crashes, cancelled } = await tasks.drain();
    assertEquals({ crashes, cancelled }, { crashes: isDeaf ? 1 : 0, cancelled: 1 });
  }
  assertEquals(timers.size, 0);
});

Deno.test("AgentPool.drain() ends Workers in mid-work at its deadline", async () => {
  const seen = new Int32Array(new SharedArrayBuffer(4));
  const pool = poolOf<{ readonly seen: Int32Array; readonly isDeaf: boolean }, string>("wait", { max: 1 });
  const run = assertRejects(() => pool.run({ seen, isDeaf: true }), DrainDeadlineError);
  await begun(seen);
  const { cancelled, crashes, unfinished } = await pool.drain({ deadlineMs: 1 });
  assertEquals({ cancelled, crashes }, { cancelled: 1, crashes: 0 });
  assertEquals(unfinished.map(({ state, attempts, input }) => [state, attempts, input.isDeaf]), [["running", 1, true]]);
  await run;
  assertEquals(timers.size, 0);
});

Deno.test("AgentPool hands an input that cannot be copied back as an error, and its Worker goes on", async () => {
  const pool = poolOf<unknown, number>("double", { max: 1 });
  await assertRejects(() => pool.run(() => {}), DOMException);
  assertEquals(await pool.run(2), 4);
  assertEquals((await pool.drain()).crashes, 0);
});

Deno.test("AgentPool runs an exported agent in Workers: its outputs are the answer, its failure the error", async () => {
  const pool = poolOf<{ n: number }, { doubled: number }>("doubler", { max: 1 });
  assertEquals(await pool.run({ n: 21 }), { doubled: 42 });
  const error = await assertRejects(() => pool.run({ n: -1 }), RemoteTaskError, "planted in an agent");
  assertEquals(error.remoteName, "StateFailedError");
  await pool.drain();
  const odd = poolOf("nothing");
  await assertRejects(() => odd.run(1), RemoteTaskError, "expected an exported function or agent, found number");
  await odd.drain();
});

Deno.test("AgentPool says what to do about a module or an entry that is not there", async () => {
  const absent = new URL("./testdata/absent.ts", import.meta.url);
  const noModule = new AgentPool<number, number>({ module: absent, exportName: "double" });
  await assertRejects(() => noModule.run(1), RemoteTaskError, "--include");
  const noEntry = new AgentPool<number, number>({ entry: absent });
  const error = await assertRejects(() => noEntry.run(1), WorkerCrashedError, "its Worker did not start");
  assert(error.message.includes("absent.ts") && error.message.includes("--include"), error.message);
  for (const pool of [noModule, noEntry]) assertEquals((await pool.drain()).failed, 1);
  const idle = new AgentPool<number, number>({ entry: absent }, { min: 1 });
  while (idle.snapshot().lastCrash === undefined) await nextTurn();
  assert(idle.snapshot().lastCrash?.includes("absent.ts"));
  assertEquals([idle.size, (await idle.drain()).crashes, timers.size], [0, 1, 0]);
});
