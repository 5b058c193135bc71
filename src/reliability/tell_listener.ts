/**
 * Listeners that do no harm.
 *
 * @module
 */

/** Calls a listener at once. What it throws is left to the runtime: it is not for whoever is in the middle of a call. */
export function tellListener<Event>(listener: (event: Event) => void, event: Event): void {
  try {
    listener(event);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
