import { assertEquals } from "@std/assert";

/** Makes something of which two waits of one signal follow each other, where the second could go on without the first. */
export type AbortPair = (signal: AbortSignal) => Promise<unknown>[];

/** Aborts the signal of a pair: both waits end with its reason. */
export async function assertGrantsNothing(waits: AbortPair): Promise<void> {
  const abort = new AbortController(), reason = new Error("stop");
  const found = Promise.allSettled(waits(abort.signal));
  abort.abort(reason);
  assertEquals(await found, [{ status: "rejected", reason }, { status: "rejected", reason }]);
}
