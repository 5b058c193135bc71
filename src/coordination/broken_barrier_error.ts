/**
 * Why nobody passes a barrier.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** Why a barrier broke: what a party did, its action's failure, or a reset. */
export type BarrierBreak = "timeout" | "abort" | "leave" | "action" | "reset";

const BREAKS: Readonly<Record<BarrierBreak, string>> = {
  timeout: "a party gave up because its time was up",
  abort: "a party gave up because its signal was aborted",
  leave: "a party left",
  action: "its action failed",
  reset: "it was reset",
};

/** Thrown to all who wait for others that will not come; its cause is what kept them. */
export class BrokenBarrierError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "barrier_broken";
  /** Which meeting did not take place. */
  readonly generation: number;
  /** What happened. */
  readonly why: BarrierBreak;

  /** Words the message; `what` is the barrier. */
  constructor(what: string, { generation, why, cause }: { generation: number; why: BarrierBreak; cause: unknown }) {
    super(
      `Cannot pass ${what}: in generation ${generation} ${BREAKS[why]}; ` +
        (why === "reset" ? "arrive again" : "call reset() when all parties know, then arrive again"),
      { cause },
    );
    this.generation = generation;
    this.why = why;
  }
}
