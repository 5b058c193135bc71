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
  for (let before = -1; before !== stuck.size;) {
    before = stuck.size;
    targets.forEach(({ capacity, inOrder }, at) => {
      const line = [...stuck].filter(({ wait }) => wait?.target === at)
        .sort((a, b) => (a.wait?.ticket ?? 0) - (b.wait?.ticket ?? 0));
      for (const task of line) {
        let free = capacity;
        for (const { held } of stuck) for (const { target, share } of held) if (target === at) free -= share;
        if ((task.wait?.share ?? 0) <= free) stuck.delete(task);
        else if (inOrder) return;
      }
    });
  }
  return stuck;
}
