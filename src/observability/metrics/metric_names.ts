/**
 * The names that a registry's metrics have taken.
 *
 * @module
 */

import { tellListener } from "../../reliability/tell_listener.ts";
import { type Definition, namesOf } from "./definition.ts";

/** Whose each name is, and who is to be told when it becomes another's. */
export class MetricNames {
  /** By every name that is printed or could be: the metric's own. */
  readonly #owners = new Map<string, string>();
  /** By name of a metric, which need not be there. */
  readonly #watchers = new Map<string, Set<() => void>>();

  /**
   * Takes all names of a metric.
   *
   * @throws {TypeError} If one of them is taken; then none is.
   */
  reserve(definition: Definition): void {
    const { name } = definition, names = namesOf(definition);
    for (const wanted of names) {
      const owner = this.#owners.get(wanted);
      if (owner === undefined) continue;
      throw new TypeError(
        owner === name
          ? `Cannot register metric "${name}": the name is taken by another definition; keep the metric that was made first, or ` +
            "give this one the same type, help, unit, labels and options"
          : `Cannot register metric "${name}": "${wanted}" belongs to metric "${owner}"; choose another name`,
      );
    }
    for (const wanted of names) this.#owners.set(wanted, name);
  }

  /** Gives them back. */
  free(definition: Definition): void {
    for (const taken of namesOf(definition)) this.#owners.delete(taken);
  }

  /** Has somebody called back when the metric of a name is another, or none. Returns what ends it. */
  watch(name: string, changed: () => void): () => void {
    const watcher = () => changed(), watchers = this.#watchers.get(name) ?? new Set();
    this.#watchers.set(name, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0 && this.#watchers.get(name) === watchers) this.#watchers.delete(name);
    };
  }

  /** Tells those who watch a name. */
  changed(name: string): void {
    for (const watcher of this.#watchers.get(name) ?? []) tellListener(watcher, undefined);
  }
}
