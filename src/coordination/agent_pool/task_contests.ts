/**
 * What tasks of a pool hold and wait for, for whoever looks for deadlocks.
 *
 * @module
 */

import type { Contested, ContestedHolding, ContestedWait, LetsGo } from "../deadlocks/contested.ts";

/** What a pool tells of its tasks. */
export interface TasksOfPool {
  /** What people call it. */
  readonly name: string | undefined;
  /** How many workers it may have. */
  readonly mostWorkers: number;
  /** Who the running tasks are; undefined for those that never asked, which so wait for nothing in their name. */
  running(): Iterable<string | undefined>;
  /** The tasks in line. */
  waiting(): Iterable<ContestedWait>;
}

/** Workers, each held by the task that it runs. Whoever gets one is a task of its own, which is taken to end. */
export class WorkersContest implements Contested {
  readonly noun = "agent pool";
  readonly #pool: TasksOfPool;

  /** The workers of a pool. */
  constructor(pool: TasksOfPool) {
    this.#pool = pool;
  }

  get name(): string | undefined {
    return this.#pool.name;
  }

  *holdings(): Iterable<ContestedHolding> {
    for (const owner of this.#pool.running()) yield { owner, share: 1 };
  }

  waits(): Iterable<ContestedWait> {
    return this.#pool.waiting();
  }

  *served(letsGo: LetsGo): Iterable<ContestedWait> {
    let free = this.#pool.mostWorkers;
    for (const owner of this.#pool.running()) if (!letsGo(owner)) free--;
    if (free > 0) yield* this.#pool.waiting();
  }
}

/** What a running task will answer, held by the task. */
export class ResultContest implements Contested {
  readonly noun = "result of a task of the agent pool";
  readonly name: string | undefined;
  readonly #running: () => string | undefined;
  readonly #waits: readonly ContestedWait[];

  /** `running` tells who the task is, `wait` who waits for it. */
  constructor(name: string | undefined, running: () => string | undefined, wait: ContestedWait) {
    this.name = name;
    this.#running = running;
    this.#waits = [wait];
  }

  holdings(): Iterable<ContestedHolding> {
    return [{ owner: this.#running(), share: 1 }];
  }

  waits(): Iterable<ContestedWait> {
    return this.#waits;
  }

  served(letsGo: LetsGo): Iterable<ContestedWait> {
    return letsGo(this.#running()) ? this.#waits : [];
  }
}
