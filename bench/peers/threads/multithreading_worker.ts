/**
 * A thread that contends for a mutex of `multithreading`. It has an isolate of its own, without ours: the library puts another
 * `Atomics.waitAsync` in place of the engine's, which keeps the event loop spinning.
 *
 * @module
 */

/// <reference lib="webworker" />

import { Mutex } from "multithreading";
import { Signals } from "../../threads/crew_memory.ts";
import { contend, type ContentionStart } from "./contention.ts";

declare const self: DedicatedWorkerGlobalScope;

self.onmessage = ({ data: { lock, count, memory } }: MessageEvent<ContentionStart>) => {
  if (!(lock instanceof SharedArrayBuffer)) throw new TypeError("Cannot contend: expected the word of a lock");
  const mutex = new Mutex(new Int32Array(count), lock);
  contend(new Signals(memory), () => {
    const guard = mutex.blockingLock(), word = guard.value;
    word[0] = word[0]! + 1;
    guard[Symbol.dispose]();
  });
  self.close();
};
