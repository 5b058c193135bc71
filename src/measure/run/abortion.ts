/**
 * Ctrl-C, as seen by who supervises processes: it may reach them first.
 *
 * @module
 */

/** How long an interruption that has reached a fork may take to reach this process. */
const INTERRUPTION_MS = 1_000;

/**
 * Waits until the run is aborted, for a short while. A terminal interrupts all processes at once, and a fork that has only just
 * started does not ignore it yet: that is no crash.
 */
export async function abortion(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  const timer = setTimeout(resolve, INTERRUPTION_MS);
  signal.addEventListener("abort", onAbort, { once: true });
  await promise;
  signal.removeEventListener("abort", onAbort);
  clearTimeout(timer);
}
