/**
 * The alerts that a manager has.
 *
 * @module
 */

import type { AlertInstance } from "./alert_instance.ts";
import { ManualAlerts } from "./manual_alerts.ts";
import type { RuleState } from "./rule_state.ts";

/** Keeps the alerts of rules and those that were triggered by hand, and counts them together. */
export class AlertBook {
  /** By name. */
  readonly rules: Map<string, RuleState> = new Map();
  /** Those of no rule. */
  readonly manual: ManualAlerts = new ManualAlerts();
  /** How many alerts found no room. */
  dropped = 0;
  readonly #maxAlerts: number;
  /** For how many more there is room at least: counted anew when it is used up. */
  #room = 0;

  /** An empty one. */
  constructor(maxAlerts: number) {
    this.#maxAlerts = maxAlerts;
  }

  /** Whether there is room for one more, which is taken; counts it as dropped if not. */
  mayAdd(): boolean {
    if (this.#room === 0) this.#room = Math.max(0, this.#maxAlerts - this.#size);
    const mayAdd = this.#room > 0;
    if (mayAdd) this.#room--;
    else this.dropped++;
    return mayAdd;
  }

  /** Whatever has alerts. */
  states(): RuleState[] {
    return [...this.rules.values(), ...this.manual];
  }

  /** Whatever has alerts of a name: the rule first. */
  named(name: string): RuleState[] {
    const rule = this.rules.get(name);
    return [...rule === undefined ? [] : [rule], ...this.manual.named(name)];
  }

  /** All alerts. */
  *alerts(): Generator<AlertInstance, void> {
    for (const state of this.rules.values()) yield* state.alerts.values();
    for (const state of this.manual) yield* state.alerts.values();
  }

  get #size(): number {
    let size = 0;
    for (const { alerts } of this.rules.values()) size += alerts.size;
    for (const { alerts } of this.manual) size += alerts.size;
    return size;
  }
}
