/**
 * What goes wrong in a pool.
 *
 * @module
 */

import { PuffinError } from "../../errors.ts";

/** Thrown to a task whose Worker broke while it ran, as often as it may be tried. */
export class WorkerCrashedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "worker_crashed";

  /** Words the message; `attempts` is how often the task was begun, `hasStarted` whether its Worker ever took one. */
  constructor(reason: string, readonly attempts: number, hasStarted: boolean) {
    super(
      hasStarted
        ? `Cannot finish a task: its Worker broke, in attempt ${attempts}: ${reason}; mend it, or raise crashRetries if it may run twice`
        : `Cannot finish a task: its Worker did not start: ${reason}; mend the module or its URL, and for an executable ` +
          "name it to deno compile with --include",
    );
  }
}

/** What a task's function threw in its Worker: the name, message and stack are the original's, as far as they can be read. */
export class RemoteTaskError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "remote_task_failed";
  /** The name of what was thrown, such as `TypeError`; `NonError` if it was no error. */
  readonly remoteName: string;
  /** Where it was thrown, in the Worker. */
  readonly remoteStack: string | undefined;

  /** Takes over what the Worker reported. */
  constructor({ name, message, stack }: { readonly name: string; readonly message: string; readonly stack?: string }) {
    super(message);
    this.remoteName = name;
    this.remoteStack = stack;
  }
}

/** Thrown by a pool that takes no more tasks. */
export class AgentPoolClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "agent_pool_closed";

  /** Words the message. */
  constructor(pool: string) {
    super(`Cannot run a task: ${pool} is drained; submit before drain()`);
  }
}

/** What ends tasks that are not done by the deadline of a drain. */
export class DrainDeadlineError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "drain_deadline";

  /** Words the message. */
  constructor(pool: string, readonly deadlineMs: number) {
    super(
      `Cannot finish a task: ${pool} was drained with a deadline of ${deadlineMs} ms; raise deadlineMs, or run it elsewhere`,
    );
  }
}
