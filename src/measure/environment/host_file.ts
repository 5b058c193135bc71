/** Files in which the host tells about itself: never a throw, never a permission prompt. @module */

import { closeSync, openSync, readSync } from "node:fs";

/** The text of a host's file; null if there is none or it may not be read. */
export function readHostFile(path: string): string | null {
  const file = HostFile.open(path);
  if (file === null) return null;
  try {
    return file.read();
  } finally {
    file.close();
  }
}

const decoder = new TextDecoder();

/** A host's file that is read again and again, as under `/proc`, where each read from the start shows the state of now. */
export class HostFile {
  readonly #descriptor: number;
  #buffer: Uint8Array;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
    this.#buffer = new Uint8Array(4096);
  }

  /** Opens a file; null if there is none or it may not be read without asking the user. */
  static open(path: string): HostFile | null {
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return null;
    try {
      return new HostFile(openSync(path, "r"));
    } catch {
      return null; // none here, or the runtime wants all permissions for it, as it does for /proc
    }
  }

  /** The whole text as it is now; null if it cannot be read any more. */
  read(): string | null {
    try {
      let length = 0;
      for (;;) {
        const count = readSync(this.#descriptor, this.#buffer, length, this.#buffer.length - length, length);
        length += count;
        if (count === 0 || length < this.#buffer.length) break;
        const larger = new Uint8Array(this.#buffer.length * 2);
        larger.set(this.#buffer);
        this.#buffer = larger;
      }
      return decoder.decode(this.#buffer.subarray(0, length));
    } catch {
      return null;
    }
  }

  /** Closes the file; a second time does nothing. */
  close(): void {
    try {
      closeSync(this.#descriptor);
    } catch {
      // closed already
    }
  }
}
