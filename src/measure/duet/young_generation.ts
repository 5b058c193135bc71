/**
 * Keeps V8's young generation small while two programs are compared.
 *
 * V8 lets it grow, whenever much survives a collection, from 1 MB to 16 or more, and so out of the processor's second cache: a
 * process in which that has happened allocates up to half slower for the rest of its life. Chance decides when it happens, for code that
 * allocates it is most of what sets two processes of equal code apart. Over 10 benchmarks that allocate, levels of 24 processes
 * spread by 12 % (standard deviation) as V8 has it and by 2.3 % with 2 MB, effects of 12 pairs of processes by 4.1 % and 2.2 %.
 *
 * @module
 */

import type { Warning } from "../document.ts";
import type { ForkLauncher } from "../fork_launcher.ts";
import type { Side } from "./duet_error.ts";

/** Half of the young generation is at most 2 MB, what the second cache of a common processor holds. */
export const YOUNG_GENERATION_FLAG = "--max-semi-space-size=2";

/** What both programs are started by; disposed of when neither runs any more. */
export interface LimitedLaunchers extends AsyncDisposable {
  /** How to start each. */
  readonly launchers: Readonly<Record<Side, ForkLauncher>>;
  /** Whether their young generations are limited: both, or neither. */
  readonly isLimited: boolean;
  /** Why they are not. */
  readonly warnings: readonly Warning[];
}

/** Limits both programs' young generations; neither's if that cannot be had for one of them, for they must not differ. */
export async function limitYoungGenerations(
  launchers: Readonly<Record<Side, ForkLauncher>>,
): Promise<LimitedLaunchers> {
  await using stack = new AsyncDisposableStack();
  try {
    const a = await limit(launchers.a, stack);
    const b = launchers.b === launchers.a ? a : await limit(launchers.b, stack);
    const owned = stack.move();
    return { launchers: { a, b }, isLimited: true, warnings: [], [Symbol.asyncDispose]: () => owned.disposeAsync() };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    const message = `V8's young generation grows as it likes, which makes code that allocates noisier: ${reason}`;
    const warnings = [{ code: "young_generation_unlimited", message, benchmarkId: null }];
    return { launchers, isLimited: false, warnings, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
}

async function limit(launcher: ForkLauncher, stack: AsyncDisposableStack): Promise<ForkLauncher> {
  if (launcher.withV8Flag !== undefined) return stack.use(await launcher.withV8Flag(YOUNG_GENERATION_FLAG));
  if (launcher.builtInV8Flags !== undefined) throw new Error("a compiled executable has its V8 flags built in");
  return { ...launcher, v8Flags: [...launcher.v8Flags ?? [], YOUNG_GENERATION_FLAG] };
}
