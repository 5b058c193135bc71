/**
 * What an alert is about.
 *
 * @module
 */

import { requireNumber } from "../../reliability/require_number.ts";
import { type LabelMatchers, type Labels, requireMatchers } from "./labels.ts";

/** How bad it is. */
export type AlertSeverity = "info" | "warning" | "error" | "critical";

/** Every severity, the least first. */
export const SEVERITIES: readonly string[] = ["info", "warning", "error", "critical"];

/** What an annotation may tell of. */
export interface AnnotationContext {
  /** The rule's name. */
  readonly name: string;
  /** How bad it is. */
  readonly severity: AlertSeverity;
  /** All labels of the alert. */
  readonly labels: Labels;
  /** What the rule has measured: a reading, a rate, a ratio, a deviation; for absence, for how many milliseconds nothing has changed. */
  readonly value: number;
}

/**
 * Text for people: with `{{name}}`, `{{severity}}`, `{{value}}` and `{{labels.NAME}}` replaced (nothing else is, and nothing is
 * escaped: it is text, not markup; a label that is not there is `""`), or made by a function.
 */
export type AnnotationTemplate = string | ((context: AnnotationContext) => string);

/** What all rules have. */
export interface AlertRuleBase {
  /** Unique within its manager; the label `alertname` of its alerts. */
  readonly name: string;
  /** How bad it is; the label `severity` of its alerts. Default `"warning"`. */
  readonly severity?: AlertSeverity;
  /** For how long the condition must hold before it fires, in milliseconds; at least 0. Default 0. */
  readonly forMs?: number;
  /** For how long it fires on after the condition has ended, in milliseconds; at least 0. Default 0. */
  readonly keepFiringForMs?: number;
  /** Labels of its alerts besides those of the series, which they replace. */
  readonly labels?: Labels;
  /** Text for people. */
  readonly annotations?: Readonly<Record<string, AnnotationTemplate>>;
  /** How often it is judged at most while its metrics change, in milliseconds; above 0. Default: the manager's. */
  readonly resolutionMs?: number;
}

/** When a value is too much or too little: `above` or `below`, not both. */
export interface Limit {
  /** Too much: any value above this. */
  readonly above?: number;
  /** Too little: any value below this. */
  readonly below?: number;
  /** Once it fires, it goes on until the value has come back to this, so that one that hovers around the limit fires once. Default: the limit. */
  readonly resolveAt?: number;
}

/** What a metric is read for: its value, or of a histogram or summary the count, `"sum"` or a quantile from 0 to 1. */
export interface MetricSelection {
  /** The metric's name; it must be registered when the rule is added. Whichever metric has the name later is read. */
  readonly metric: string;
  /** Which of its series, by labels that it has. Default: all, each with an alert of its own. */
  readonly match?: LabelMatchers;
}

/** A reading is beyond a limit. */
export interface ThresholdRule extends AlertRuleBase, MetricSelection, Limit {
  /** Which kind of rule. */
  readonly type: "threshold";
  /** Of a histogram or summary: its sum or a quantile, instead of its count. */
  readonly read?: "sum" | number;
}

/**
 * A counter grows too fast or too slowly: by how much a second within the last `windowMs`.
 *
 * It is sampled when it changes, at most once each `resolutionMs`, and judged again when a sample leaves the window; so the rate is exact
 * to that resolution. A counter that was reset goes on from 0. A series that appears later began at 0. Until it has been watched for a
 * whole window, the rate is a lower bound, and `below` is not judged.
 */
export interface RateRule extends AlertRuleBase, MetricSelection, Limit {
  /** Which kind of rule. */
  readonly type: "rate";
  /** The window, in milliseconds; at least `resolutionMs`, at most 10,000 times that. */
  readonly windowMs: number;
}

/** No series that matches has changed its value for `windowMs`, or there is none: one alert. A heartbeat's rule. */
export interface AbsenceRule extends AlertRuleBase, MetricSelection {
  /** Which kind of rule. */
  readonly type: "absence";
  /** For how long, in milliseconds; above 0. */
  readonly windowMs: number;
}

/** One metric's share of another; nothing where that is 0. */
export interface RatioRule extends AlertRuleBase, Limit {
  /** Which kind of rule. */
  readonly type: "ratio";
  /** What is divided. */
  readonly numerator: MetricSelection;
  /** By what. */
  readonly denominator: MetricSelection;
  /** The labels for whose values there is a ratio each, of sums over all others. Default: none, one ratio of two sums. */
  readonly by?: readonly string[];
  /** With it, of what both counters have grown by within that time, as by a {@linkcode RateRule}; without, of what they read. */
  readonly windowMs?: number;
}

/**
 * A reading is far from its own past: the value is how many standard deviations it is above the mean.
 *
 * Mean and variance are weighted by time: what was read `halfLifeMs` ago counts half of what is read now, for as long as it stood. A
 * reading is judged before it counts; one that stays becomes the usual, and the alert resolves. With `windowMs` it is the rate of a
 * counter that is judged.
 */
export interface AnomalyRule extends AlertRuleBase, MetricSelection {
  /** Which kind of rule. */
  readonly type: "anomaly";
  /** How many standard deviations are too many; above 0. Default 4. */
  readonly deviations?: number;
  /** Which way. Default `"both"`. */
  readonly direction?: "both" | "up" | "down";
  /** Once it fires, it goes on until it is back within this many. Default: `deviations`. */
  readonly resolveAt?: number;
  /** How fast the past is forgotten, in milliseconds; above 0. */
  readonly halfLifeMs: number;
  /** How long a series is watched before it is judged, in milliseconds. Default: `halfLifeMs`. */
  readonly warmUpMs?: number;
  /** The least that counts as a standard deviation, in the metric's unit; at least 0. Default 0, with which a constant must not change at all. */
  readonly minDeviation?: number;
  /** Has the rate within this time judged, in milliseconds. */
  readonly windowMs?: number;
}

/** What an alert is about. */
export type AlertRule = ThresholdRule | RateRule | AbsenceRule | RatioRule | AnomalyRule;

/**
 * Checks what can be checked without the metrics.
 *
 * @throws {RangeError} If a number is out of range.
 * @throws {TypeError} If anything else is none.
 */
export function requireRule(rule: AlertRule, resolutionMs: number): void {
  const { name, severity = "warning", forMs = 0, keepFiringForMs = 0, labels = {}, annotations = {} } = rule;
  if (typeof name !== "string" || name === "") {
    throw new TypeError(`Cannot add an alert rule named ${String(name)}: expected a text`);
  }
  requireSeverity(name, severity);
  requireNumber(`forMs of rule "${name}"`, forMs, "delay");
  requireNumber(`keepFiringForMs of rule "${name}"`, keepFiringForMs, "delay");
  requireNumber(`resolutionMs of rule "${name}"`, resolutionMs, "duration");
  requireLabels(name, labels);
  for (const [key, template] of Object.entries(annotations)) requireTemplate(name, key, template);
  switch (rule.type) {
    case "threshold":
      requireSelection(name, rule);
      requireRead(name, rule.read);
      return requireLimit(name, rule);
    case "rate":
      requireSelection(name, rule);
      requireWindow(name, rule.windowMs, resolutionMs);
      return requireLimit(name, rule);
    case "absence":
      requireSelection(name, rule);
      return void requireNumber(`windowMs of rule "${name}"`, rule.windowMs, "duration");
    case "ratio":
      requireSelection(name, rule.numerator);
      requireSelection(name, rule.denominator);
      if (rule.windowMs !== undefined) requireWindow(name, rule.windowMs, resolutionMs);
      return requireLimit(name, rule);
    case "anomaly":
      requireSelection(name, rule);
      return requireAnomaly(rule, resolutionMs);
    default:
      throw new TypeError(
        `Cannot add alert rule "${name}": expected a type of "threshold", "rate", "absence", "ratio" or "anomaly"`,
      );
  }
}

/**
 * Checks a severity.
 *
 * @throws {TypeError} If it is unknown.
 */
export function requireSeverity(name: string, severity: unknown): void {
  if (typeof severity === "string" && SEVERITIES.includes(severity)) return;
  throw new TypeError(
    `Cannot use severity ${String(severity)} for alert "${name}": expected ${
      SEVERITIES.map((each) => `"${each}"`).join(", ")
    }`,
  );
}

/**
 * Checks labels.
 *
 * @throws {TypeError} If a name or value is none.
 */
export function requireLabels(name: string, labels: Labels): void {
  for (const [label, value] of Object.entries(labels)) {
    if (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label) && typeof value === "string") continue;
    throw new TypeError(
      `Cannot label alert "${name}" with ${label}=${
        String(value)
      }: expected a name of letters, digits and "_", and a string`,
    );
  }
}

const PLACEHOLDER = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** A template's text; one that throws says so. */
export function annotationText(template: AnnotationTemplate, context: AnnotationContext): string {
  if (typeof template === "function") {
    try {
      return String(template(context));
    } catch (error) {
      return `(this annotation could not be made: ${String(error)})`;
    }
  }
  const { name, severity, value, labels } = context;
  return template.replaceAll(PLACEHOLDER, (_, what: string) => {
    if (what === "value") return String(value);
    if (what === "name") return name;
    return what === "severity" ? severity : labels[what.slice("labels.".length)] ?? "";
  });
}

function requireTemplate(name: string, key: string, template: unknown): void {
  if (typeof template === "function") return;
  const unknown = typeof template !== "string" ? String(template) : [...template.matchAll(PLACEHOLDER)]
    .map(([, what = ""]) => what)
    .find((what) => !/^(value|name|severity|labels\.[a-zA-Z_][a-zA-Z0-9_]*)$/.test(what));
  if (unknown === undefined) return;
  throw new TypeError(
    `Cannot use "${unknown}" in annotation "${key}" of alert "${name}": expected {{value}}, {{name}}, {{severity}} or ` +
      "{{labels.NAME}}, or a function",
  );
}

function requireSelection(name: string, { metric, match = {} }: MetricSelection): void {
  if (typeof metric !== "string" || metric === "") {
    throw new TypeError(`Cannot add alert rule "${name}": expected the name of a metric, found ${String(metric)}`);
  }
  requireMatchers(`alert rule "${name}"`, match);
}

function requireRead(name: string, read: unknown): void {
  if (read === undefined || read === "sum" || typeof read === "number" && read >= 0 && read <= 1) return;
  throw new RangeError(
    `Cannot add alert rule "${name}" with read ${
      String(read)
    }: expected "sum", or a quantile from 0 to 1, such as 0.99`,
  );
}

function requireLimit(name: string, { above, below, resolveAt }: Limit): void {
  if ((above === undefined) === (below === undefined)) {
    throw new TypeError(`Cannot add alert rule "${name}": expected either above or below`);
  }
  const limit = above ?? below ?? 0;
  for (const value of [limit, resolveAt ?? limit]) {
    if (typeof value !== "number" || !Number.isFinite(value)) {
      throw new RangeError(`Cannot add alert rule "${name}" with limit ${String(value)}: expected a finite number`);
    }
  }
  if (resolveAt === undefined || (above === undefined ? resolveAt >= limit : resolveAt <= limit)) return;
  throw new RangeError(
    `Cannot add alert rule "${name}" with resolveAt ${resolveAt}: expected at ${
      above === undefined ? "least" : "most"
    } ${limit}, ` +
      "the limit itself",
  );
}

function requireWindow(name: string, windowMs: number, resolutionMs: number): void {
  requireNumber(`windowMs of rule "${name}"`, windowMs, "duration");
  if (windowMs >= resolutionMs && windowMs <= resolutionMs * 10_000) return;
  throw new RangeError(
    `Cannot add alert rule "${name}" with windowMs ${windowMs}: expected from 1 to 10,000 times its resolutionMs, ${resolutionMs}; ` +
      "change either",
  );
}

function requireAnomaly(rule: AnomalyRule, resolutionMs: number): void {
  const {
    name,
    deviations = 4,
    direction = "both",
    resolveAt = deviations,
    halfLifeMs,
    warmUpMs = 0,
    minDeviation = 0,
  } = rule;
  requireNumber(`halfLifeMs of rule "${name}"`, halfLifeMs, "duration");
  requireNumber(`warmUpMs of rule "${name}"`, warmUpMs, "delay");
  if (rule.windowMs !== undefined) requireWindow(name, rule.windowMs, resolutionMs);
  for (
    const [option, value, least] of [["deviations", deviations, Number.MIN_VALUE], [
      "resolveAt",
      resolveAt,
      Number.MIN_VALUE,
    ], ["minDeviation", minDeviation, 0]] as const
  ) {
    if (typeof value === "number" && value >= least && value < Infinity) continue;
    throw new RangeError(
      `Cannot add alert rule "${name}" with ${option} ${String(value)}: expected a finite number ${
        least === 0 ? "of at least" : "above"
      } 0`,
    );
  }
  if (resolveAt > deviations) {
    throw new RangeError(
      `Cannot add alert rule "${name}" with resolveAt ${resolveAt}: expected at most ${deviations}, its deviations`,
    );
  }
  if (!["both", "up", "down"].includes(direction)) {
    throw new TypeError(
      `Cannot add alert rule "${name}" with direction ${String(direction)}: expected "both", "up" or "down"`,
    );
  }
}
