/**
 * Why the system refused something, in words.
 *
 * @module
 */

/**
 * An error's message on one line. The runtime ends one of the system's with the call and the path that failed, which may be a
 * temporary file's or a very long one: whoever tells the reason names the path itself.
 */
export function systemReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/(\(os error \d+\)): .*$/s, "$1").replace(/\s+/g, " ");
}
