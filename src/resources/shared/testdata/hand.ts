import { HiredWorker } from "../../../coordination/shared/testdata/hired_worker.ts";
import type { SharedResourcePool } from "../mod.ts";
import type { KINDS, Order, Report } from "./orders.ts";

/** A Worker that is attached to a pool. */
export class Hand extends HiredWorker<Order, Report> {
  /** Names it in the pool. */
  thread = 0;

  /** Starts one. */
  static async hire(pool: SharedResourcePool<typeof KINDS[number]>): Promise<Hand> {
    const hand = new Hand(new URL("./pool_worker.ts", import.meta.url));
    hand.thread = Number((await hand.tell({ task: "attach", handle: pool.handle })).thread);
    return hand;
  }
}
