import type { SharedHandle } from "../handle.ts";
import type { Order, Report } from "./orders.ts";

/** A Worker that does what it is told, seen from the main thread. */
export class Hand implements Disposable {
  readonly worker: Worker;
  readonly #reports: Report[] = [];
  #arrived: (() => void) | undefined = undefined;

  private constructor(name: string) {
    this.worker = new Worker(new URL("./shared_worker.ts", import.meta.url), { type: "module", name });
    this.worker.addEventListener("message", ({ data }) => {
      this.#reports.push(data);
      this.#arrived?.();
    });
    this.worker.addEventListener("error", (event) => event.preventDefault());
  }

  /** Starts a Worker that is attached to a primitive. */
  static async hire(handle: SharedHandle, name = "hand"): Promise<Hand> {
    const hand = new Hand(name);
    await hand.tell({ task: "attach", handle });
    return hand;
  }

  /** Gives an order, and waits for the next report. */
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

  /** Ends the Worker. */
  [Symbol.dispose](): void {
    this.worker.terminate();
  }
}
