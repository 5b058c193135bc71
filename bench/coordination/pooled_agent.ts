/**
 * What the Workers of a pool run.
 *
 * @module
 */

import { Agent } from "../../src/agent/mod.ts";

/** An agent of one state: doubles a number. */
export const doubler = new Agent<{ n: number }, { doubled: number }>("doubler")
  .state("double", (ctx) => ctx.output("doubled", ctx.get("n") * 2));
