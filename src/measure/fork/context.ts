/**
 * What every part of a measuring process works with.
 *
 * @module
 */

import type { Clock } from "../clock.ts";
import type { ForkMessage } from "../fork_messages.ts";
import type { ForkPhase, ForkRequest } from "../protocol.ts";
import type { Random } from "../random.ts";
import type { FaultMonitor } from "./faults.ts";
import type { Collect } from "./garbage.ts";
import type { SubjectContext } from "./subject.ts";

/** The process's clock, random numbers, collector and voice. */
export interface ForkContext extends SubjectContext {
  /** What it was asked to do. */
  readonly request: ForkRequest;
  /** Its random choices. */
  readonly random: Random;
  /** Collects garbage, if V8 lets it. */
  readonly collect: Collect | undefined;
  /** Tells the run something. */
  tell(message: ForkMessage): void;
  /** Tells the run which benchmark it works on from now on. */
  begin(id: string | null, phase: ForkPhase): void;
}

/** Makes a context out of a request and what the process offers. */
export function createContext(
  parts: {
    readonly request: ForkRequest;
    readonly clock: Clock;
    readonly faults: FaultMonitor;
    readonly random: Random;
    readonly collect: Collect | undefined;
    readonly tell: (message: ForkMessage) => void;
  },
): ForkContext {
  let serial = 0;
  return {
    ...parts,
    settings: parts.request.settings,
    nextSerial: () => ++serial,
    begin: (id, phase) => parts.tell({ type: "begin", id, phase }),
  };
}
