/**
 * What tasks of a pool hold and wait for, for whoever looks for deadlocks.
 *
 * @module
 */

import type { Contested, ContestedHolding, ContestedWait, LetsGo } from "../deadlocks/contested.ts";
import { tellBegin, tellEnd, waitWatch } from "../deadlocks/watch.ts";

/** A task, and whoever waits for it. */
export interface ContestingTask extends ContestedWait {
  readonly details: { readonly isAwaited: boolean };
  /** Whether it has had room in the queue, or a worker. */
  readonly isAccepted: boolean;
  /** Who it is while it runs: a name only if it asked for one, for else it waits for nothing in its name. */
  readonly identity: { readonly known: string | undefined } | undefined;
}

/** What a pool shows of itself. */
export interface ContestedPool {
  /** What people call it. */
  readonly name: string | undefined;
  /** How many workers it may have. */
  readonly mostWorkers: number;
  /** The tasks that run. */
  readonly running: { keys(): Iterable<ContestingTask> };
  /** The tasks in line. */
  readonly lines: { tasks(where: "queued" | "outside"): Iterable<ContestingTask> };
}

/** Workers, each held by the task that it runs. Whoever gets one is a task of its own, which is taken to end. */
export class WorkersContest implements Contested {
  readonly noun = "agent pool";
  readonly #pool: ContestedPool;

  /** The workers of a pool. */
  constructor(pool: ContestedPool) {
    this.#pool = pool;
  }

  get name(): string | undefined {
    return this.#pool.name;
  }

  /** A task waits for a worker, or for room in the queue. */
  joined(task: ContestingTask): void {
    if (task.details.isAwaited || !task.isAccepted) tellBegin(task, this);
  }

  /** A task has a worker: whoever awaits it waits for its answer now. */
  begun(task: ContestingTask): void {
    if (waitWatch.current === undefined) return;
    tellEnd(task);
    if (task.details.isAwaited) tellBegin(task, new ResultContest(this.name, task));
  }

  *holdings(): Iterable<ContestedHolding> {
    for (const { identity } of this.#pool.running.keys()) yield { owner: identity?.known, share: 1 };
  }

  *waits(): Iterable<ContestedWait> {
    yield* this.#pool.lines.tasks("queued");
    yield* this.#pool.lines.tasks("outside");
  }

  *served(letsGo: LetsGo): Iterable<ContestedWait> {
    let free = this.#pool.mostWorkers;
    for (const { owner } of this.holdings()) if (!letsGo(owner)) free--;
    if (free > 0) yield* this.waits();
  }
}

/** What a running task will answer, held by the task. */
class ResultContest implements Contested {
  readonly noun = "result of a task of the agent pool";
  readonly name: string | undefined;
  readonly #task: ContestingTask;

  constructor(name: string | undefined, task: ContestingTask) {
    this.name = name;
    this.#task = task;
  }

  holdings(): Iterable<ContestedHolding> {
    return [{ owner: this.#running, share: 1 }];
  }

  waits(): Iterable<ContestedWait> {
    return [this.#task];
  }

  served(letsGo: LetsGo): Iterable<ContestedWait> {
    return letsGo(this.#running) ? [this.#task] : [];
  }

  get #running(): string | undefined {
    return this.#task.identity?.known;
  }
}
