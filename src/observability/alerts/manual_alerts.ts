/**
 * Alerts that were triggered by hand.
 *
 * @module
 */

import { SEVERITIES } from "./alert_rule.ts";
import type { RuleState } from "./rule_state.ts";

/** What was triggered by hand without a rule. Severity is a label of an alert: those of one name and different severities are different ones. */
export class ManualAlerts {
  readonly #states = new Map<string, RuleState>();
  /** At how many of these those without alerts are forgotten. */
  #sweepSize = 16;

  /** What was triggered by a name and severity. */
  find(name: string, severity: string): RuleState | undefined {
    return this.#states.get(keyOf(name, severity));
  }

  /** What was triggered by a name. */
  *named(name: string): Generator<RuleState, void> {
    for (const severity of SEVERITIES) {
      const state = this.find(name, severity);
      if (state !== undefined) yield state;
    }
  }

  /** Keeps one as long as it has alerts. */
  keep(state: RuleState): void {
    const { name, severity } = state.terms;
    this.#states.set(keyOf(name, severity), state);
    if (this.#states.size < this.#sweepSize) return;
    for (const [other, { alerts }] of this.#states) if (alerts.size === 0) this.#states.delete(other);
    this.#sweepSize = 2 * this.#states.size + 16;
  }

  /** All of them. */
  [Symbol.iterator](): IterableIterator<RuleState> {
    return this.#states.values();
  }
}

function keyOf(name: string, severity: string): string {
  return `${severity} ${name}`;
}
