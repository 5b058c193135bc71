/**
 * Files in which the host tells about itself: reading them never throws and never asks the user for a permission.
 *
 * @module
 */

import { closeSync, openSync, readSync } from "node:fs";

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

/** A host's file that is read again and again: under `/proc` each read from the start shows the state of now. */
export class HostFile {
  #descriptor: number | null;
  readonly #buffer: Uint8Array;

  private constructor(descriptor: number, maxBytes: number) {
    this.#descriptor = descriptor;
    this.#buffer = new Uint8Array(maxBytes);
  }

  /**
   * Opens a file; null if there is none or it may not be read.
   *
   * @param path The file; one under `/proc/thread-self` stays that of the thread that opens it.
   * @param maxBytes How much of it a read gives; only the start of a longer file is seen.
   */
  static open(path: string, maxBytes: number): HostFile | null {
    if (!mayRead(path)) return null;
    try {
      return new HostFile(openSync(path, "r"), maxBytes);
    } catch {
      return null;
    }
  }

  /** The start of the file as it is now, in one system call; null if it cannot be read any more. */
  read(): string | null {
    if (this.#descriptor === null) return null;
    try {
      const length = readSync(this.#descriptor, this.#buffer, 0, this.#buffer.length, 0);
      return decoder.decode(this.#buffer.subarray(0, length));
    } catch {
      return null;
    }
  }

  /** Closes the file; a second time does nothing. */
  close(): void {
    if (this.#descriptor !== null) closeSync(this.#descriptor);
    this.#descriptor = null;
  }
}
