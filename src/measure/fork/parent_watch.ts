/**
 * Ends this process when the run that started it is gone.
 *
 * @module
 */

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

/** Starts the watch; resolves to whether it watches: as soon as it does, or when that cannot be. Takes about 25 ms. */
export async function endWithParent(): Promise<boolean> {
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(SOURCE)}`, { type: "module" });
  return await new Promise((resolve) => {
    worker.addEventListener("message", () => resolve(true), { once: true });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // without the watch all else works
      resolve(false);
    });
  });
}
