/**
 * A thread that contends for our mutex, or for a lock written by hand.
 *
 * @module
 */

/// <reference lib="webworker" />

import { SharedMutex } from "../../../src/coordination/shared/mod.ts";
import { FutexLock } from "../../floors/futex_lock.ts";
import { Signals } from "../../threads/crew_memory.ts";
import { contend, type ContentionStart } from "./contention.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { lock, count, memory } }: MessageEvent<ContentionStart>) => {
  const signals = new Signals(memory), word = new Int32Array(count);
  if (lock instanceof SharedArrayBuffer) {
    const futex = new FutexLock(lock);
    contend(signals, () => {
      futex.lock();
      word[0] = word[0]! + 1;
      futex.unlock();
    });
  } else {
    const mutex = SharedMutex.attach(lock);
    contend(signals, () => {
      const guard = mutex.acquireBlocking();
      word[0] = word[0]! + 1;
      guard.release();
    });
  }
  self.close();
};
