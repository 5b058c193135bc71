/**
 * Files in which the host tells about itself: reading them never throws and never asks the user for a permission.
 *
 * @module
 */

import { closeSync, openSync, readSync } from "node:fs";
import { keptLibc } from "./libc.ts";

/** Reads a file of the host; null if there is none or it may not be read. */
export type ReadHostFile = (path: string) => string | null;

/** The whole text of a host's file; null if there is none or it may not be read. */
export function readHostFile(path: string): string | null {
  if (!mayRead(path)) return null;
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null; // not on this host, or the runtime wants all permissions for it, as Deno does for /proc and /sys
  }
}

/** A denied read throws, but an undecided one would prompt on a terminal: so nothing is opened that is not granted. */
function mayRead(path: string): boolean {
  return Deno.permissions.querySync({ name: "read", path }).state === "granted";
}

const decoder = new TextDecoder();

/** An open file: by the runtime, or by the C library where the runtime would not let it be opened. */
interface OpenFile {
  /** Reads from the start; how many bytes there were. */
  read(buffer: Uint8Array<ArrayBuffer>): number;
  close(): void;
}

/** A host's file that is read again and again: under `/proc` each read from the start shows the state of now. */
export class HostFile {
  #file: OpenFile | null;
  readonly #buffer: Uint8Array<ArrayBuffer>;

  private constructor(file: OpenFile, maxBytes: number) {
    this.#file = file;
    this.#buffer = new Uint8Array(maxBytes);
  }

  /**
   * Opens a file; null if there is none or it may not be read. A thread that keeps the C library may read all of them.
   *
   * @param path The file; one under `/proc/thread-self` stays that of the thread that opens it.
   * @param maxBytes How much of it a read gives; only the start of a longer file is seen.
   */
  static open(path: string, maxBytes: number): HostFile | null {
    const file = mayRead(path) ? openByRuntime(path) : openByLibc(path);
    return file === null ? null : new HostFile(file, maxBytes);
  }

  /** The start of the file as it is now, in one system call; null if it cannot be read any more. */
  read(): string | null {
    if (this.#file === null) return null;
    try {
      const length = this.#file.read(this.#buffer);
      return length < 0 ? null : decoder.decode(this.#buffer.subarray(0, length));
    } catch {
      return null;
    }
  }

  /** Closes the file; a second time does nothing. */
  close(): void {
    this.#file?.close();
    this.#file = null;
  }
}

function openByRuntime(path: string): OpenFile | null {
  try {
    const descriptor = openSync(path, "r");
    return {
      read: (buffer) => readSync(descriptor, buffer, 0, buffer.length, 0),
      close: () => closeSync(descriptor),
    };
  } catch {
    return null;
  }
}

/** `O_RDONLY | O_CLOEXEC` of Linux. */
const OPEN_FLAGS = 0o2000000;

function openByLibc(path: string): OpenFile | null {
  const symbols = keptLibc()?.libc.symbols;
  const descriptor = symbols?.open(new TextEncoder().encode(`${path}\0`), OPEN_FLAGS) ?? -1;
  if (symbols === undefined || descriptor < 0) return null;
  return {
    read: (buffer) => Number(symbols.pread(descriptor, buffer, BigInt(buffer.length), 0n)),
    close: () => {
      symbols.close(descriptor);
    },
  };
}
