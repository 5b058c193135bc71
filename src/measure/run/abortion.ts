/**
 * Ctrl-C and its like, as seen by who supervises processes: it may reach them first.
 *
 * @module
 */

/** How a process ends whose terminal or service manager has signalled all processes at once. */
const INTERRUPTED_EXITS: ReadonlySet<string> = new Set(["signal SIGINT", "signal SIGHUP", "signal SIGTERM"]);

/** How long an interruption that has reached a fork may take to reach this process. */
const INTERRUPTION_MS = 1_000;

/**
 * Waits until the run is aborted, for a short while, if a process has ended as by an interruption. A terminal interrupts all
 * processes at once, and a fork that has only just started does not ignore Ctrl-C yet, and others never: that is no crash.
 */
export async function abortion(exit: string, signal: AbortSignal | undefined): Promise<void> {
  if (!INTERRUPTED_EXITS.has(exit) || signal === undefined || signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const onAbort = () => resolve();
  const timer = setTimeout(resolve, INTERRUPTION_MS);
  signal.addEventListener("abort", onAbort, { once: true });
  await promise;
  signal.removeEventListener("abort", onAbort);
  clearTimeout(timer);
}
