/**
 * Paths of files that an address names.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The path that a `file:` URL names, if it is one on this host: not with another host's name, an encoded `/` or half a character. */
export function filePath(url: string | URL): string | undefined {
  try {
    return fileURLToPath(url);
  } catch {
    return undefined;
  }
}
