/**
 * What the user can put right.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** Thrown when an argument, an environment variable or a folder is not what it should be; ends the program with code 2. */
export class UsageError extends PuffinError {
  /** Stable across releases. */
  override readonly code = "usage";
}

/** A text as a message shows it: quoted, on one line, not too long. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  return quoted.length <= MAX_QUOTED_LENGTH ? quoted : `${quoted.slice(0, MAX_QUOTED_LENGTH - 2)}…"`;
}

const MAX_QUOTED_LENGTH = 100;
