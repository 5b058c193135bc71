/**
 * The part of Deno's namespace that the package uses, over what Node.js has of its own. What Node.js has not says so when it is called.
 *
 * @module
 */

import { readFileSync, writeSync } from "node:fs";
import { readdir, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { freemem, loadavg, release, totalmem } from "node:os";
import process from "node:process";
import { Command } from "./command.ts";
import { FsFile, SeekMode } from "./file.ts";
import { stdin } from "./stdin.ts";

const SYSTEMS: Readonly<Record<string, string>> = { win32: "windows" };
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

/** The class of the system's errors with a code. */
function systemError(code: string) {
  return class {
    static [Symbol.hasInstance](error: unknown): boolean {
      return error instanceof Error && "code" in error && error.code === code;
    }
  };
}

function serve(): never {
  throw new TypeError("Cannot serve on Node.js: expected to run in Deno; give the handler to a server of your own");
}

async function* readDir(path: string | URL): AsyncIterable<{ readonly name: string; readonly isFile: boolean }> {
  for (const entry of await readdir(path, { withFileTypes: true })) yield { name: entry.name, isFile: entry.isFile() };
}

const overNode = {
  Command,
  SeekMode,
  addSignalListener: (signal: string, listener: () => void): void => void process.on(signal, listener),
  bench: (): void => {}, // as in Deno, when it is not run as "deno bench"
  build: {
    os: SYSTEMS[process.platform] ?? process.platform,
    arch: ARCHITECTURES[process.arch] ?? process.arch,
    standalone: false,
  },
  env: { get: (name: string): string | undefined => process.env[name] },
  errors: { AddrInUse: systemError("EADDRINUSE"), NotFound: systemError("ENOENT") },
  exit: (code?: number): never => process.exit(code),
  kill: (pid: number, signal: string): void => void process.kill(pid, signal),
  loadavg,
  memoryUsage: process.memoryUsage,
  open: FsFile.open,
  osRelease: release,
  permissions: {
    // Node.js asks for none, but has no foreign functions.
    querySync: ({ name }: { readonly name: string }) => ({ state: name === "ffi" ? "denied" : "granted" }),
  },
  pid: process.pid,
  get ppid(): number {
    return process.ppid;
  },
  readDir,
  readFile: (path: string | URL): Promise<Uint8Array> => readFile(path),
  readTextFileSync: (path: string | URL): string => readFileSync(path, "utf8"),
  realPath: (path: string | URL): Promise<string> => realpath(path),
  remove: (path: string | URL, options: { readonly recursive?: boolean } = {}): Promise<void> => rm(path, options),
  removeSignalListener: (signal: string, listener: () => void): void => void process.off(signal, listener),
  rename,
  serve,
  stat: async (path: string | URL) => {
    const found = await stat(path);
    return { isFile: found.isFile(), size: found.size };
  },
  stdin,
  stdout: { writeSync: (bytes: Uint8Array): number => writeSync(1, bytes) },
  systemMemoryInfo: () => ({ total: totalmem(), available: freemem() }),
  version: { deno: `none, Node.js ${process.versions.node}`, v8: process.versions.v8, typescript: "none" },
};

/** The runtime's own, where it has one. */
export const Deno: unknown = Reflect.get(globalThis, "Deno") ?? overNode;
