/**
 * How fast a disk takes what must not be lost.
 *
 * @module
 */

import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import type { DefineBenchmark } from "../definition.ts";

/** Names the folder, in the environment of the measuring process; without it the system's folder of temporary files. */
export const FOLDER_VARIABLE = "PUFFIN_BENCH_HOST_FOLDER";

const BLOCK_BYTES = 4096;
const BLOCKS = 256;

/**
 * A block of 4 KiB written over an older one, and waited for until the disk has it (`fdatasync`): what a database pays for a
 * commit. In memory (tmpfs), and on disks that keep it in a cache of their own, it costs next to nothing. The file is removed.
 * People read µs a write.
 */
export function diskSyncWrite(bench: DefineBenchmark): void {
  const setup = () => {
    const dir = Deno.env.get(FOLDER_VARIABLE);
    const path = Deno.makeTempFileSync({ prefix: ".puffin-bench-disk-", ...(dir === undefined ? {} : { dir }) });
    Deno.writeFileSync(path, new Uint8Array(BLOCK_BYTES * BLOCKS));
    const descriptor = openSync(path, "r+");
    fdatasyncSync(descriptor);
    // A file without a name is gone with its process, however that ends; some systems let no open file go.
    const isGone = remove(path);
    return { path, isGone, descriptor, block: new Uint8Array(BLOCK_BYTES).fill(7), at: 0 };
  };
  const teardown = ({ path, isGone, descriptor }: ReturnType<typeof setup>) => {
    closeSync(descriptor);
    if (!isGone) remove(path);
  };
  bench("disk_sync_write", { setup, teardown }, (state) => {
    const { descriptor, block, at } = state;
    const written = writeSync(descriptor, block, 0, BLOCK_BYTES, at * BLOCK_BYTES);
    fdatasyncSync(descriptor);
    state.at = (at + 1) % BLOCKS;
    return written === BLOCK_BYTES;
  });
}

function remove(path: string): boolean {
  try {
    Deno.removeSync(path);
    return true;
  } catch {
    return false;
  }
}
