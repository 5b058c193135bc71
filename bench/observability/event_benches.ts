/**
 * Events, to nobody and to handlers.
 *
 * @module
 */

import { EventBus } from "../../src/observability/events/mod.ts";
import type { DefineBenchmark } from "../../src/measure/definition.ts";

interface Jobs {
  readonly "job.done": number;
}

/** Defines them. */
export function benchEvents(bench: DefineBenchmark): void {
  bench("Event Manager Emit", { setup: () => new EventBus<Jobs>() }, (bus) => {
    const before = bus.sequence;
    bus.emit("job.done", before);
    return bus.sequence === before + 1;
  });

  bench("Event Manager with Handlers", {
    params: { handlers: [1, 5] },
    setup: ({ handlers }) => {
      const heard = { jobs: 0, sum: 0 }, bus = new EventBus<Jobs>();
      for (let n = 0; n < handlers; n++) {
        bus.on("job.done", (job) => {
          heard.jobs++;
          heard.sum += job;
        });
      }
      return { bus, heard };
    },
  }, ({ bus, heard }, { handlers }) => {
    const { jobs, sum } = heard;
    bus.emit("job.done", 1);
    return heard.jobs === jobs + handlers && heard.sum === sum + handlers;
  });
}
