/**
 * Whether something is really recorded.
 *
 * @module
 */

import { MetricReader } from "@opentelemetry/sdk-metrics";

/** A total that must grow from round to round. */
export class Growth {
  #last = 0;

  /** Fails a benchmark that has recorded nothing since the last time. */
  expect(total: number | undefined): void {
    if (total === undefined || !(total > this.#last)) {
      throw new Error(`Expected that more than ${this.#last} is recorded: found ${total}`);
    }
    this.#last = total;
  }
}

/** Reads what is recorded with OpenTelemetry's SDK whenever it is asked to, and sends it nowhere. */
export class Reader extends MetricReader {
  /** The sum of all series, or how many values the histograms have. */
  async total(): Promise<number> {
    const { resourceMetrics: { scopeMetrics } } = await this.collect();
    let total = 0;
    for (const { dataPoints } of scopeMetrics.flatMap(({ metrics }) => metrics)) {
      for (const { value } of dataPoints) total += typeof value === "number" ? value : value.count;
    }
    return total;
  }

  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }

  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
}
