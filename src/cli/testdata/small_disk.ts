/**
 * A disk that fills up.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { hasProgram, inTempDir, run } from "./program.ts";

/** Hands a folder on a disk of that size to `use`. */
export async function onSmallDisk(bytes: number, use: (folder: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    const mount = await run(["mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", folder], []);
    assertEquals(mount.code, 0, mount.stderr);
    try {
      await use(folder);
    } finally {
      await run(["umount", folder], []);
    }
  });
}

/** Whether this process may mount: root on Linux, and not in a container that forbids it. */
function mayMount(): boolean {
  if (Deno.build.os !== "linux" || Deno.uid() !== 0) return false;
  const folder = Deno.makeTempDirSync();
  try {
    if (!hasProgram("mount", ["-t", "tmpfs", "-o", "size=4096", "tmpfs", folder])) return false;
    return hasProgram("umount", [folder]);
  } finally {
    Deno.removeSync(folder);
  }
}

/** Whether {@linkcode onSmallDisk} works here. */
export const CAN_MAKE_SMALL_DISK: boolean = mayMount();

/** What a test's name says where it does not. */
export const WITHOUT_SMALL_DISK: string = CAN_MAKE_SMALL_DISK ? "" : " (skipped: only root may make a small disk)";
