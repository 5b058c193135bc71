/**
 * Work that waits, is done several at once, tried again, and set aside if that does not help:
 * `deno run examples/work_queue.ts`.
 *
 * @module
 */

import { RetryBudget, WorkProcessor, WorkQueue } from "../mod.ts";

interface Order {
  readonly id: number;
  readonly item: string;
}

/** An order that no further try will mend. */
class UnknownItemError extends Error {}

// Bounded: whoever adds to a full queue waits. What is taken and not acknowledged within visibilityMs comes back.
const orders = new WorkQueue<Order>({ name: "orders", capacity: 100, visibilityMs: 30_000 });
const sent: string[] = [];
let isDown = true;

const processor = new WorkProcessor(orders, {
  concurrency: 2,
  retry: {
    maxRetries: 3,
    initialDelayMs: 10,
    backoff: "decorrelated",
    rules: [{ matches: (error) => error instanceof UnknownItemError, maxRetries: 0 }],
    budget: new RetryBudget({ reserve: 20 }), // to be shared by all that ask the same server
  },
  handle: async ({ data: { id, item } }, signal) => {
    signal.throwIfAborted();
    if (item === "unicorn") throw new UnknownItemError(`nobody sells a ${item}`);
    if (isDown) {
      isDown = false;
      throw new Error("the warehouse does not answer");
    }
    await Promise.resolve();
    sent.push(`${item} for order ${id}`);
  },
}).start();

await orders.add({ id: 1, item: "lamp" }, { key: "order 1" });
const { isDuplicate } = await orders.add({ id: 1, item: "lamp" }, { key: "order 1" }); // while the first is in the queue
await orders.add({ id: 2, item: "unicorn" }, { priority: "high" });
await orders.add({ id: 3, item: "table" }, { delayMs: 20 });

const { succeeded, retried, poisoned } = await processor.drain({ deadlineMs: 60_000 });
console.log(`${succeeded} sent, ${retried} tried again, ${poisoned} set aside; a duplicate: ${isDuplicate}`);
console.log(sent.sort().join("\n"));
for (const { data, attempt, error } of processor.poison.items()) {
  console.log(`order ${data.id}, after ${attempt} attempt: ${error}`);
}

// Prints:
// 2 sent, 1 tried again, 1 set aside; a duplicate: true
// lamp for order 1
// table for order 3
// order 2, after 1 attempt: Error: nobody sells a unicorn
