/**
 * The host's fingerprint.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Environment } from "../document_environment.ts";

/** What a fingerprint is made of: nothing that changes while the machine runs, or when it starts again. */
export type StableFacts = Pick<Environment, "os" | "arch" | "kernel" | "cpu" | "virtualization" | "runtime">;

/**
 * Sums up a host: documents with the same fingerprint may be compared.
 *
 * It covers operating system, architecture, kernel series (its first two numbers), processor model, count and governor,
 * virtualization, and the versions of Deno and V8. Left out is what changes on one machine (clock rate, load, boot and machine
 * ids, host name, free and even total memory, which varies with the kernel's build) and how the run was made: V8's flags are
 * in the document, and whoever compares looks at them as well.
 *
 * A program that may not ask the system sees less of the host and so has another fingerprint: such documents are not compared.
 *
 * @returns Twelve hexadecimal digits: the start of a SHA-256 sum.
 */
export async function fingerprintOf(facts: StableFacts): Promise<string> {
  const { os, arch, kernel, cpu, virtualization, runtime } = facts;
  const kernelSeries = /^\d+\.\d+/.exec(kernel)?.[0] ?? kernel;
  const stable = [os, arch, kernelSeries, cpu.model, cpu.count, cpu.governor, virtualization, runtime.deno, runtime.v8];
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(JSON.stringify(stable)));
  return Buffer.from(sum).toString("hex").slice(0, 12);
}
