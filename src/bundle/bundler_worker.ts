/**
 * The thread that bundles: esbuild takes 200 MB, which nobody else can have while it lives, and leaves things in the global scope.
 *
 * @module
 */

/// <reference no-default-lib="true" />
/// <reference lib="deno.worker" />

import { build } from "./build.ts";
import { loadEsbuild } from "./esbuild.ts";

const loading = loadEsbuild();

self.addEventListener("message", async (event: MessageEvent<string>) => {
  try {
    self.postMessage({ bundle: await build(await loading, event.data) });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
});
