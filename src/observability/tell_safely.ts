/**
 * What may fail to be told.
 *
 * @module
 */

/** Calls a listener that may throw, as `console.warn` does when it writes to a disk that is full; then nobody is told. */
export function tellSafely(tell: (message: string) => void, message: string): void {
  try {
    tell(message);
  } catch {
    // Whoever runs into what is told must not be harmed by that.
  }
}
