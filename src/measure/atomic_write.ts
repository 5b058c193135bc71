/**
 * Replaces a file in one step.
 *
 * @module
 */

import { basename, dirname, join } from "node:path";

/**
 * Writes text, or bytes, into a temporary file beside `path`, flushes it to the disk, and renames it over `path`. A failure leaves
 * `path` as it was and no temporary file.
 */
export async function writeAtomically(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${crypto.randomUUID()}.tmp`);
  try {
    const file = await Deno.open(temporary, { write: true, createNew: true });
    try {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
      await file.sync();
    } finally {
      file.close();
    }
    await Deno.rename(temporary, path);
  } catch (error) {
    await Deno.remove(temporary).catch(() => {}); // the first error is the one to tell; there may be nothing to remove
    throw error;
  }
}
