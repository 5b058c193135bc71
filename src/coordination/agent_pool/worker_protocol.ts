/**
 * What a pool and its Workers say to each other.
 *
 * @module
 */

/** To the Worker. */
export type ToWorker =
  | { readonly kind: "load"; readonly module: string; readonly exportName: string }
  | { readonly kind: "run"; readonly id: number; readonly input: unknown }
  | { readonly kind: "abort"; readonly id: number };

/** From the Worker. */
export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "closed" }
  | { readonly kind: "done"; readonly id: number; readonly output: unknown }
  | {
    readonly kind: "failed";
    readonly id: number;
    readonly name: string;
    readonly message: string;
    readonly stack?: string;
  };

/** Whether a message has a `kind`: others are of no concern to either side. */
export function isPoolMessage(data: unknown): data is { readonly kind: unknown } {
  return typeof data === "object" && data !== null && "kind" in data;
}
