/** A Worker that does what it is told, seen from the main thread. */
export class HiredWorker<Order, Report extends { readonly error?: string }> implements Disposable {
  readonly worker: Worker;
  readonly #reports: Report[] = [];
  #arrived: (() => void) | undefined = undefined;

  /** Starts it. */
  constructor(module: URL, name = "hand") {
    this.worker = new Worker(module, { type: "module", name });
    this.worker.addEventListener("message", ({ data }) => {
      this.#reports.push(data);
      this.#arrived?.();
    });
    this.worker.addEventListener("error", (event) => event.preventDefault());
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
    let report = this.#reports.shift();
    for (; report === undefined; report = this.#reports.shift()) {
      await new Promise<void>((resolve) => this.#arrived = resolve);
    }
    if (report.error !== undefined) throw new Error(report.error);
    return report;
  }

  /** Ends the Worker. */
  [Symbol.dispose](): void {
    this.worker.terminate();
  }
}
