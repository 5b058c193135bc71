/**
 * Tasks that hold and wait, as plain arrays, and whether they can still go on.
 *
 * @module
 */

/** Something that is held in shares. */
export interface ModelTarget {
  /** How much of it there is. */
  readonly capacity: number;
  /** Whether whoever waits is served strictly in order. */
  readonly inOrder: boolean;
}

/** One line of work. */
export class ModelTask {
  /** What it has, by the target's place and the share. */
  readonly held: { readonly target: number; readonly share: number; readonly guard: Disposable }[] = [];
  /** What it waits for; `ticket` is its place in line. */
  wait:
    | { readonly target: number; readonly share: number; readonly timed: boolean; readonly ticket: number }
    | undefined;

  /** `owner` is its name; `alone` whether it is no other task's. */
  constructor(readonly owner: string | undefined, readonly alone: boolean) {}
}

/**
 * Which tasks are never served, though everybody who does not wait, and all of whom `goesOn` answers true, give back what they have and call
 * off what they wait for, and so does whoever is served then: the best that can happen.
 */
export function stuckTasks(
  tasks: readonly ModelTask[],
  targets: readonly ModelTarget[],
  goesOn: (task: ModelTask) => boolean,
): Set<ModelTask> {
  const stuck = new Set(tasks.filter((task) => task.wait !== undefined && !goesOn(task)));
  if (stuck.size === 0) return stuck; // as it mostly is
  const free = targets.map(({ capacity }) => capacity), lines = targets.map((): ModelTask[] => []);
  for (const task of stuck) {
    for (const { target, share } of task.held) free[target]! -= share;
    if (task.wait !== undefined) lines[task.wait.target]!.push(task);
  }
  for (const line of lines) line.sort((a, b) => (a.wait?.ticket ?? 0) - (b.wait?.ticket ?? 0));
  for (let before = -1; before !== stuck.size;) {
    before = stuck.size;
    for (const [at, { inOrder }] of targets.entries()) {
      for (const task of lines[at]!) {
        if (!stuck.has(task)) continue;
        if ((task.wait?.share ?? 0) <= free[at]!) {
          stuck.delete(task);
          for (const { target, share } of task.held) free[target]! += share;
        } else if (inOrder) break;
      }
    }
  }
  return stuck;
}
