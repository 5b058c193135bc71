/**
 * Locks between threads beside what else there is.
 *
 * @module
 */

import { SharedMutex } from "../../mod.ts";
import type { Suite } from "../../src/measure/definition.ts";
import { suite } from "../../src/measure/suite.ts";
import { CasLock } from "../floors/cas_lock.ts";
import { Contention } from "./threads/contention.ts";

const OURS = new URL("./threads/contending_worker.ts", import.meta.url);
const MULTITHREADING = new URL("./threads/multithreading_worker.ts", import.meta.url);

/** One suite for each thing that is compared. */
export const threadPeerSuites: readonly Suite[] = [
  suite("peers-thread-lock", { title: "A lock between threads, free" }, (bench) => {
    const shared = { group: "a lock between threads, free" };
    bench("compare-and-swap lock", { ...shared, baseline: true, setup: () => new CasLock() }, (lock) => {
      const isMine = lock.tryLock();
      lock.unlock();
      return isMine;
    });
    bench("SharedMutex.tryAcquire", { ...shared, setup: () => SharedMutex.create() }, (mutex) => {
      const guard = mutex.tryAcquire();
      guard?.release();
      return guard !== undefined;
    });
    bench("multithreading, blocking", {
      ...shared,
      setup: async () => { // here, as it changes what the isolate does
        const { Mutex } = await import("multithreading"), buffer = new SharedArrayBuffer(4);
        return { mutex: new Mutex(undefined, buffer), word: new Int32Array(buffer) };
      },
    }, ({ mutex, word }) => {
      const guard = mutex.blockingLock(), isMine = word[0] === 1;
      guard[Symbol.dispose]();
      return isMine && word[0] === 0;
    });
  }),
  suite("peers-thread-lock-contended", { title: "A lock between threads that two want all the time" }, (bench) => {
    const contended = {
      group: "20,000 turns of two threads",
      teardown: (contention: Contention) => contention.end(),
    };
    bench("hand-written futex", {
      ...contended,
      baseline: true,
      setup: () => Contention.begin(OURS, new SharedArrayBuffer(4)),
    }, (contention) => contention.round());
    bench("SharedMutex.acquireBlocking", {
      ...contended,
      setup: () => Contention.begin(OURS, SharedMutex.create().handle),
    }, (contention) => contention.round());
    bench("multithreading, blocking", {
      ...contended,
      setup: () => Contention.begin(MULTITHREADING, new SharedArrayBuffer(4)),
    }, (contention) => contention.round());
  }),
];
