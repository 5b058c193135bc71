/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import { parentPort } from "node:worker_threads";
import { WaitTimeoutError } from "../../../coordination/waiter.ts";
import type { SharedPoolHandle } from "../handle.ts";
import { openHandle } from "../handle.ts";
import { FIRST_AT, FREE_LEASE_AT, LAST_AT, WAITERS_AT } from "../layout.ts";
import { SharedLock } from "../lock.ts";
import { type SharedLease, SharedResourcePool } from "../mod.ts";
import { CAPACITY, KINDS, type Order, type Report } from "./orders.ts";
import { Tokens } from "./tokens.ts";

let pool: SharedResourcePool<typeof KINDS[number]> | undefined;
let held: SharedLease<typeof KINDS[number]> | undefined;

function report(message: Report): void {
  if (parentPort !== null) parentPort.postMessage(message);
  else self.postMessage(message);
}

async function obey(order: Order): Promise<void> {
  if (order.task === "attach") pool = SharedResourcePool.attach(order.handle);
  if (pool === undefined) throw new Error("attach first");
  switch (order.task) {
    case "attach":
      return report({ thread: pool.thread });
    case "hold":
      held = await pool.acquire(order.request);
      return report({ id: held.id });
    case "release":
      held?.release();
      return report({});
    case "block":
      report({});
      held = pool.acquireBlocking(order.request);
      return report({ id: held.id });
    case "wait":
      report({});
      held = await pool.acquire(order.request);
      return report({ id: held.id });
    case "compute":
      report({});
      for (const endMs = performance.now() + order.ms; performance.now() < endMs;);
      return report({});
    case "die inside":
      return dieInside(pool, order.handle);
    case "close":
      return self.close();
    case "exit":
      return Deno.exit(0);
    case "throw":
      setTimeout(() => {
        throw new Error("on purpose");
      });
      return;
    case "hammer":
      return report(await hammer(pool, order));
  }
}

/** Leaves the lock taken and the books in disorder, as a thread that dies between two writes. */
function dieInside(
  pool: SharedResourcePool<typeof KINDS[number]>,
  handle: SharedPoolHandle<typeof KINDS[number]>,
): void {
  const { words, ints, doubles, layout } = openHandle(handle);
  const lock = new SharedLock(words, pool.thread, { isDead: () => false });
  if (!lock.take()) throw new Error("somebody else has died inside");
  doubles[layout.freeAt] = 1e9;
  doubles[layout.setAsideAt] = -7;
  for (const at of [WAITERS_AT, FREE_LEASE_AT, FIRST_AT, LAST_AT]) ints[at] = 3;
  self.close();
}

/** Acquires and releases in every way, at random, for a while. */
async function hammer(
  pool: SharedResourcePool<typeof KINDS[number]>,
  order: Order & { task: "hammer" },
): Promise<Report> {
  const tokens = new Tokens(KINDS.length, 16, order.tokens), { name } = order;
  let seed = name * 7919, grants = 0, timeouts = 0, aborts = 0, refusals = 0;
  const random = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return (seed >>> 8) % below;
  };
  const use = (lease: SharedLease<typeof KINDS[number]>) => {
    const claimed = KINDS.flatMap((kind, place) =>
      tokens.claim(place, lease.amounts[kind] ?? 0, { capacity: CAPACITY[kind], name })
    );
    grants++;
    return claimed;
  };
  const endMs = performance.now() + order.ms;
  while (performance.now() < endMs) {
    const request = {
      cpu: 1 + random(random(8) === 0 ? CAPACITY.cpu : 2),
      ...(random(3) === 0 ? { memoryMb: 1 + random(CAPACITY.memoryMb) } : {}),
      ...(random(5) === 0 ? { gpu: 1 } : {}),
    };
    let lease: SharedLease<typeof KINDS[number]> | undefined;
    try {
      const way = random(6);
      if (way === 0) lease = pool.tryAcquire(request);
      else if (way === 1) lease = pool.acquireBlocking(request, { timeoutMs: random(2) });
      else if (way === 2) lease = pool.acquireBlocking(request);
      else if (way === 3) lease = await pool.acquire(request, { timeoutMs: 1 + random(3) });
      else if (way === 4) lease = await pool.acquire(request);
      else {
        const abort = new AbortController();
        setTimeout(() => abort.abort(new DOMException("enough", "AbortError")), random(3));
        lease = await pool.acquire(request, { signal: abort.signal });
      }
    } catch (error) {
      if (error instanceof WaitTimeoutError) timeouts++;
      else if (error instanceof DOMException && error.name === "AbortError") aborts++;
      else throw error;
    }
    if (lease === undefined) {
      refusals++;
      continue;
    }
    const claimed = use(lease);
    const manner = random(8);
    if (manner === 0) await new Promise((resolve) => setTimeout(resolve, random(2)));
    for (let spin = random(2_000); spin > 0; spin--);
    tokens.giveUp(claimed, name);
    if (manner === 1) pool.release(lease.id);
    lease.release();
    if (manner === 2) {
      for (let again = pool.tryAcquire(request), n = 0; again !== undefined && n < 50; n++) {
        tokens.giveUp(use(again), name);
        again.release();
        again = n < 49 ? pool.tryAcquire(request) : undefined;
      }
    }
  }
  return { grants, timeouts, aborts, refusals };
}

function onMessage(order: Order): void {
  obey(order).catch((error) => report({ error: String(error?.stack ?? error) }));
}

if (parentPort !== null) parentPort.on("message", onMessage);
else {
  self.addEventListener("message", (event) => {
    if (event instanceof MessageEvent) onMessage(event.data);
  });
}
