/**
 * A real thread that acquires from a shared pool, as often as it is told to, whenever it is told to.
 *
 * @module
 */

/// <reference lib="webworker" />

import { type SharedPoolHandle, SharedResourcePool } from "../../src/resources/shared/mod.ts";
import type { CrewStart } from "../threads/crew.ts";
import { Signals } from "../threads/crew_memory.ts";
import { passThrough } from "../threads/pass_through.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { handle, memory } }: MessageEvent<CrewStart<SharedPoolHandle<"cpu">>>) => {
  const pool = SharedResourcePool.attach(handle);
  const acquire = () => pool.tryAcquire({ cpu: 1 }) ?? pool.acquireBlocking({ cpu: 1 });
  const signals = new Signals(memory);
  signals.arrive();
  for (let round = 0; signals.awaitRound(round); round++) {
    for (let time = 1; time <= signals.times; time++) passThrough(signals, time, acquire);
    signals.arrive();
  }
  pool[Symbol.dispose]();
  self.close();
};
