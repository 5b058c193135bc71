/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />
import type { SharedHandle } from "../handle.ts";
import { SharedMutex } from "../mutex.ts";
import type { Order, Report } from "./orders.ts";

/** What every primitive looks like to a Worker that is told what to do. */
interface Tool {
  readonly take: () => Promise<Taken>;
  readonly takeBlocking: (timeoutMs?: number) => Taken;
  readonly tryTake: () => Taken | undefined;
}

interface Taken {
  readonly ownerDied: boolean;
  release(): void;
}

let tool: Tool | undefined, taken: Taken | undefined;

function open(handle: SharedHandle): Tool {
  if (handle.type === "mutex") {
    const mutex = SharedMutex.attach({ ...handle, type: handle.type });
    return {
      take: () => mutex.acquire(),
      takeBlocking: (timeoutMs) => mutex.acquireBlocking(timeoutMs === undefined ? undefined : { timeoutMs }),
      tryTake: () => mutex.tryAcquire(),
    };
  }
  throw new Error(`nobody knows how to use a ${handle.type}`);
}

async function obey(order: Order): Promise<Report> {
  if (order.handle !== undefined) tool = open(order.handle);
  if (tool === undefined) throw new Error("attach first");
  switch (order.task) {
    case "take":
      taken = await tool.take();
      return { ownerDied: taken.ownerDied };
    case "take blocking":
      taken = tool.takeBlocking(order.timeoutMs);
      return { ownerDied: taken.ownerDied };
    case "release":
      taken?.release();
      return {};
    case "hammer":
      return await hammer(tool, order);
    default:
      return {};
  }
}

/** Adds 1 in two steps, `count` times, taking its turn in every way. */
async function hammer(tool: Tool, { count = 0, counts }: Order): Promise<Report> {
  if (counts === undefined) throw new Error("there is nothing to count in");
  const sum = new Int32Array(counts);
  for (let i = 0; i < count; i++) {
    const way = i % 64;
    const taken = way === 0 ? await tool.take() : (way % 2 === 0 ? tool.tryTake() : undefined) ?? tool.takeBlocking();
    sum[0] = sum[0]! + 1; // plain: right only if nobody else is here
    taken.release();
  }
  return { count };
}

self.addEventListener("message", (event) => {
  if (!(event instanceof MessageEvent)) return;
  obey(event.data).then(
    (report) => self.postMessage(report),
    (error) => self.postMessage({ error: String(error?.stack ?? error) }),
  );
});
