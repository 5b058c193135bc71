/**
 * What a state may return to say where the run goes next.
 *
 * @module
 */

import { requireOptions } from "../coordination/require_options.ts";

/** A step of a state with a payload of its own; see {@linkcode send}. */
export class Send {
  /** Use {@linkcode send}. */
  constructor(
    /** The state to run. */
    readonly state: string,
    /** What its step finds in `ctx.payload`. */
    readonly payload: unknown,
  ) {}
}

/** One target: a state's name, or a state with a payload. */
export type Target = string | Send;

/** What {@linkcode command} takes. */
export interface CommandOptions<Update extends object> {
  /** Variables to set, as if by `ctx.set`. */
  readonly update?: Update;
  /** Where to go next. */
  readonly goto?: Target | readonly Target[];
}

/** Variables to set and where to go next, in one value; see {@linkcode command}. */
export class Command<Update extends object> {
  /** Variables to set, or `undefined`. */
  readonly update: Update | undefined;
  /** Where to go next, or `undefined`. */
  readonly goto: Target | readonly Target[] | undefined;

  /** Use {@linkcode command}. */
  constructor(options: CommandOptions<Update>) {
    requireOptions("make a command", options, "pass { update } or { goto }, or both");
    this.update = options.update;
    this.goto = options.goto;
  }
}

/** What a state function may return: nothing, one target, several, or a command. */
export type Route<Vars extends object> = Target | readonly Target[] | Command<Partial<Vars>>;

/**
 * Sets variables and names the next states in one return value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent, command } from "./mod.ts";
 *
 * const agent = new Agent<{ tries: number }>("draft")
 *   .state("write", { goto: ["review"] }, () => command({ update: { tries: 1 }, goto: "review" }))
 *   .state("review", (ctx) => ctx.output("tries", ctx.get("tries")));
 * assertEquals((await agent.run()).outputs.tries, 1);
 * ```
 */
export function command<Update extends object = Record<never, never>>(
  options: CommandOptions<Update>,
): Command<Update> {
  return new Command(options);
}

/**
 * Runs a state once more with a payload: return several for a dynamic fan-out. Whatever depends on that state waits for all of
 * its steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent, send } from "./mod.ts";
 *
 * const agent = new Agent<{ sum: number }>("squares", { reducers: { sum: "add" } })
 *   .state("split", { goto: ["square"] }, () => [1, 2, 3].map((n) => send("square", n)))
 *   .state("square", (ctx) => ctx.set("sum", Number(ctx.payload) ** 2))
 *   .state("report", { dependsOn: ["square"] }, (ctx) => ctx.output("sum", ctx.get("sum")));
 * assertEquals((await agent.run()).outputs.sum, 14);
 * ```
 */
export function send(state: string, payload?: unknown): Send {
  return new Send(state, payload);
}
