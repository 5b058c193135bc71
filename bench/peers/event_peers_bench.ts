/**
 * Events beside what else there is.
 *
 * @module
 */

import { EventEmitter as EventEmitter3 } from "eventemitter3";
import mittModule from "mitt";
import { createNanoEvents } from "nanoevents";
import { EventEmitter as Tseep } from "tseep";
import { EventBus } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";

// Its types are those of CommonJS, where the function is a member of what is exported.
const mitt = typeof mittModule === "function" ? mittModule : mittModule.default;

interface Jobs {
  readonly "job.done": number;
}

/** As most emitters have it: by what handlers are called with. */
type JobListeners = { "job.done": (job: number) => void };

/** What handlers do: each must be called, with what was emitted. */
interface Heard {
  sum: number;
}

/** As a bus of fewest words: lists of handlers by name. */
class HandlerLists {
  readonly #lists = new Map<string, ((payload: number) => void)[]>();

  on(name: string, handler: (payload: number) => void): void {
    const list = this.#lists.get(name);
    if (list === undefined) this.#lists.set(name, [handler]);
    else list.push(handler);
  }

  emit(name: string, payload: number): void {
    const list = this.#lists.get(name);
    if (list === undefined) return;
    for (const handler of list) handler(payload);
  }
}

/** So many handlers on whatever has a method for it. */
function listen(handlers: number, on: (handler: (job: number) => void) => unknown): Heard {
  const heard = { sum: 0 };
  for (let n = 0; n < handlers; n++) {
    on((job) => {
      heard.sum += job;
    });
  }
  return heard;
}

/** One suite for each thing that is compared. */
export const eventPeerSuites: readonly Suite[] = [
  suite("peers-emit", { title: "An event for one handler" }, (bench) => {
    const emitting = { group: "an event for one handler" };
    bench("lists of handlers by name", {
      ...emitting,
      baseline: true,
      setup: () => {
        const bus = new HandlerLists();
        return { bus, heard: listen(1, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 1;
    });
    bench("EventBus.emit", {
      ...emitting,
      setup: () => {
        const bus = new EventBus<Jobs>();
        return { bus, heard: listen(1, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 1;
    });
    bench("Emitter.emit", {
      ...emitting,
      setup: () => {
        const bus = new EventBus<Jobs>();
        return { done: bus.event("job.done"), heard: listen(1, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ done, heard }) => {
      const before = heard.sum;
      done.emit(1);
      return heard.sum === before + 1;
    });
    bench("eventemitter3", {
      ...emitting,
      setup: () => {
        const bus = new EventEmitter3<JobListeners>();
        return { bus, heard: listen(1, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 1;
    });
    bench("tseep", {
      ...emitting,
      setup: () => {
        const bus = new Tseep<JobListeners>();
        return { bus, heard: listen(1, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 1;
    });
    bench("nanoevents", {
      ...emitting,
      setup: () => {
        const bus = createNanoEvents<JobListeners>();
        return { bus, heard: listen(1, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 1;
    });
    bench("mitt", {
      ...emitting,
      setup: () => {
        const bus = mitt<{ "job.done": number }>();
        return { bus, heard: listen(1, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 1;
    });
  }),
  suite("peers-emit-5", { title: "An event for five handlers" }, (bench) => {
    const emitting = { group: "an event for five handlers" };
    bench("lists of handlers by name", {
      ...emitting,
      baseline: true,
      setup: () => {
        const bus = new HandlerLists();
        return { bus, heard: listen(5, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 5;
    });
    bench("EventBus.emit", {
      ...emitting,
      setup: () => {
        const bus = new EventBus<Jobs>();
        return { bus, heard: listen(5, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 5;
    });
    bench("Emitter.emit", {
      ...emitting,
      setup: () => {
        const bus = new EventBus<Jobs>();
        return { done: bus.event("job.done"), heard: listen(5, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ done, heard }) => {
      const before = heard.sum;
      done.emit(1);
      return heard.sum === before + 5;
    });
    bench("eventemitter3", {
      ...emitting,
      setup: () => {
        const bus = new EventEmitter3<JobListeners>();
        return { bus, heard: listen(5, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 5;
    });
    bench("tseep", {
      ...emitting,
      setup: () => {
        const bus = new Tseep<JobListeners>();
        return { bus, heard: listen(5, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 5;
    });
    bench("nanoevents", {
      ...emitting,
      setup: () => {
        const bus = createNanoEvents<JobListeners>();
        return { bus, heard: listen(5, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 5;
    });
    bench("mitt", {
      ...emitting,
      setup: () => {
        const bus = mitt<{ "job.done": number }>();
        return { bus, heard: listen(5, (handler) => bus.on("job.done", handler)) };
      },
    }, ({ bus, heard }) => {
      const before = heard.sum;
      bus.emit("job.done", 1);
      return heard.sum === before + 5;
    });
  }),
];
