/**
 * Loads esbuild, which transpiles and links a user's files.
 *
 * It is WebAssembly that needs neither a file system nor a process of its own. The executable holds it compressed, 3 MB in place of 14:
 * scripts/vendor_packages.ts makes it, and scripts/compile puts it where it is looked for here.
 *
 * @module
 */

import { brotliDecompressSync } from "node:zlib";
import * as esbuild from "esbuild-wasm";
import { readSetAside } from "./set_aside.ts";

/** Where the executable has it, if it is not set aside. */
const COMPRESSED = new URL("../../vendor/esbuild.wasm.br", import.meta.url);

/** Starts esbuild in this thread; takes about half a second. It cannot be started twice. */
export async function loadEsbuild(): Promise<typeof esbuild> {
  const wasmModule = await WebAssembly.compile(await readWasm());
  await esbuild.initialize({ wasmModule, worker: false });
  return esbuild;
}

async function readWasm(): Promise<Uint8Array<ArrayBuffer>> {
  if (Deno.build.standalone) return new Uint8Array(brotliDecompressSync(await readCompressed()));
  return await Deno.readFile(new URL(import.meta.resolve("esbuild-wasm/esbuild.wasm")));
}

async function readCompressed(): Promise<Uint8Array> {
  return Deno.build.os === "linux" ? await readSetAside(Deno.execPath()) : await Deno.readFile(COMPRESSED);
}
