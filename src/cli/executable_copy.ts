/**
 * A copy of a compiled program that has one of V8's flags switched on.
 *
 * Such a program takes V8's flags neither from its environment nor from its arguments: they are in the file, as the JSON array
 * `"v8_flags":[…,"--no-name"]`, whose length must stay what it is. So it is compiled with the negated flag, V8's default, and
 * in the copy that is replaced by the flag and, after the quotation mark, as much white space as keeps the length. No module of
 * the program may spell that flag out in double quotes: its text is in the file, too.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** How much of the file is looked at at once, in bytes. */
const CHUNK_BYTES = 1 << 20;

/**
 * A copy in a private folder of its own, among the temporary files. It is removed when it is disposed of, or when this process
 * ends by itself; SIGKILL leaves it there, 100 MB that the system's cleaning of temporary files has to find.
 */
export class ExecutableCopy implements AsyncDisposable {
  /** Path of the copy. */
  readonly path: string;
  readonly #folder: string;
  readonly #onUnload = () => {
    try {
      Deno.removeSync(this.#folder, { recursive: true });
    } catch {
      // a cleaner of temporary files was faster
    }
  };

  private constructor(folder: string, name: string) {
    this.#folder = folder;
    this.path = join(folder, name);
    globalThis.addEventListener("unload", this.#onUnload);
  }

  /**
   * Copies an executable, with `flag` in force, and sees whether the copy starts. Takes 0.3 s.
   *
   * @param flag One of V8's flags, `--name`; the executable must have been compiled with `--no-name`.
   * @param parent Where the private folder is made.
   * @throws {Error} If it was not, or there is no room, or the copy may not be run there.
   */
  static async make(executable: string, flag: string, parent: string = tmpdir()): Promise<ExecutableCopy> {
    try {
      const place = await findPlace(executable, flag);
      const folder = await Deno.makeTempDir({ dir: parent, prefix: "puffin-bench-" });
      // Deno keeps what it has compiled under the program's name: the original's would be spoilt by other flags.
      const copy = new ExecutableCopy(folder, `${flag.replace(/^-+/, "")}-${basename(executable)}`);
      try {
        await copy.#write(executable, place);
        await copy.#start();
        return copy;
      } catch (error) {
        await copy[Symbol.asyncDispose]();
        throw error;
      }
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`no copy of the executable could be made that has V8's flag ${flag} (${reason})`, { cause });
    }
  }

  /** Removes it; one that cannot be removed is left, since results must not be lost over it. */
  async [Symbol.asyncDispose](): Promise<void> {
    globalThis.removeEventListener("unload", this.#onUnload);
    await Deno.remove(this.#folder, { recursive: true }).catch(() => {});
  }

  async #write(executable: string, { offset, bytes }: Place): Promise<void> {
    await Deno.copyFile(executable, this.path);
    if (Deno.build.os !== "windows") await Deno.chmod(this.path, 0o700);
    using file = await Deno.open(this.path, { write: true });
    await file.seek(offset, Deno.SeekMode.Start);
    for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
  }

  /**
   * Runs it once: a folder of temporary files may forbid that. While a process is being started elsewhere in this one, it may
   * hold the file open for writing, for an instant: then it is tried again.
   */
  async #start(): Promise<void> {
    const command = new Deno.Command(this.path, { args: ["--version"], stdout: "null", stderr: "null" });
    for (let tries = 1;; tries++) {
      try {
        if ((await command.output()).success) return;
      } catch (error) {
        if (tries < 3 && error instanceof Error && error.message.includes("Text file busy")) continue;
        throw error;
      }
      throw new Error("it does not start");
    }
  }
}

/** What has to be written where. */
interface Place {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Finds the negated flag, which must be there once. */
async function findPlace(executable: string, flag: string): Promise<Place> {
  const encoder = new TextEncoder();
  const wanted = encoder.encode(JSON.stringify(flag.replace("--", "--no-")));
  const offsets: number[] = [];
  const buffer = Buffer.alloc(CHUNK_BYTES);
  let kept = 0; // bytes of the chunk before, in which the flag may begin
  let readBytes = 0;
  using file = await Deno.open(executable);
  for (;;) {
    const length = await file.read(buffer.subarray(kept));
    if (length === null) break;
    const view = buffer.subarray(0, kept + length);
    for (let at = view.indexOf(wanted); at >= 0; at = view.indexOf(wanted, at + 1)) {
      offsets.push(readBytes - kept + at);
    }
    readBytes += length;
    kept = Math.min(wanted.length - 1, view.length);
    buffer.copyWithin(0, view.length - kept, view.length);
  }
  const [offset] = offsets;
  if (offset === undefined || offsets.length > 1) {
    throw new Error(`it has the place for that flag ${offsets.length} times, not once`);
  }
  return { offset, bytes: encoder.encode(JSON.stringify(flag).padEnd(wanted.length)) };
}
