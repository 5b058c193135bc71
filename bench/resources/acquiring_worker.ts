/**
 * A real thread that acquires from a shared pool, as often as it is told to, whenever it is told to.
 *
 * @module
 */

/// <reference lib="webworker" />

import { type SharedPoolHandle, SharedResourcePool } from "../../src/resources/shared/mod.ts";
import { type CrewMemory, Signals } from "./crew_memory.ts";

/** What the worker is made with. */
export interface WorkerStart {
  /** The pool. */
  readonly handle: SharedPoolHandle<"cpu">;
  /** How the crew talks. */
  readonly memory: CrewMemory;
}

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { handle, memory } }: MessageEvent<WorkerStart>) => {
  const pool = SharedResourcePool.attach(handle);
  const signals = new Signals(memory);
  signals.arrive();
  for (let round = 0; signals.awaitRound(round); round++) {
    for (let i = 0; i < signals.times; i++) {
      const lease = pool.tryAcquire({ cpu: 1 }) ?? pool.acquireBlocking({ cpu: 1 });
      signals.enter();
      signals.exit();
      lease.release();
    }
    signals.arrive();
  }
  pool[Symbol.dispose]();
  self.close();
};
