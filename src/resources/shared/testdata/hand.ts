import type { SharedResourcePool } from "../mod.ts";
import type { KINDS, Order, Report } from "./orders.ts";

/** A Worker that does what it is told, seen from the main thread. */
export class Hand {
  readonly worker = new Worker(new URL("./pool_worker.ts", import.meta.url), { type: "module" });
  /** Names it in the pool. */
  thread = 0;
  readonly #reports: Report[] = [];
  #arrived: (() => void) | undefined = undefined;

  private constructor() {
    this.worker.addEventListener("message", ({ data }) => {
      this.#reports.push(data);
      this.#arrived?.();
    });
    this.worker.addEventListener("error", (event) => event.preventDefault());
  }

  /** Starts a Worker that is attached to the pool. */
  static async hire(pool: SharedResourcePool<typeof KINDS[number]>): Promise<Hand> {
    const hand = new Hand();
    hand.thread = Number((await hand.tell({ task: "attach", handle: pool.handle })).thread);
    return hand;
  }

  /** Gives an order, and waits for its first report. */
  tell(order: Order): Promise<Report> {
    this.order(order);
    return this.report();
  }

  /** Gives an order. */
  order(order: Order): void {
    this.worker.postMessage(order);
  }

  /** Waits for the next report. */
  async report(): Promise<Report> {
    while (this.#reports.length === 0) await new Promise<void>((resolve) => this.#arrived = resolve);
    const report = this.#reports.shift();
    if (report?.error !== undefined) throw new Error(report.error);
    return report ?? {};
  }
}
