/**
 * Switches V8's helper threads off while two programs are compared.
 *
 * Where something else keeps a processor busy, they come late, and a process whose heap happens to be in the midst of being marked
 * then allocates a fifth slower for as long as that lasts, which may be its whole life. Under a busy loop on two processors,
 * effects of 9 pairs of processes of equal code spread by 9.5 % (standard deviation) with them, over four benchmarks that
 * allocate, and by 1.9 % without.
 *
 * @module
 */

import type { Warning } from "../document.ts";
import type { ForkLauncher } from "../fork_launcher.ts";
import { ISOLATING_FLAG } from "../run/spawn.ts";
import type { Side } from "./duet_error.ts";

/** What both programs are started by; disposed of when neither runs any more. */
export interface IsolatedLaunchers extends AsyncDisposable {
  /** How to start each. */
  readonly launchers: Readonly<Record<Side, ForkLauncher>>;
  /** Whether they run without V8's helper threads: both, or neither. */
  readonly isIsolated: boolean;
  /** Why they do not. */
  readonly warnings: readonly Warning[];
}

/** Switches both programs' helper threads off; neither's if that cannot be had for one of them, for they must not differ. */
export async function isolateLaunchers(launchers: Readonly<Record<Side, ForkLauncher>>): Promise<IsolatedLaunchers> {
  await using stack = new AsyncDisposableStack();
  try {
    const a = await isolated(launchers.a, stack);
    const b = launchers.b === launchers.a ? a : await isolated(launchers.b, stack);
    const owned = stack.move();
    return { launchers: { a, b }, isIsolated: true, warnings: [], [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `V8's helper threads are on, which makes code that allocates noisier: ${reason}`;
    const warnings = [{ code: "helper_threads_on", message, benchmarkId: null }];
    return { launchers, isIsolated: false, warnings, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

async function isolated(launcher: ForkLauncher, stack: AsyncDisposableStack): Promise<ForkLauncher> {
  if (launcher.withV8Flag !== undefined) return stack.use(await launcher.withV8Flag(ISOLATING_FLAG));
  if (launcher.builtInV8Flags !== undefined) throw new Error("a compiled executable has its V8 flags built in");
  return { ...launcher, v8Flags: [...launcher.v8Flags ?? [], ISOLATING_FLAG] };
}
