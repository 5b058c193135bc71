/**
 * One alert and its states.
 *
 * @module
 */

import type { Alert, AlertState } from "./alert.ts";
import { type AlertSeverity, type AnnotationTemplate, annotationText } from "./alert_rule.ts";
import { fingerprintOf, type Labels } from "./labels.ts";

/** What a rule says of its alerts, with defaults. */
export interface AlertTerms {
  /** The rule's name. */
  readonly name: string;
  /** How bad it is. */
  readonly severity: AlertSeverity;
  /** For how long the condition must hold before it fires, in milliseconds. */
  readonly forMs: number;
  /** For how long it fires on afterwards, in milliseconds. */
  readonly keepFiringForMs: number;
  /** Text for people. */
  readonly annotations: Readonly<Record<string, AnnotationTemplate>>;
}

/**
 * One alert: inactive, pending while its condition holds, firing once that has held for `forMs`, and resolved once it has not for
 * `keepFiringForMs`. Times are of a steady clock.
 */
export class AlertInstance {
  readonly fingerprint: string;
  /** Where it stands. */
  state: AlertState | "inactive" = "inactive";
  /** What was measured last. */
  value = NaN;
  activeSinceMs = 0;
  firedAtMs: number | undefined = undefined;
  resolvedAtMs: number | undefined = undefined;
  /** Text for people. */
  annotations: AlertTerms["annotations"];
  /** Until when it is active by hand; `-Infinity` if it is not. */
  triggeredUntilMs = -Infinity;
  /** Since when it only fires on. */
  #endedMs: number | undefined = undefined;
  readonly #terms: AlertTerms;

  /** Inactive; `labels` are all it has. */
  constructor(terms: AlertTerms, readonly labels: Labels) {
    this.#terms = terms;
    this.annotations = terms.annotations;
    this.fingerprint = fingerprintOf(labels);
  }

  /** Fires at once, until then. */
  trigger(nowMs: number, untilMs: number): boolean {
    this.triggeredUntilMs = untilMs;
    if (this.state === "firing") return false;
    if (this.state !== "pending") this.activeSinceMs = nowMs;
    this.#fire(nowMs);
    return true;
  }

  /** Takes what its condition says; whether it has begun to fire, or ceased to, by that. */
  step(holds: boolean, nowMs: number): boolean {
    const isActive = holds || this.triggeredUntilMs > nowMs, { forMs, keepFiringForMs } = this.#terms;
    if (this.state === "firing") {
      if (isActive) this.#endedMs = undefined;
      else {
        this.#endedMs ??= nowMs;
        if (nowMs - this.#endedMs >= keepFiringForMs) return this.#resolve(nowMs);
      }
      return false;
    }
    if (!isActive) {
      if (this.state === "pending") this.state = this.resolvedAtMs === undefined ? "inactive" : "resolved";
      return false;
    }
    if (this.state !== "pending") {
      this.state = "pending";
      this.activeSinceMs = nowMs;
    }
    return nowMs - this.activeSinceMs >= forMs && this.#fire(nowMs);
  }

  /** Ends it at once, whatever its condition. */
  end(nowMs: number): void {
    if (this.state === "firing") this.#resolve(nowMs);
    else this.state = "inactive";
  }

  /** When it will be otherwise though its condition stays; `Infinity` if never. */
  get deadlineMs(): number {
    const { forMs, keepFiringForMs } = this.#terms;
    if (this.state === "pending") return this.activeSinceMs + forMs;
    if (this.state !== "firing") return Infinity;
    if (this.#endedMs !== undefined) return this.#endedMs + keepFiringForMs;
    return this.triggeredUntilMs === -Infinity ? Infinity : this.triggeredUntilMs;
  }

  /** As others see it; `wallMs` turns a time of the steady clock into one since 1970. */
  toAlert(wallMs: (steadyMs: number) => number): Alert {
    const { labels, value, fingerprint, state, firedAtMs, resolvedAtMs } = this, { name, severity } = this.#terms;
    const annotations = Object.entries(this.annotations).map(([key, template]) => [
      key,
      annotationText(template, { name, severity, labels, value }),
    ]);
    return {
      name,
      fingerprint,
      state: state === "inactive" ? "resolved" : state,
      severity,
      labels,
      annotations: Object.fromEntries(annotations),
      value,
      activeSinceMs: wallMs(this.activeSinceMs),
      firedAtMs: firedAtMs === undefined ? undefined : wallMs(firedAtMs),
      resolvedAtMs: resolvedAtMs === undefined ? undefined : wallMs(resolvedAtMs),
    };
  }

  #fire(nowMs: number): boolean {
    this.state = "firing";
    this.firedAtMs = nowMs;
    this.resolvedAtMs = this.#endedMs = undefined;
    return true;
  }

  #resolve(nowMs: number): boolean {
    this.state = "resolved";
    this.resolvedAtMs = nowMs;
    this.triggeredUntilMs = -Infinity;
    this.#endedMs = undefined;
    return true;
  }
}
