/**
 * A real thread that calls as often as it is told to, whenever it is told to, and notes when it is let through.
 *
 * @module
 */

/// <reference lib="webworker" />

import { SharedRateLimiter } from "../../src/coordination/shared/mod.ts";
import type { CrewStart } from "../threads/crew.ts";
import { Signals } from "../threads/crew_memory.ts";
import type { CallingHandle } from "./calling_crew.ts";
import { VirtualTime } from "./virtual_time.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { handle, memory } }: MessageEvent<CrewStart<CallingHandle>>) => {
  const signals = new Signals(memory), time = new VirtualTime(handle.time), { threads, times } = signals;
  const limiter = SharedRateLimiter.attach(handle.limiter, { clock: () => time.tellMs() });
  signals.arrive();
  for (let round = 0; signals.awaitRound(round); round++) {
    signals.come();
    signals.awaitComing(threads); // so that nobody has the limiter for itself
    for (let call = 0; call < times; call++) if (limiter.tryTake()) time.note();
    signals.pass(times);
    signals.arrive();
  }
  self.close();
};
