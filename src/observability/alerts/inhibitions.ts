/**
 * Alerts that say nothing new while others fire.
 *
 * @module
 */

import { fingerprintOf, type LabelMatchers, type Labels, labelsMatch, requireMatchers } from "./labels.ts";

/** While an alert that `source` matches fires, those that `target` matches are not told of. */
export interface InhibitionRule {
  /** Which alerts inhibit. */
  readonly source: LabelMatchers;
  /** Which are inhibited; one that both match is not inhibited by others that both match, itself included. */
  readonly target: LabelMatchers;
  /** The labels in which both must agree; one that neither has agrees. Default: none. */
  readonly equal?: readonly string[];
}

/** How many sources of one kind fire, and how many of these are targets, too. */
interface Sources {
  all: number;
  targets: number;
}

/** Inhibition rules and the sources that fire. Each alert costs a look at each rule, not at each source. */
export class Inhibitions {
  readonly #rules: readonly { readonly rule: InhibitionRule; readonly sources: Map<string, Sources> }[];

  /**
   * Checks the rules.
   *
   * @throws {TypeError} If a matcher is none.
   */
  constructor(rules: readonly InhibitionRule[]) {
    this.#rules = rules.map((rule) => {
      requireMatchers("an inhibition's source", rule.source);
      requireMatchers("an inhibition's target", rule.target);
      return { rule, sources: new Map() };
    });
  }

  /** An alert has begun to fire (`by` 1), or ceased to (-1); whether others may be inhibited otherwise by that. */
  count(labels: Labels, by: 1 | -1): boolean {
    let hasChanged = false;
    for (const { rule, sources } of this.#rules) {
      if (!labelsMatch(rule.source, labels)) continue;
      const key = keyOf(rule, labels), counts = sources.get(key) ?? { all: 0, targets: 0 };
      counts.all += by;
      if (labelsMatch(rule.target, labels)) counts.targets += by;
      if (counts.all === 0) sources.delete(key);
      else sources.set(key, counts);
      hasChanged = true;
    }
    return hasChanged;
  }

  /** Whether an alert is inhibited. */
  inhibit(labels: Labels): boolean {
    return this.#rules.some(({ rule, sources }) => {
      if (sources.size === 0 || !labelsMatch(rule.target, labels)) return false;
      const counts = sources.get(keyOf(rule, labels));
      if (counts === undefined) return false;
      return labelsMatch(rule.source, labels) ? counts.all > counts.targets : counts.all > 0;
    });
  }
}

function keyOf({ equal = [] }: InhibitionRule, labels: Labels): string {
  return fingerprintOf(Object.fromEntries(equal.map((name) => [name, labels[name] ?? ""])));
}
