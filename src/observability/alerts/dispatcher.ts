/**
 * Who is told of what, and when.
 *
 * @module
 */

import { requireNumber } from "../../reliability/require_number.ts";
import { type Timer, timers } from "../../reliability/timer_wheel.ts";
import type { AlertNotification, DeliveryOptions, Notifier } from "./alert.ts";
import type { AlertInstance } from "./alert_instance.ts";
import { commonLabels, fingerprintOf, type Labels, labelsMatch, pickLabels, requireMatchers } from "./labels.ts";

/** What a dispatcher asks of its manager. */
export interface DispatcherHost {
  /** The steady clock. */
  readonly nowMs: () => number;
  /** A time of the steady clock in milliseconds since 1970. */
  readonly wallMs: (steadyMs: number) => number;
  /** Whether an alert is not to be told of now. */
  readonly isMuted: (alert: AlertInstance) => boolean;
  /** Told of what a notifier fails with. */
  readonly failed: (error: unknown, notifier: Notifier) => void;
}

interface Entry {
  readonly alert: AlertInstance;
  /** Whether the receiver knows that it fires. */
  isTold: boolean;
}

/** How many notifications a notifier may work on at once, before more are dropped. */
const MOST_RUNNING = 100;

/** The groups of alerts of one notifier. */
export class Dispatcher {
  /** How many notifications were handed over. */
  notified = 0;
  /** How many were not, because the notifier had not ended with others. */
  dropped = 0;
  /** How often the notifier has failed. */
  failures = 0;
  readonly notifier: Notifier;
  readonly #host: DispatcherHost;
  readonly #delivery: Required<DeliveryOptions>;
  readonly #groups = new Map<string, Group>();
  readonly #running = new Set<Promise<void>>();

  /**
   * Checks the options.
   *
   * @throws {RangeError} If a time is out of range.
   * @throws {TypeError} If anything else is none.
   */
  constructor(host: DispatcherHost, notifier: Notifier, options: DeliveryOptions) {
    if (typeof notifier?.notify !== "function" || typeof notifier.name !== "string") {
      throw new TypeError(`Cannot notify ${String(notifier)}: expected a name and a method notify`);
    }
    const given = { ...notifier.delivery, ...options };
    const { match = {}, groupBy = ["alertname"], groupWaitMs = 30_000, groupIntervalMs = 300_000 } = given;
    const { repeatIntervalMs = 14_400_000 } = given, of = ` of notifier "${notifier.name}"`;
    requireMatchers(`notifier "${notifier.name}"`, match);
    if (groupBy !== "each" && !Array.isArray(groupBy)) {
      throw new TypeError(`Cannot use groupBy${of}: expected labels or "each", found ${String(groupBy)}`);
    }
    requireNumber(`groupWaitMs${of}`, groupWaitMs, "delay");
    requireNumber(`groupIntervalMs${of}`, groupIntervalMs, "delay");
    requireNumber(`repeatIntervalMs${of}`, repeatIntervalMs, "duration");
    this.#host = host;
    this.notifier = notifier;
    this.#delivery = { match, groupBy, groupWaitMs, groupIntervalMs, repeatIntervalMs };
  }

  /** How many groups there are. */
  get groups(): number {
    return this.#groups.size;
  }

  /** How many notifications the notifier works on. */
  get running(): number {
    return this.#running.size;
  }

  /** An alert has begun to fire, or ceased to. */
  changed(alert: AlertInstance): void {
    const { match, groupBy } = this.#delivery;
    if (!labelsMatch(match, alert.labels)) return;
    const labels = groupBy === "each" ? alert.labels : pickLabels(alert.labels, groupBy), key = fingerprintOf(labels);
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (alert.state !== "firing") return;
      group = new Group(this.#host, labels, this.#delivery, {
        tell: (notification) => this.#notify(notification),
        ended: () => this.#groups.delete(key),
        receiver: this.notifier.name,
      });
      this.#groups.set(key, group);
    }
    group.changed(alert);
  }

  /** Others may be muted than before. */
  reconsider(): void {
    for (const group of this.#groups.values()) group.schedule();
  }

  /** Tells at once of all that is not told yet. */
  flush(): void {
    for (const group of this.#groups.values()) group.flush();
  }

  /** Waits until the notifier has ended with all it was told. */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
    await this.notifier.flush?.();
  }

  /** Tells nothing more. */
  stop(): void {
    for (const group of this.#groups.values()) group.stop();
    this.#groups.clear();
  }

  #notify(notification: AlertNotification): void {
    if (this.#running.size >= MOST_RUNNING) {
      this.dropped++;
      return;
    }
    this.notified++;
    try {
      const answer = this.notifier.notify(notification);
      if (typeof answer !== "object" || answer === null) return;
      const running = Promise.resolve(answer).catch((error) => this.#failed(error)).then(() => {
        this.#running.delete(running);
      });
      this.#running.add(running);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    this.failures++;
    this.#host.failed(error, this.notifier);
  }
}

/** What a group tells its dispatcher. */
interface GroupOwner {
  readonly receiver: string;
  readonly tell: (notification: AlertNotification) => void;
  readonly ended: () => void;
}

class Group {
  readonly #host: DispatcherHost;
  readonly #labels: Labels;
  readonly #delivery: Required<DeliveryOptions>;
  readonly #owner: GroupOwner;
  readonly #entries = new Map<string, Entry>();
  readonly #createdMs: number;
  #notifiedMs: number | undefined = undefined;
  #timer: Timer | undefined = undefined;

  constructor(host: DispatcherHost, labels: Labels, delivery: Required<DeliveryOptions>, owner: GroupOwner) {
    this.#host = host;
    this.#labels = labels;
    this.#delivery = delivery;
    this.#owner = owner;
    this.#createdMs = host.nowMs();
  }

  changed(alert: AlertInstance): void {
    const entry = this.#entries.get(alert.fingerprint);
    // One that was resolved and forgotten, and fires anew, is another object.
    if (entry?.alert !== alert) this.#entries.set(alert.fingerprint, { alert, isTold: entry?.isTold ?? false });
    this.schedule();
  }

  /** Sets the timer for when there will be something to tell. */
  schedule(): void {
    this.#clear();
    this.#forget();
    if (this.#entries.size === 0) return this.#owner.ended();
    const dueMs = this.#dueMs();
    if (dueMs === Infinity) return;
    this.#timer = timers.scheduleInBackground(Math.max(0, dueMs - this.#host.nowMs()), this);
  }

  /** Called by the timer, which may be a little early by the steady clock. */
  fire(): void {
    this.#timer = undefined;
    if (this.#dueMs() <= this.#host.nowMs()) this.flush();
    else this.schedule();
  }

  /** Tells at once if there is news, or it is time to repeat. */
  flush(): void {
    if (this.#hasNews() || this.#repeatMs() <= this.#host.nowMs()) this.#tell();
    this.schedule();
  }

  stop(): void {
    this.#clear();
  }

  #tell(): void {
    const { receiver, tell } = this.#owner;
    const told = [...this.#entries.values()].filter((entry) =>
      isEnded(entry) ? entry.isTold : !this.#host.isMuted(entry.alert)
    );
    const alerts = told.map(({ alert }) => alert.toAlert(this.#host.wallMs));
    this.#notifiedMs = this.#host.nowMs();
    for (const entry of told) entry.isTold = !isEnded(entry);
    tell({
      id: crypto.randomUUID(),
      receiver,
      status: told.some((entry) => !isEnded(entry)) ? "firing" : "resolved",
      groupLabels: this.#labels,
      commonLabels: commonLabels(alerts.map(({ labels }) => labels)),
      alerts: alerts.map((alert) => alert.state === "firing" ? alert : { ...alert, state: "resolved" }),
    });
  }

  #dueMs(): number {
    const { groupWaitMs, groupIntervalMs } = this.#delivery, notifiedMs = this.#notifiedMs;
    if (!this.#hasNews()) return this.#repeatMs();
    return notifiedMs === undefined ? this.#createdMs + groupWaitMs : notifiedMs + groupIntervalMs;
  }

  /** Whether one fires that the receiver does not know of, or one that it knows of does no more, which even a silence does not hide. */
  #hasNews(): boolean {
    for (const entry of this.#entries.values()) {
      if (isEnded(entry) ? entry.isTold : !entry.isTold && !this.#host.isMuted(entry.alert)) return true;
    }
    return false;
  }

  #repeatMs(): number {
    if (this.#notifiedMs === undefined) return Infinity;
    for (const entry of this.#entries.values()) {
      if (!isEnded(entry) && !this.#host.isMuted(entry.alert)) {
        return this.#notifiedMs + this.#delivery.repeatIntervalMs;
      }
    }
    return Infinity;
  }

  #forget(): void {
    for (const [fingerprint, entry] of this.#entries) {
      if (isEnded(entry) && !entry.isTold) this.#entries.delete(fingerprint);
    }
  }

  #clear(): void {
    if (this.#timer !== undefined) timers.cancel(this.#timer);
    this.#timer = undefined;
  }
}

function isEnded({ alert }: Entry): boolean {
  return alert.state !== "firing";
}
