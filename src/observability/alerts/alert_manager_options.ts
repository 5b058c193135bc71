/**
 * What a manager of alerts is given, and what it tells.
 *
 * @module
 */

import type { MetricSource } from "../metrics/metric_source.ts";
import type { Alert, AlertState, DeliveryOptions, Notifier } from "./alert.ts";
import type { AlertRule, AlertSeverity } from "./alert_rule.ts";
import type { InhibitionRule } from "./inhibitions.ts";
import type { Labels } from "./labels.ts";

/** A notifier with options of its own, in place of those it brings. */
export interface NotifierRoute extends DeliveryOptions {
  /** Where alerts are told. */
  readonly notifier: Notifier;
}

/** How a manager is made; every field but the source is optional. */
export interface AlertManagerOptions {
  /** Where metrics are found: a registry. */
  readonly source: MetricSource;
  /** The first rules. */
  readonly rules?: readonly AlertRule[];
  /** Who is told. */
  readonly notifiers?: readonly (Notifier | NotifierRoute)[];
  /** What says nothing new while something else fires. */
  readonly inhibit?: readonly InhibitionRule[];
  /** How often a rule is judged at most while its metrics change, in milliseconds; above 0. Default 1,000. */
  readonly resolutionMs?: number;
  /** For how long resolved alerts are listed, in milliseconds; at least 0. Default 300,000. */
  readonly keepResolvedMs?: number;
  /** How many alerts there may be, resolved ones included; more are counted as dropped. At least 1. Default 10,000. */
  readonly maxAlerts?: number;
  /** Told when an alert begins to fire or ceases to, whether or not it is muted: to be put on a bus, or counted. */
  readonly onChange?: (alert: Alert) => void;
  /** Told of what a notifier, a rule's metrics, `onChange` or who watches fail with; `where` names it. */
  readonly onError?: (error: unknown, where: string) => void;
  /** Tells milliseconds since 1970. Default `Date.now`. */
  readonly now?: () => number;
}

/** An alert by hand. */
export interface TriggerOptions {
  /** Labels besides those of the rule. */
  readonly labels?: Labels;
  /** Text for people, as it is, if there is no rule of this name; that of the last time counts. */
  readonly annotations?: Labels;
  /** How bad it is, if there is no rule of this name. Default `"warning"`. As a label, it tells alerts apart. */
  readonly severity?: AlertSeverity;
  /** What was measured. Default `NaN`. */
  readonly value?: number;
  /** Resolves it by itself after so many milliseconds; above 0. By default it fires until {@linkcode AlertManager.resolve}. */
  readonly resolveAfterMs?: number;
}

/** Which alerts are listed. */
export interface AlertFilter {
  /** Where they stand. */
  readonly state?: AlertState;
  /** Their name. */
  readonly name?: string;
}

/** How a notifier stands. */
export interface NotifierSnapshot {
  /** Its name. */
  readonly name: string;
  /** How many groups of alerts there are. */
  readonly groups: number;
  /** How many notifications it was given. */
  readonly notified: number;
  /** How many it has not ended with. */
  readonly running: number;
  /** How many it was not given, because 100 were running. */
  readonly dropped: number;
  /** How often it has failed. */
  readonly failures: number;
}

/** How a manager stands. */
export interface AlertManagerSnapshot {
  /** The rules' names. */
  readonly rules: readonly string[];
  /** How many alerts are pending. */
  readonly pending: number;
  /** How many fire. */
  readonly firing: number;
  /** How many of those that fire are silenced or inhibited. */
  readonly muted: number;
  /** How many were resolved lately. */
  readonly resolved: number;
  /** How many alerts there was no room for, each time they were to be added. */
  readonly dropped: number;
  /** How often a rule's metrics, `onChange`, `onError` or who watches have failed; failures of notifiers are theirs. */
  readonly failures: number;
  /** Who is told. */
  readonly notifiers: readonly NotifierSnapshot[];
}
