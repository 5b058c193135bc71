import type { SharedHandle } from "../handle.ts";

/** What a test tells a Worker to do with a primitive; it does one thing at a time and then reports. */
export interface Order {
  readonly task:
    | "attach"
    | "take"
    | "take blocking"
    | "release"
    | "hammer"
    | "act"
    | "act for ever"
    | "close when told"
    | "enter"
    | "enter until wanted";
  readonly handle?: SharedHandle;
  /** How often, or how many. */
  readonly count?: number;
  readonly timeoutMs?: number;
  /** Words beside the primitive, to count in. */
  readonly counts?: SharedArrayBuffer;
  /** Which lock to enter, and what to write to which words there. */
  readonly lockAt?: number;
  readonly writes?: readonly (readonly [at: number, value: number])[];
}

/** What the Worker answers. */
export interface Report {
  readonly error?: string;
  readonly ownerDied?: boolean;
  readonly count?: number;
}
