/**
 * A thread that takes a lock again and again until it is told to stop.
 *
 * @module
 */

/// <reference lib="webworker" />

import { SharedWords } from "../../src/coordination/shared/atomic_memory.ts";
import { LockAttempt, LockWord, NAME_SHIFT, takeBlocking } from "../../src/coordination/shared/lock_word.ts";
import { COUNT_AT, type SpinOrder, type SpinReport, STOP_AT } from "./spin_order.ts";

declare const self: DedicatedWorkerGlobalScope;

let sink = 0;

function work(loops: number): void {
  for (let i = 0; i < loops; i++) sink = (Math.imul(sink, 31) + i) | 0;
}

/** Turns of the loop in a nanosecond. */
function calibrate(): number {
  const loops = 2_000_000;
  let bestMs = Infinity;
  for (let i = 0; i < 10; i++) {
    const startMs = performance.now();
    work(loops);
    bestMs = Math.min(bestMs, performance.now() - startMs);
  }
  return loops / (bestMs * 1e6);
}

const loopsANs = calibrate(), patience = { timeoutMs: Infinity, clock: () => 0 };

self.onmessage = ({ data }: MessageEvent<SpinOrder>) => {
  const { buffer, name, looks, mostPauses, heldNs, thinkNs } = data, memory = new SharedWords(buffer);
  const lock = new LockWord(memory, {
    at: 0,
    me: name << NAME_SHIFT,
    watch: { isDead: () => false },
    spins: looks,
    mostPauses,
  });
  const held = Math.round(heldNs * loopsANs), think = Math.round(thinkNs * loopsANs);
  let turns = 0, longestMs = 0;
  for (; memory.load(STOP_AT) === 0; turns++) {
    if (!lock.tryTake()) {
      const startMs = performance.now();
      takeBlocking(lock, new LockAttempt(lock), patience);
      longestMs = Math.max(longestMs, performance.now() - startMs);
    }
    memory.write(COUNT_AT, memory.read(COUNT_AT) + 1);
    work(held);
    lock.release();
    work(think);
  }
  self.postMessage({ turns, longestMs } satisfies SpinReport);
};
self.postMessage("ready");
