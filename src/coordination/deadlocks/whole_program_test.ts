import { assertEquals } from "@std/assert";
import { Bulkhead } from "../../reliability/bulkhead.ts";
import { timers } from "../../reliability/timer_wheel.ts";
import { AgentPool } from "../agent_pool/agent_pool.ts";
import { Channel } from "../channel.ts";
import { ConditionVariable } from "../condition_variable.ts";
import { KeyedMutex } from "../keyed_mutex.ts";
import { LeaseLock } from "../lease_lock.ts";
import { Mutex } from "../mutex.ts";
import { Quota } from "../quota.ts";
import { TokenBucket } from "../rate_limits/token_bucket.ts";
import { ReadWriteLock } from "../read_write_lock.ts";
import { Semaphore } from "../semaphore.ts";
import { WorkProcessor } from "../work/work_processor.ts";
import { WorkQueue } from "../work/work_queue.ts";
import { detectDeadlocks, uniqueOwner } from "./mod.ts";

for (const assume of ["tasks", "nothing"] as const) {
  Deno.test(`detectDeadlocks() that assumes ${assume} accuses nobody in a shop that uses all there is, in order`, async () => {
    using detector = detectDeadlocks({ refuse: "youngest", assume });
    const stock = new KeyedMutex(), ledger = new ReadWriteLock(), leader = new LeaseLock({ ttlMs: 60_000 });
    const money = new Quota(8, { ownerLimit: 6 }),
      presses = new Semaphore(2),
      calls = new Bulkhead({
        maxConcurrency: 2,
        maxQueue: 100,
      });
    const rate = new TokenBucket({ limit: 1_000_000, burst: 10 }), shipped = new Channel<number>(3);
    const counter = new Mutex(), isRoom = new ConditionVariable(counter);
    const printers = new AgentPool<number, number>({
      run: (id) => presses.withPermits(1, () => Promise.resolve(id)),
    }, { max: 3 });
    let parcels = 0, received = 0;
    const orders = new WorkQueue<number>({ capacity: 10 });
    const processor = new WorkProcessor(orders, {
      concurrency: 6,
      retry: { maxRetries: 0 },
      handle: async ({ data: id }) => {
        const owner = uniqueOwner(`order ${id}`), items = new Set([id % 5, id * 3 % 5].toSorted());
        await using locks = new AsyncDisposableStack();
        for (const item of items) locks.use(await stock.acquire(`item ${item}`, { owner }));
        await rate.take();
        locks.use(await money.acquire(1 + id % 5, { owner: `tenant ${id % 4}` }));
        await ledger.withRead(() => Promise.resolve(), { owner });
        await ledger.withWrite(() => Promise.resolve(), { owner });
        await calls.execute(() => leader.withLock(() => Promise.resolve(), { owner }));
        await printers.run(id, { owner });
        await isRoom.withLockWhen(() => parcels < 4, () => parcels++, { owner });
        await shipped.send(id);
      },
    }).start();
    const customer = (async () => {
      for await (const _ of shipped) {
        received++;
        await counter.withLock(() => {
          parcels--;
          isRoom.notify();
        }, { owner: uniqueOwner("customer") });
      }
    })();
    for (let id = 0; id < 60; id++) await orders.add(id);
    orders.close();
    const { succeeded, poisoned } = await processor.drain();
    shipped.close();
    await customer;
    await printers.drain();
    assertEquals([succeeded, poisoned, received], [60, 0, 60]);
    assertEquals([detector.found, detector.suspected, detector.waiting, timers.size], [0, 0, 0, 0]);
  });
}
