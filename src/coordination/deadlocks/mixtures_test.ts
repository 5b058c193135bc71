import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Mutex } from "../mutex.ts";
import { Quota } from "../quota.ts";
import { ReadWriteLock } from "../read_write_lock.ts";
import { Semaphore } from "../semaphore.ts";
import { DeadlockError, detectDeadlocks, uniqueOwner } from "./mod.ts";

/** One line of work: what it asks for, in order. */
interface Script {
  readonly asks: readonly { readonly target: number; readonly share: number; readonly pause: boolean }[];
}

const scripts = fc.array(
  fc.record({
    asks: fc.array(
      fc.record({
        target: fc.integer({ min: 0, max: 5 }),
        share: fc.integer({ min: 1, max: 3 }),
        pause: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
  }),
  { minLength: 2, maxLength: 6 },
);

/** Runs all scripts at once over five locks and a quota; each keeps what it got until it ends or is refused. */
async function play(all: readonly Script[]): Promise<{ readonly refused: number }> {
  const semaphore = new Semaphore(3), quota = new Quota(4), readWrite = new ReadWriteLock();
  const locks = [new Mutex(), new Mutex(), new Mutex()];
  let refused = 0;
  await Promise.all(all.map(async ({ asks }, index) => {
    const owner = uniqueOwner(`${index}`), held: Disposable[] = [], targets = new Set<number>();
    try {
      for (const { target, share, pause } of asks) {
        if (targets.has(target)) continue; // re-entry is refused anyway
        targets.add(target);
        if (pause) await nextTurn();
        const lock = locks[target];
        if (lock !== undefined) held.push(await lock.acquire({ owner }));
        else if (target === 3) held.push(await semaphore.acquire(share, { owner }));
        else if (target === 5) held.push(await quota.acquire(share, { owner }));
        else held.push(await (share === 1 ? readWrite.read({ owner }) : readWrite.write({ owner })));
      }
    } catch (error) {
      assertInstanceOf(error, DeadlockError);
      refused++;
    } finally {
      for (const guard of held.reverse()) guard[Symbol.dispose]();
    }
  }));
  assertEquals([semaphore.snapshot().holders, readWrite.snapshot().waiters, quota.used], [[], [], 0]);
  return { refused };
}

Deno.test("detectDeadlocks() lets every mixture of locks come to an end, and refuses nobody without need", async () => {
  let circles = 0;
  await fc.assert(
    fc.asyncProperty(scripts, async (all) => {
      using detector = detectDeadlocks({ refuse: "youngest" });
      const { refused } = await play(all); // would hang on any circle that was missed
      assertEquals(refused, detector.found);
      assertEquals(detector.waiting, 0);
      circles += refused;
      const inOrder = all.map(({ asks }) => ({ asks: [...asks].sort((a, b) => a.target - b.target) }));
      assertEquals((await play(inOrder)).refused, 0);
    }),
    { numRuns: 300 },
  );
  assert(circles > 20, `only ${circles}`);
});
