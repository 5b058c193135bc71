/** The host's fingerprint. @module */

import type { Environment } from "../document.ts";

/** What a fingerprint is made of. */
export type HostFacts = Pick<Environment, "os" | "arch" | "kernel" | "cpu" | "virtualization" | "runtime">;

/** Twelve hexadecimal digits that stay the same as long as measurements on this host may be compared. */
export async function fingerprintOf(host: HostFacts): Promise<string> {
  const { os, arch, kernel, cpu, virtualization, runtime } = host;
  const kernelFamily = /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel;
  const facts = [os, arch, kernelFamily, cpu.model, cpu.count, virtualization, runtime.deno, runtime.v8];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(facts)));
  return new Uint8Array(digest).toHex().slice(0, 12);
}
