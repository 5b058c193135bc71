/**
 * The part of Deno's namespace that the package uses, over what Node.js has of its own.
 *
 * @module
 */

import { readdir } from "node:fs/promises";
import process from "node:process";

class AddrInUse extends Error {}

async function* readDir(path: string | URL): AsyncIterable<{ readonly name: string; readonly isFile: boolean }> {
  for (const entry of await readdir(path, { withFileTypes: true })) yield { name: entry.name, isFile: entry.isFile() };
}

function serve(): never {
  throw new TypeError("Cannot serve on Node.js: expected to run in Deno; give the handler to a server of your own");
}

const overNode = {
  addSignalListener: (signal: string, listener: () => void) => void process.on(signal, listener),
  errors: { AddrInUse },
  exit: (code?: number): never => process.exit(code),
  memoryUsage: process.memoryUsage,
  pid: process.pid,
  readDir,
  removeSignalListener: (signal: string, listener: () => void) => void process.off(signal, listener),
  serve,
};

/** The runtime's own, where it has one. */
export const Deno: unknown = Reflect.get(globalThis, "Deno") ?? overNode;
