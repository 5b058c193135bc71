/**
 * Forks without V8's helper threads, if that is asked for and can be had.
 *
 * @module
 */

import type { Warning } from "../document.ts";
import type { ForkLauncher } from "../fork_launcher.ts";
import { ISOLATING_FLAG } from "./spawn.ts";

/** What forks are started by; disposed of when none is left. */
export interface Isolation extends AsyncDisposable {
  /** Starts them. */
  readonly launcher: ForkLauncher;
  /** Why V8's helper threads are on although they should not be. */
  readonly warnings: readonly Warning[];
}

/** Isolates forks where that takes another launcher: one whose flags are built in. */
export async function isolate(launcher: ForkLauncher, isolateVm: boolean): Promise<Isolation> {
  const isThere = launcher.builtInV8Flags?.includes(ISOLATING_FLAG) ?? true; // else the engine sets it
  const plain = { launcher, [Symbol.asyncDispose]: () => Promise.resolve() };
  if (!isolateVm || isThere) return { ...plain, warnings: [] };
  if (launcher.withV8Flag === undefined) {
    return { ...plain, warnings: [notIsolated("a compiled executable has its V8 flags built in")] };
  }
  try {
    const isolated = await launcher.withV8Flag(ISOLATING_FLAG);
    return { launcher: isolated, warnings: [], [Symbol.asyncDispose]: () => isolated[Symbol.asyncDispose]() };
  } catch (thrown) {
    return { ...plain, warnings: [notIsolated(thrown instanceof Error ? thrown.message : String(thrown))] };
  }
}

function notIsolated(reason: string): Warning {
  return {
    code: "isolate_vm_unavailable",
    message: `V8's helper threads are on: ${reason}; measure with deno run to switch them off`,
    benchmarkId: null,
  };
}
