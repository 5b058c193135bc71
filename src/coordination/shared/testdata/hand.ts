import type { SharedHandle } from "../handle.ts";
import { HiredWorker } from "./hired_worker.ts";
import type { Order, Report } from "./orders.ts";

/** A Worker that is attached to a primitive. */
export class Hand extends HiredWorker<Order, Report> {
  /** Starts one. */
  static async hire(handle: SharedHandle, name?: string): Promise<Hand> {
    const hand = new Hand(new URL("./shared_worker.ts", import.meta.url), name);
    await hand.tell({ task: "attach", handle });
    return hand;
  }
}
