/**
 * Alerts and silences as they go to the page.
 *
 * @module
 */

import type { Alert } from "../alerts/alert.ts";
import type { AlertManager } from "../alerts/alert_manager.ts";
import { type LabelCondition, type Labels, labelsMatch } from "../alerts/labels.ts";
import type { Silence } from "../alerts/silences.ts";
import { MOST_OF_A_MESSAGE, MOST_OF_A_NAME, shownText } from "./shown_text.ts";

/** An alert as it goes to the page. */
export interface AlertView {
  readonly name: string;
  readonly state: Alert["state"];
  readonly severity: Alert["severity"];
  /** Without `alertname` and `severity`. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  readonly annotations: readonly (readonly [name: string, text: string])[];
  readonly value: number | null;
  /** Since when it is as it is, in milliseconds since 1970. */
  readonly sinceMs: number;
  /** The number of a silence that holds of it. */
  readonly silence: number | null;
}

/** A silence as it goes to the page. */
export interface SilenceView {
  readonly id: number;
  readonly isActive: boolean;
  readonly match: string;
  readonly durationMs: number;
  readonly createdBy: string;
  readonly comment: string;
}

/** All of it. */
export interface AlertsView {
  readonly firing: number;
  readonly pending: number;
  /** Those that fire, then those that are pending, then those resolved lately; the worst first. */
  readonly alerts: readonly AlertView[];
  /** How many there was no room for. */
  readonly unshown: number;
  readonly silences: readonly SilenceView[];
}

const MOST_ALERTS = 200;
const MOST_SILENCES = 50;
const MOST_LABELS = 24;
const STATES = ["firing", "pending", "resolved"], SEVERITIES = ["critical", "error", "warning", "info"];

/** Looks at alerts, and knows whether they are other than before. */
export class AlertBoard {
  /** How often they were other than before. */
  version = 0;
  readonly #manager: AlertManager;
  #view: AlertsView | undefined = undefined;
  #text = "";

  /** Begins without a look. */
  constructor(manager: AlertManager) {
    this.#manager = manager;
  }

  /** As it was at the last look. */
  get view(): AlertsView | undefined {
    return this.#view;
  }

  /** Calls back after something may have become other than at the last look. Returns what ends it. */
  watch(changed: () => void): () => void {
    return this.#manager.watch(changed);
  }

  /** Whether there is something new. */
  look(): boolean {
    const view = alertsView(this.#manager.list(), this.#manager.silences()), text = JSON.stringify(view);
    if (text === this.#text) return false;
    this.#text = text;
    this.#view = view;
    this.version++;
    return true;
  }
}

function alertsView(all: readonly Alert[], silences: readonly Silence[]): AlertsView {
  const rank = ({ state, severity }: Alert) => STATES.indexOf(state) * SEVERITIES.length + SEVERITIES.indexOf(severity);
  const shown = all.toSorted((one, other) => rank(one) - rank(other) || other.activeSinceMs - one.activeSinceMs)
    .slice(0, MOST_ALERTS);
  return {
    firing: all.filter(({ state }) => state === "firing").length,
    pending: all.filter(({ state }) => state === "pending").length,
    alerts: shown.map((alert) => alertView(alert, silences)),
    unshown: all.length - shown.length,
    silences: silences.slice(0, MOST_SILENCES).map(silenceView),
  };
}

function alertView(alert: Alert, silences: readonly Silence[]): AlertView {
  const { state, severity, value, activeSinceMs, firedAtMs, resolvedAtMs } = alert;
  const silence = silences.find((each) => each.state === "active" && labelsMatch(each.options.match, alert.labels));
  const labels = Object.entries(alert.labels).filter(([name]) => name !== "alertname" && name !== "severity");
  return {
    name: shownText(alert.name, MOST_OF_A_NAME),
    state,
    severity,
    labels: shownPairs(Object.fromEntries(labels), MOST_OF_A_NAME),
    annotations: shownPairs(alert.annotations, MOST_OF_A_MESSAGE),
    value: Number.isFinite(value) ? value : null,
    sinceMs: state === "firing"
      ? firedAtMs ?? activeSinceMs
      : state === "resolved"
      ? resolvedAtMs ?? activeSinceMs
      : activeSinceMs,
    silence: silence?.id ?? null,
  };
}

function silenceView({ id, state, options: { match, durationMs, createdBy, comment } }: Silence): SilenceView {
  const text = Object.entries(match).map(([label, condition]) => `${label} ${conditionText(condition)}`).join(", ");
  return {
    id,
    isActive: state === "active",
    match: shownText(text, MOST_OF_A_MESSAGE),
    durationMs,
    createdBy: shownText(createdBy, MOST_OF_A_NAME),
    comment: shownText(comment, MOST_OF_A_MESSAGE),
  };
}

function conditionText(condition: LabelCondition): string {
  if (typeof condition === "string") return `= "${condition}"`;
  if (condition instanceof RegExp) return `~ ${condition}`;
  return typeof condition.not === "string" ? `≠ "${condition.not}"` : `≁ ${condition.not}`;
}

function shownPairs(pairs: Labels, most: number): [string, string][] {
  return Object.entries(pairs).slice(0, MOST_LABELS)
    .map(([name, value]) => [shownText(name, MOST_OF_A_NAME), shownText(value, most)]);
}
