/**
 * Ends this process when the run that started it is gone.
 *
 * @module
 */

import { isInputHungUp, requestDeathSignal } from "./death_signal.ts";
import { startWatch } from "./watch_thread.ts";

/**
 * A thread of its own: a benchmark that never returns blocks the main one. It waits for the end of stdin, which the run keeps
 * open as long as it lives, so it costs nothing meanwhile. Were the wait an asynchronous read on the main thread, it would be
 * pending within every sample.
 */
const SOURCE = `
const buffer = new Uint8Array(256);
(async () => {
  postMessage("watching");
  try {
    while (await Deno.stdin.read(buffer) !== null);
  } catch {
    // a broken pipe is an end, too
  }
  Deno.kill(Deno.pid, "SIGKILL");
})();`;

/**
 * Sees to it that this process ends with its parent, which holds the other end of stdin, whatever the main thread does.
 *
 * @returns Whether it will. A thread that watches takes about 25 ms to start; where the system does it, there is none.
 */
export async function endWithParent(): Promise<boolean> {
  if (requestDeathSignal()) {
    if (isInputHungUp()) Deno.exit(1);
    return true;
  }
  return await startWatch(SOURCE);
}
