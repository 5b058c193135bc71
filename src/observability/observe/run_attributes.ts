/**
 * What the spans of a run say of it.
 *
 * @module
 */

import type { Attributes } from "@opentelemetry/api";
import type { LateAttributes } from "../tracing/attribute_set.ts";
import type { ObservedEnd, ObservedRun, ObservedStart, ObservedStatus } from "./observable_target.ts";

/** Of a run that begins; to make its id text waits until somebody asks. */
export class RunDescription implements LateAttributes {
  readonly #run: ObservedRun;

  constructor(run: ObservedRun) {
    this.#run = run;
  }

  toAttributes(): Attributes {
    return { "puffinflow.agent": this.#run.agent, "puffinflow.run_id": this.#run.runId };
  }

  withOthers(others: LateAttributes): Attributes | undefined {
    if (!(others instanceof Outcome) || others.attempts !== undefined) return undefined;
    const { agent, runId } = this.#run;
    return { "puffinflow.agent": agent, "puffinflow.run_id": runId, "puffinflow.status": others.status };
  }
}

/** Of a step that begins: the same for all steps of a state. */
export class StateDescription implements LateAttributes {
  readonly resources: ObservedStart["resources"];
  readonly #agent: string;
  readonly #state: string;

  constructor(agent: string, { state, resources }: ObservedStart) {
    this.#agent = agent;
    this.#state = state;
    this.resources = resources;
  }

  toAttributes(): Attributes {
    const attributes: Attributes = { "puffinflow.agent": this.#agent, "puffinflow.state": this.#state };
    for (const name in this.resources) attributes[`puffinflow.resources.${name}`] = this.resources[name];
    return attributes;
  }

  withOthers(others: LateAttributes): Attributes | undefined {
    if (!(others instanceof Outcome) || this.resources !== undefined) return undefined;
    const { status, attempts, waitedMs } = others;
    return attempts === undefined || waitedMs !== undefined ? undefined : {
      "puffinflow.agent": this.#agent,
      "puffinflow.state": this.#state,
      "puffinflow.status": status,
      "puffinflow.attempts": attempts,
    };
  }
}

/** Of a run or a step that has ended. */
class Outcome implements LateAttributes {
  constructor(
    readonly status: ObservedStatus,
    readonly attempts: number | undefined,
    readonly waitedMs: number | undefined,
  ) {}

  toAttributes(): Attributes {
    const attributes: Attributes = { "puffinflow.status": this.status };
    if (this.attempts !== undefined) attributes["puffinflow.attempts"] = this.attempts;
    if (this.waitedMs !== undefined) attributes["puffinflow.waited_ms"] = this.waitedMs;
    return attributes;
  }
}

const RUN_OUTCOMES: Readonly<Record<ObservedStatus, LateAttributes>> = {
  completed: new Outcome("completed", undefined, undefined),
  failed: new Outcome("failed", undefined, undefined),
  cancelled: new Outcome("cancelled", undefined, undefined),
  timed_out: new Outcome("timed_out", undefined, undefined),
};

/** What most steps come to. */
const COMPLETED_AT_ONCE = new Outcome("completed", 1, undefined);

/** How a run has ended. */
export function runOutcome(status: ObservedStatus): LateAttributes {
  return RUN_OUTCOMES[status];
}

/** How a step has ended. */
export function stateOutcome({ status, attempts, waitedMs }: ObservedEnd): LateAttributes {
  return status === "completed" && attempts === 1 && waitedMs === undefined
    ? COMPLETED_AT_ONCE
    : new Outcome(status, attempts, waitedMs);
}
