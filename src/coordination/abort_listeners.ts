/**
 * Many listeners to one abort signal.
 *
 * @module
 */

/** What is told of an abort. */
export interface AbortListener {
  /** Called once, unless it was taken off before; must not throw. */
  handleEvent(): void;
}

/**
 * The listeners of one signal behind a single one of its own: an `EventTarget` looks through all its listeners whenever one comes
 * or goes, so that ten thousand runs under one signal would spend most of their time there.
 */
class Listeners implements EventListenerObject {
  readonly set = new Set<AbortListener>();

  handleEvent(): void {
    for (const listener of this.set) listener.handleEvent();
  }
}

/** Whether a signal is aborted; one that throws when it is asked is not, so that nobody else comes to harm by it. */
export function isAborted(signal: AbortSignal | undefined): boolean {
  try {
    return signal !== undefined && signal.aborted;
  } catch {
    return false;
  }
}

const bySignal = new WeakMap<AbortSignal, Listeners>();

/** Tells `listener` when the signal is aborted, which must not have happened yet. */
export function listenToAbort(signal: AbortSignal, listener: AbortListener): void {
  let listeners = bySignal.get(signal);
  if (listeners === undefined) bySignal.set(signal, listeners = new Listeners());
  if (listeners.set.size === 0) signal.addEventListener("abort", listeners);
  listeners.set.add(listener);
}

/** Takes a listener off; the last one leaves nothing on the signal. */
export function ignoreAbort(signal: AbortSignal, listener: AbortListener): void {
  const listeners = bySignal.get(signal);
  if (listeners?.set.delete(listener) && listeners.set.size === 0) signal.removeEventListener("abort", listeners);
}
