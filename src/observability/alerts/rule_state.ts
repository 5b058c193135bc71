/**
 * A rule and its alerts.
 *
 * @module
 */

import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import { AlertInstance, type AlertTerms } from "./alert_instance.ts";
import type { Condition } from "./condition.ts";
import { fingerprintOf, type Labels } from "./labels.ts";
import type { MetricListener } from "./watched_metric.ts";

/** What a rule asks of its manager. */
export interface RuleHost {
  /** The steady clock. */
  readonly nowMs: () => number;
  /** For how long resolved alerts are kept, in milliseconds. */
  readonly keepResolvedMs: number;
  /** Whether there may be one more alert; counts it if not. */
  readonly mayAdd: () => boolean;
  /** An alert has begun to fire, or ceased to. */
  readonly changed: (alert: AlertInstance) => void;
  /** Some of its alerts are other than before, or have measured something else. */
  readonly listChanged: () => void;
  /** The rule could not be judged. */
  readonly failed: (error: unknown, rule: string) => void;
}

/** A rule and its alerts; without a condition, what was triggered by hand. */
export class RuleState implements TimerTask, MetricListener {
  readonly terms: AlertTerms;
  /** By their fingerprint. */
  readonly alerts = new Map<string, AlertInstance>();
  readonly #labels: Labels;
  readonly #host: RuleHost;
  readonly #condition: Condition | undefined;
  readonly #resolutionMs: number;
  #isDirty = false;
  /** Whether its alerts are other than when that was told last. */
  #isOther = false;
  #judgedMs = -Infinity;
  /** Whether it was removed, perhaps in the midst of a look at it. */
  #isStopped = false;
  #timer: Timer | undefined = undefined;
  #dueMs = Infinity;

  /** Watches its metrics from now on. */
  constructor(
    host: RuleHost,
    terms: AlertTerms,
    options: { readonly labels: Labels; readonly condition: Condition | undefined; readonly resolutionMs: number },
  ) {
    const { labels, condition, resolutionMs } = options;
    this.#host = host;
    this.terms = terms;
    this.#labels = { ...labels, alertname: terms.name, severity: terms.severity };
    this.#condition = condition;
    this.#resolutionMs = resolutionMs;
    for (const metric of condition?.metrics ?? []) metric.join();
  }

  /** Judges it now. What throws is counted; its alerts stay as they are. */
  judge(): void {
    const nowMs = this.#host.nowMs();
    this.#isDirty = false;
    this.#judgedMs = nowMs;
    for (const metric of this.#condition?.metrics ?? []) {
      metric.refresh();
      metric.tellNext(this);
    }
    try {
      const holding = this.#holding(nowMs);
      for (const alert of this.alerts.values()) {
        if (this.#isStopped) return;
        this.#step(alert, holding.has(alert), nowMs);
      }
    } catch (error) {
      this.#host.failed(error, this.terms.name);
    }
    this.#schedule(nowMs);
    if (!this.#isOther) return;
    this.#isOther = false;
    this.#host.listChanged();
  }

  /** The alert of these labels, which may be new; `undefined` if there are too many. */
  alertOf(series: Labels): AlertInstance | undefined {
    const labels = { ...series, ...this.#labels },
      fingerprint = fingerprintOf(labels),
      known = this.alerts.get(fingerprint);
    if (known !== undefined || !this.#host.mayAdd()) return known;
    const alert = new AlertInstance(this.terms, labels);
    this.alerts.set(fingerprint, alert);
    return alert;
  }

  /** Sees to the deadlines of an alert that was triggered by hand. */
  remind(alert: AlertInstance): void {
    this.#remindAt(Math.min(alert.deadlineMs, this.#forgetMs(alert)));
  }

  /** Watches nothing more, and waits for nothing. */
  stop(): void {
    this.#isStopped = true;
    for (const metric of this.#condition?.metrics ?? []) metric.leave(this);
    this.#clear();
  }

  /** Called by its metrics: it is judged soon. */
  metricChanged(): void {
    if (this.#isDirty) return;
    this.#isDirty = true;
    this.#remindAt(this.#judgedMs + this.#resolutionMs);
  }

  /** Called by the timer. */
  fire(): void {
    this.#timer = undefined;
    this.#dueMs = Infinity;
    this.judge();
  }

  /** Which alerts' condition holds. */
  #holding(nowMs: number): Set<AlertInstance> {
    const holding = new Set<AlertInstance>();
    for (const { labels, value, isBeyond, isStillBeyond } of this.#condition?.judge(nowMs) ?? []) {
      if (!isBeyond && this.alerts.size === 0) continue;
      const alert = isBeyond ? this.alertOf(labels) : this.alerts.get(fingerprintOf({ ...labels, ...this.#labels }));
      if (alert === undefined) continue;
      if (!Object.is(alert.value, value)) this.#isOther = true;
      alert.value = value;
      if (alert.state === "firing" ? isStillBeyond : isBeyond) holding.add(alert);
    }
    return holding;
  }

  #step(alert: AlertInstance, holds: boolean, nowMs: number): void {
    const before = alert.state;
    if (alert.step(holds, nowMs)) this.#host.changed(alert);
    if (this.#forgetMs(alert) <= nowMs) this.alerts.delete(alert.fingerprint);
    else if (alert.state === before) return;
    this.#isOther = true;
  }

  /** When an alert is not kept any more. */
  #forgetMs({ state, resolvedAtMs }: AlertInstance): number {
    if (state === "inactive") return -Infinity;
    return state === "resolved" && resolvedAtMs !== undefined ? resolvedAtMs + this.#host.keepResolvedMs : Infinity;
  }

  /** For the next deadline. */
  #schedule(nowMs: number): void {
    let dueMs = this.#isDirty ? this.#judgedMs + this.#resolutionMs : Infinity; // changed while it was judged
    dueMs = Math.min(dueMs, this.#condition?.nextMs(nowMs) ?? Infinity);
    for (const alert of this.alerts.values()) dueMs = Math.min(dueMs, alert.deadlineMs, this.#forgetMs(alert));
    this.#clear();
    this.#remindAt(dueMs);
  }

  /** Has it judged then, unless it will be before. */
  #remindAt(dueMs: number): void {
    if (this.#isStopped || dueMs >= this.#dueMs) return;
    this.#clear();
    this.#dueMs = dueMs;
    this.#timer = timers.scheduleInBackground(Math.max(0, dueMs - this.#host.nowMs()), this);
  }

  #clear(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
    this.#dueMs = Infinity;
  }
}
