import type { SharedHandle } from "../handle.ts";

/** What a test tells a Worker to do with a primitive; it does one thing at a time and then reports. */
export interface Order {
  readonly task:
    | "attach"
    | "take"
    | "take blocking"
    | "take and compute"
    | "release"
    | "hammer"
    | "arrive"
    | "count down"
    | "add"
    | "send"
    | "receive"
    | "close";
  readonly handle?: SharedHandle;
  readonly count?: number;
  readonly timeoutMs?: number;
  /** Words beside the primitive, to count in. */
  readonly counts?: SharedArrayBuffer;
}

/** What the Worker answers. */
export interface Report {
  readonly error?: string;
  readonly ownerDied?: boolean;
  readonly count?: number;
}
