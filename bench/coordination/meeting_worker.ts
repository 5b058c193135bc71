/**
 * A real thread that meets others by the primitive it is given, as often as it is told to, whenever it is told to.
 *
 * @module
 */

/// <reference lib="webworker" />

import { SharedBarrier, type SharedHandle, SharedMutex, SharedSemaphore } from "../../src/coordination/shared/mod.ts";
import type { CrewStart } from "../threads/crew.ts";
import { Signals } from "../threads/crew_memory.ts";
import { passThrough } from "../threads/pass_through.ts";

declare const self: DedicatedWorkerGlobalScope;

type Handle = SharedHandle<"mutex"> | SharedHandle<"semaphore"> | SharedHandle<"barrier">;

self.onmessage = ({ data: { handle, memory } }: MessageEvent<CrewStart<Handle>>) => {
  const signals = new Signals(memory), meet = meetingBy(handle, signals);
  signals.arrive();
  for (let round = 0; signals.awaitRound(round); round++) {
    for (let time = 1; time <= signals.times; time++) meet(time);
    signals.arrive();
  }
  self.close();
};

function meetingBy(handle: Handle, signals: Signals): (time: number) => void {
  switch (handle.type) {
    case "mutex": {
      const mutex = SharedMutex.attach(handle), acquire = () => mutex.acquireBlocking();
      return (time) => passThrough(signals, time, acquire);
    }
    case "semaphore": {
      const semaphore = SharedSemaphore.attach(handle), acquire = () => semaphore.acquireBlocking();
      return (time) => passThrough(signals, time, acquire);
    }
    case "barrier": {
      const barrier = SharedBarrier.attach(handle);
      return (time) => {
        signals.pass(1);
        barrier.arriveBlocking();
        if (signals.passes < time * signals.threads) signals.fault(); // somebody has not come yet
      };
    }
  }
}
