/**
 * What can end a run or a step other than well. Each is the `error` of a result or of a state, none is thrown by `Agent.run`.
 *
 * @module
 */

import { PuffinError } from "../errors.ts";

/** How a thrown value reads in a message: whatever was thrown, even `undefined` or an object that throws when printed. */
export function describeThrown(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return thrown.message === "" ? `${thrown.name}` : `${thrown.name}: ${thrown.message}`;
    return typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown);
  } catch {
    return `a value of type ${typeof thrown}`;
  }
}

/** A state failed for good, which ended the run; `cause` is what it threw. */
export class StateFailedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "state_failed";

  /** Names the state and how often it was tried. */
  constructor(readonly agent: string, readonly state: string, readonly attempts: number, cause: unknown) {
    const times = attempts === 1 ? "" : ` after ${attempts} attempts`;
    super(`State "${state}" of agent "${agent}" failed${times}: ${describeThrown(cause)}`, { cause });
  }
}

/** An attempt took longer than its state's `timeoutMs`. */
export class StateTimeoutError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "state_timeout";

  /** Names the state and its limit. */
  constructor(readonly state: string, readonly timeoutMs: number) {
    super(
      `State "${state}" timed out: it did not settle within ${timeoutMs} ms; raise its timeoutMs or heed ctx.signal`,
    );
  }
}

/** The run took longer than its `timeoutMs`. */
export class RunTimeoutError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "run_timeout";

  /** Names the agent and its limit. */
  constructor(readonly agent: string, readonly timeoutMs: number) {
    super(`Run of agent "${agent}" timed out: it did not end within ${timeoutMs} ms; raise the run's timeoutMs`);
  }
}

/** The run's signal was aborted; `cause` is the signal's reason. */
export class RunCancelledError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "run_cancelled";

  /** Names the agent and keeps the signal's reason. */
  constructor(readonly agent: string, reason: unknown) {
    super(`Run of agent "${agent}" was cancelled: ${describeThrown(reason)}`, { cause: reason });
  }
}

/** A run was about to take more steps than its `maxSteps`. */
export class StepLimitError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "step_limit";

  /** Names the state that was to run next. */
  constructor(readonly agent: string, readonly state: string, readonly maxSteps: number) {
    super(
      `Cannot run state "${state}" of agent "${agent}": the run has taken its ${maxSteps} steps; ` +
        `end the loop through "${state}" or raise maxSteps`,
    );
  }
}

/** A state returned something that is no route: an unknown name, one it did not declare, or another kind of value. */
export class RouteError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "invalid_route";

  /** Names the state that returned it. */
  constructor(readonly state: string, message: string) {
    super(message);
  }
}

/** Two steps that do not follow from each other wrote one key that has no reducer. */
export class ConcurrentWriteError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "concurrent_write";

  /** Names the key and both writers, the later one first. */
  constructor(readonly kind: "variable" | "output", readonly key: string, readonly states: readonly [string, string]) {
    const remedy = kind === "variable"
      ? `give "${key}" a reducer, or let one state depend on the other`
      : `give each its own name, or let one state depend on the other`;
    super(
      `Cannot write ${kind} "${key}" from state "${states[0]}": state "${states[1]}" wrote it concurrently; ${remedy}`,
    );
  }
}

/** A state read a variable that nothing had set. */
export class UnsetVariableError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "unset_variable";

  /** Names the reader and the key. */
  constructor(readonly state: string, readonly key: string) {
    super(
      `Cannot read variable "${key}" in state "${state}": nothing has set it; ` +
        `depend on the state that sets it, pass it to run(), or read it with getOr()`,
    );
  }
}

/** A state function wrote after its attempt had ended, because it timed out or the run was over. */
export class StepEndedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "step_ended";

  /** Names the state and the attempt that is over. */
  constructor(readonly state: string, readonly attempt: number) {
    super(`Cannot write from state "${state}": its attempt ${attempt} has ended; heed ctx.signal and await all work`);
  }
}
