/**
 * An alert as others see it.
 *
 * @module
 */

import type { AlertSeverity } from "./alert_rule.ts";
import type { LabelMatchers, Labels } from "./labels.ts";

/** Where an alert stands; one that is inactive is not there. */
export type AlertState = "pending" | "firing" | "resolved";

/** An alert: plain data. */
export interface Alert {
  /** The rule's name, or what it was triggered by. */
  readonly name: string;
  /** The same for the same labels, whatever else. */
  readonly fingerprint: string;
  /** Where it stands. */
  readonly state: AlertState;
  /** How bad it is. */
  readonly severity: AlertSeverity;
  /** Of the series, the rule, `alertname` and `severity`. */
  readonly labels: Labels;
  /** Text for people. */
  readonly annotations: Labels;
  /** What the rule has measured last. */
  readonly value: number;
  /** Since when the condition holds, or held, in milliseconds since 1970. */
  readonly activeSinceMs: number;
  /** Since when it fires, or did; `undefined` if it has not yet. */
  readonly firedAtMs: number | undefined;
  /** When it was resolved. */
  readonly resolvedAtMs: number | undefined;
}

/** Alerts of one group, for one receiver. */
export interface AlertNotification {
  /** Unique: a receiver that gets it twice may tell. */
  readonly id: string;
  /** The receiver's name. */
  readonly receiver: string;
  /** `"resolved"` if all of them are. */
  readonly status: "firing" | "resolved";
  /** What they are grouped by. */
  readonly groupLabels: Labels;
  /** The labels that all of them have. */
  readonly commonLabels: Labels;
  /** All of the group that fire, and those that have been resolved since they were told of. */
  readonly alerts: readonly Alert[];
}

/** When a receiver is told of what. */
export interface DeliveryOptions {
  /** Which alerts it is told of. Default: all. */
  readonly match?: LabelMatchers;
  /** Labels whose values make a group; `"each"` makes every alert one of its own. Default `["alertname"]`. */
  readonly groupBy?: readonly string[] | "each";
  /** How long the first alert of a group waits for others, in milliseconds; at least 0. Default 30,000. */
  readonly groupWaitMs?: number;
  /** How long after a notification the next change of its group is told, in milliseconds; at least 0. Default 300,000. */
  readonly groupIntervalMs?: number;
  /** How long after a notification it is repeated though nothing has changed, in milliseconds; above 0. Default 4 hours. */
  readonly repeatIntervalMs?: number;
}

/** Where alerts are told. */
export interface Notifier {
  /** What people call it. */
  readonly name: string;
  /** What it is told of when, unless its manager says otherwise. */
  readonly delivery?: DeliveryOptions;
  /** Tells of them. Nobody waits for it; what it throws, or its promise is rejected with, is counted. */
  notify(notification: AlertNotification): void | PromiseLike<void>;
  /** Waits until all it was told has been delivered or given up. */
  flush?(): Promise<void>;
}
