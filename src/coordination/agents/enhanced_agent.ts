/**
 * An agent with access to a coordinator.
 *
 * @module
 */

import type { CoordinatedRun, Coordinator } from "./coordinator.ts";
import type { Runnable, TimedRunOptions } from "./runnable.ts";
import { foundValue } from "../found_value.ts";
import { requireRunnable } from "./runnable.ts";

/**
 * An agent whose runs a coordinator knows: each is given what the coordinator shares, can be ended and waited for
 * there, and its beginning,
 * its states and its end are told to whoever listens. The agent itself is left as it is.
 */
export class EnhancedAgent<Result, Shared extends object = Record<string, unknown>> implements Runnable<Result> {
  /** The agent's name. */
  readonly name: string;
  /** Who looks after its runs. */
  readonly coordinator: Coordinator<Shared>;
  readonly #agent: Runnable<Result>;

  /** Made by {@linkcode enhanceAgent} and `Coordinator.register`. */
  constructor(agent: Runnable<Result>, coordinator: Coordinator<Shared>) {
    this.name = agent.name;
    this.coordinator = coordinator;
    this.#agent = agent;
  }

  /** What the coordinator shares. */
  get shared(): Readonly<Partial<Shared>> {
    return this.coordinator.shared;
  }

  /**
   * Begins a run, and answers a handle to it.
   *
   * @throws {RangeError} If `timeoutMs` is out of range.
   */
  start(options?: TimedRunOptions): CoordinatedRun<Result> {
    return this.coordinator.track(this.#agent, options);
  }

  /**
   * Runs the agent, and answers as it does. If the run is cancelled, or its time is up, before the agent has answered, it
   * rejects with the reason.
   *
   * @throws {RangeError} If `timeoutMs` is out of range.
   * @throws What the agent's run throws.
   */
  async run(options?: TimedRunOptions): Promise<Result> {
    const { result, status, error } = await this.start(options).outcome;
    if (result === undefined && status !== "completed") throw error;
    return result as Result; // undefined only if that is what the run answered
  }
}

/**
 * Gives an agent, or anything else that can be run, access to a coordinator.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Agent } from "../../agent/mod.ts";
 * import { Coordinator } from "./coordinator.ts";
 * import { enhanceAgent } from "./enhanced_agent.ts";
 *
 * const coordinator = new Coordinator({ shared: { unit: "km" } }), log: string[] = [];
 * using _listening = coordinator.listen((event) => log.push(event.kind));
 * const agent = new Agent<{ unit: string }>("report").state("say", (ctx) => ctx.output("text", `5 ${ctx.get("unit")}`));
 * const result = await enhanceAgent(agent, coordinator).run();
 * assertEquals(result.outputs.text, "5 km");
 * assertEquals(log, ["started", "state_started", "state_ended", "ended"]);
 * ```
 */
export function enhanceAgent<Result, Shared extends object>(
  agent: Runnable<Result>,
  coordinator: Coordinator<Shared>,
): EnhancedAgent<Result, Shared> {
  requireRunnable("enhance", agent);
  if (typeof coordinator?.track !== "function") {
    throw new TypeError(`Cannot enhance an agent by ${foundValue(coordinator)}: expected a Coordinator; pass one`);
  }
  return new EnhancedAgent(agent, coordinator);
}
