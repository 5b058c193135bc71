import {
  SharedBarrier,
  SharedChannel,
  SharedCounter,
  SharedEvent,
  SharedLatch,
  SharedMutex,
  SharedRateLimiter,
  SharedReadWriteLock,
  SharedSemaphore,
} from "../mod.ts";

/** Every shared primitive, by its type. */
export const KINDS = {
  "mutex": SharedMutex,
  "read-write lock": SharedReadWriteLock,
  "semaphore": SharedSemaphore,
  "barrier": SharedBarrier,
  "latch": SharedLatch,
  "event": SharedEvent,
  "counter": SharedCounter,
  "rate limiter": SharedRateLimiter,
  "channel": SharedChannel,
} as const;
