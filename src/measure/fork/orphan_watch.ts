/**
 * Ends this process when the one that started it is gone, without reading stdin.
 *
 * @module
 */

import { requestDeathSignal } from "./death_signal.ts";
import { startWatch } from "./watch_thread.ts";

/**
 * A thread of its own: a benchmark that never returns blocks the main one. It looks once a second, for some 20 µs. The parent
 * of an orphan is another process, where the system gives it one; elsewhere its parent's id answers no more.
 */
const SOURCE = `
import { kill } from "node:process";
const parent = Deno.ppid;
const isAlive = () => {
  if (Deno.ppid !== parent) return false;
  try {
    kill(parent, 0);
    return true;
  } catch (error) {
    return error.code !== "ESRCH"; // it may not be ours to ask
  }
};
postMessage("watching");
setInterval(() => {
  if (!isAlive()) Deno.kill(Deno.pid, "SIGKILL");
}, 1_000);`;

/**
 * Sees to it that this process ends with its parent; resolves as soon as that is so, or when it cannot be. In a duet the main thread
 * reads stdin itself, and so sees the end of its input: this is for what comes between two commands.
 */
export async function endAsOrphan(): Promise<void> {
  if (requestDeathSignal()) return;
  await startWatch(SOURCE);
}
