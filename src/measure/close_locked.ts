/**
 * Files that are locked while they are open.
 *
 * @module
 */

/**
 * Gives up a file's lock, and closes it.
 *
 * To close it is not enough: a process that is being started at this moment has a copy of the file, and with it the lock, until it runs
 * its own program.
 */
export function closeLocked(file: Deno.FsFile): void {
  try {
    file.unlockSync();
  } catch {
    // There are file systems without locks.
  }
  file.close();
}
