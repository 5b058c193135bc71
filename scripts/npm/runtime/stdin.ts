/**
 * The standard input, read by its descriptor: Node's own stream would have a read pending in the event loop all the time.
 *
 * @module
 */

import { read, readSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** How long to wait for an input that has nothing yet and does not block, in milliseconds. */
const RETRY_MS = 20;

const sleeper = new Int32Array(new SharedArrayBuffer(4));

function isNotReady(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}

function readSome(buffer: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) =>
    read(0, buffer, 0, buffer.length, null, (error, length) => error === null ? resolve(length) : reject(error))
  );
}

/** Reads some bytes and gives how many; null at the end. */
export const stdin = {
  readSync(buffer: Uint8Array): number | null {
    for (;;) {
      try {
        return readSync(0, buffer, 0, buffer.length, null) || null;
      } catch (error) {
        if (!isNotReady(error)) throw error;
        Atomics.wait(sleeper, 0, 0, RETRY_MS);
      }
    }
  },
  async read(buffer: Uint8Array): Promise<number | null> {
    for (;;) {
      try {
        return await readSome(buffer) || null;
      } catch (error) {
        if (!isNotReady(error)) throw error;
        await delay(RETRY_MS);
      }
    }
  },
};
