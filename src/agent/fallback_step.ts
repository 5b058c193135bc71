/**
 * The attempt that is made in a state's stead when it has failed for good.
 *
 * @module
 */

import type { StateContext } from "./context.ts";
import { GraphStep } from "./graph_step.ts";
import type { AnyStateFunction } from "./guarded.ts";
import type { AnyVariables } from "./state.ts";

/** A step's last attempt: it knows why it is made. */
export class FallbackStep extends GraphStep {
  constructor(readonly failed: GraphStep, readonly failure: unknown) {
    super(failed.graph, failed.progress, failed.index, failed.attempt + 1, failed.payload);
    this.origin = failed.origin;
  }

  override again(): FallbackStep {
    return new FallbackStep(this.failed, this.failure);
  }
}

/** Calls `fallback` for a fallback's step, and `fn` for any other. */
export function withFallback(
  fn: AnyStateFunction,
  fallback: (error: unknown, ctx: StateContext<AnyVariables, AnyVariables>) => unknown,
): AnyStateFunction {
  return (ctx) => ctx instanceof FallbackStep ? fallback(ctx.failure, ctx) : fn(ctx);
}
