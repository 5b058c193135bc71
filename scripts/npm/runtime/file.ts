/**
 * Files as Deno opens them.
 *
 * @module
 */

import {
  closeSync,
  constants,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from "node:fs";

/** How a file is opened. */
export interface OpenOptions {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly create?: boolean;
  readonly createNew?: boolean;
}

/** Where a position is counted from. */
export const SeekMode = { Start: 0, Current: 1, End: 2 } as const;

/** An open file. Its methods do their work at once, as they are called where nothing is measured. */
export class FsFile {
  readonly #descriptor: number;
  #position = 0;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Opens a file; rejects with the system's error. */
  static async open(path: string, options: OpenOptions): Promise<FsFile> {
    const { read = false, write = false, create = false, createNew = false } = options;
    const access = write ? (read ? constants.O_RDWR : constants.O_WRONLY) : constants.O_RDONLY;
    const creation = createNew ? constants.O_CREAT | constants.O_EXCL : create ? constants.O_CREAT : 0;
    return await Promise.resolve(new FsFile(openSync(path, access | creation)));
  }

  /** Writes some bytes, and gives how many. */
  async write(bytes: Uint8Array): Promise<number> {
    const written = writeSync(this.#descriptor, bytes, 0, bytes.length, this.#position);
    this.#position += written;
    return await written;
  }

  /** Reads some bytes, and gives how many; null at the end. */
  async read(buffer: Uint8Array): Promise<number | null> {
    const length = readSync(this.#descriptor, buffer, 0, buffer.length, this.#position);
    this.#position += length;
    return await (length === 0 ? null : length);
  }

  /** Makes it so many bytes long. */
  async truncate(length: number): Promise<void> {
    await ftruncateSync(this.#descriptor, length);
  }

  /** Moves to another position. */
  async seek(offset: number, whence: number): Promise<number> {
    const origin = whence === SeekMode.End
      ? fstatSync(this.#descriptor).size
      : whence === SeekMode.Start
      ? 0
      : this.#position;
    return await (this.#position = origin + offset);
  }

  /** Has it on the disk. */
  async sync(): Promise<void> {
    await fsyncSync(this.#descriptor);
  }

  /** Has its content on the disk. */
  async syncData(): Promise<void> {
    await fdatasyncSync(this.#descriptor);
  }

  /**
   * Node.js has no locks of files: whoever wants one for itself is let go on, and whoever asks whether another has one gets no answer.
   * So runs do not see each other there.
   */
  async tryLock(isExclusive: boolean): Promise<boolean> {
    if (isExclusive) return await true;
    throw new TypeError("Cannot lock a file on Node.js: it has no locks of files");
  }

  /** Nothing is locked. */
  unlockSync(): void {}

  /** Closes it. */
  close(): void {
    closeSync(this.#descriptor);
  }
}
