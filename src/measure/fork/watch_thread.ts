/**
 * A thread that watches while the main one may be blocked.
 *
 * @module
 */

/** Runs a script in a thread; resolves to whether it watches, as soon as it has posted its first message or has failed. */
export async function startWatch(script: string): Promise<boolean> {
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(script)}`, { type: "module" });
  return await new Promise((resolve) => {
    worker.addEventListener("message", () => resolve(true), { once: true });
    worker.addEventListener("error", (event) => {
      event.preventDefault(); // without the watch all else works
      resolve(false);
    });
  });
}
