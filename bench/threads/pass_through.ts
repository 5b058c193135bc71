/**
 * How a thread of a crew takes its turn where only so many may be at once.
 *
 * @module
 */

import type { Signals } from "./crew_memory.ts";

/**
 * Takes a turn. At first whoever gets in stays until all others have asked to, and the room is full: so it is wanted by all from then
 * on, and whatever lets too many in does so now.
 */
export function passThrough(signals: Signals, time: number, acquire: () => { release(): void }): void {
  const { room, threads } = signals, most = Math.min(room, threads);
  if (time === 1) signals.come();
  const guard = acquire();
  signals.enter();
  if (time === 1) {
    signals.come();
    signals.awaitComing(threads + most);
  }
  if (room === 1) signals.count();
  signals.exit();
  guard.release();
}
