import { assert, assertEquals, assertRejects } from "@std/assert";
import { timers } from "../reliability/timer_wheel.ts";
import { LOCK_KINDS } from "./testdata/lock_kinds.ts";

/** How many hand-offs each lock makes; `LOCK_SOAK_HANDOFFS=10000000` takes about a minute. */
const HANDOFFS = Number(Deno.env.get("LOCK_SOAK_HANDOFFS") ?? 200_000);
const TASKS = 16;
/** Some bytes a hand-off by default, far less than anything that a wait could leave behind. */
const MOST_GROWTH_BYTES = 1_500_000;

for (const { kind, make } of LOCK_KINDS) {
  Deno.test(`${kind} is handed over many times, with waits given up between, without growth of the heap`, async () => {
    const gc: unknown = Reflect.get(globalThis, "gc");
    assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
    const lock = make(), signals = new AbortController();
    let inside = 0, handoffs = 0;
    const work = async (rounds: number, task: number) => {
      for (let i = 0; i < rounds; i++) {
        const abort = i % 100 === 0 ? new AbortController() : undefined;
        const wait = lock.acquire(i % 10 === 1 ? { signal: signals.signal, owner: `${task}` } : undefined);
        const gone = abort === undefined ? undefined : lock.acquire({ signal: abort.signal, timeoutMs: 1e6 });
        const guard = await wait;
        assertEquals(++inside, 1);
        handoffs++;
        await undefined;
        abort?.abort();
        inside--;
        guard.release();
        if (gone !== undefined) await assertRejects(() => gone);
      }
    };
    const run = (rounds: number) => Promise.all(Array.from({ length: TASKS }, (_, task) => work(rounds, task)));
    await run(500);
    gc();
    const before = Deno.memoryUsage().heapUsed;
    handoffs = 0;
    await run(Math.ceil(HANDOFFS / TASKS));
    gc();
    const grownBytes = Deno.memoryUsage().heapUsed - before;
    assert(grownBytes < MOST_GROWTH_BYTES, `${grownBytes} bytes after ${handoffs} hand-offs`);
    const { holders, waiters, totals } = lock.snapshot();
    assertEquals([holders, waiters, timers.size], [[], [], 0]);
    assert(totals.waits > handoffs / 2 && totals.aborts > 0, "it was contended, and some gave up");
  });
}
