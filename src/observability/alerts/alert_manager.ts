/**
 * Rules over metrics, and who is told when they fire.
 *
 * @module
 */

import { SteadyClock } from "../../coordination/steady_clock.ts";
import { PuffinError } from "../../errors.ts";
import { requireWaitOptions, type WaitOptions } from "../../coordination/waiter.ts";
import { requireNumber } from "../../reliability/require_number.ts";
import { waitWithin } from "../wait_within.ts";
import type { Alert } from "./alert.ts";
import type { AlertInstance } from "./alert_instance.ts";
import type {
  AlertFilter,
  AlertManagerOptions,
  AlertManagerSnapshot,
  TriggerOptions,
} from "./alert_manager_options.ts";
import { type AlertRule, requireLabels, requireRule, requireSeverity } from "./alert_rule.ts";
import { type Condition, conditionOf } from "./condition.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Inhibitions } from "./inhibitions.ts";
import type { Labels } from "./labels.ts";
import { type RuleHost, RuleState } from "./rule_state.ts";
import { type Silence, type SilenceOptions, Silences } from "./silences.ts";
import { WallClock } from "./wall_clock.ts";
import { WatchedMetrics } from "./watched_metric.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { AlertBook } from "./alert_book.ts";

/** Thrown by a manager that was disposed of: nothing would watch the rule, tell of the alert, or end the silence. */
export class AlertManagerClosedError extends PuffinError {
  /** Stable across releases: branch on this, never on the message. */
  override readonly code = "alert_manager_closed";

  /** Words the message. */
  constructor(what: string) {
    super(`Cannot ${what}: the alert manager is closed; do it before it is disposed of, or make a new one`);
  }
}

/**
 * Watches metrics by rules: an alert for each series, which is pending while its condition holds, fires once that has held for
 * `forMs`, and is resolved once it has not for `keepFiringForMs`.
 *
 * - **When.** A rule is judged when one of its metrics changes, at most each `resolutionMs` (what comes and goes in between is not
 *   seen), and when a deadline comes: the end of `forMs`, a sample that leaves a window, a baseline that has moved. Nothing polls: while
 *   nothing changes and nothing is due, nothing runs. All deadlines are on one timer wheel, and keep no process alive.
 * - **Clocks.** Every duration is one of the steady clock; a step of the wall clock, of a day either way, moves only the times that are
 *   shown, so that none is later than now.
 * - **Who is told.** Each notifier has groups of its own, as Prometheus's Alertmanager has them: the first alert of a group waits for
 *   others (`groupWaitMs`), what changes later is told with the next notification (`groupIntervalMs`), and what fires on is told again
 *   (`repeatIntervalMs`). One alert is told once, however often it is judged. What is silenced or inhibited is not told of, until it is no
 *   more; but that an alert is resolved is told to whoever was told that it fires, in spite of silences, so that no receiver is left with
 *   it. (Alertmanager drops that.)
 * - **Isolation.** Nobody waits for a notifier; after 100 notifications that it has not ended with, more are dropped and counted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Registry } from "../metrics/mod.ts";
 * import { AlertManager } from "./alert_manager.ts";
 *
 * const registry = new Registry(), queue = registry.gauge({ name: "queue_length", help: "Jobs that wait" });
 * using alerts = new AlertManager({
 *   source: registry,
 *   rules: [{ name: "QueueLong", type: "threshold", metric: "queue_length", above: 100, resolveAt: 80 }],
 * });
 * queue.set(120); // judged within resolutionMs, or when somebody asks
 * assertEquals(alerts.check().map(({ name, value }) => `${name} ${value}`), ["QueueLong 120"]);
 * queue.set(0);
 * alerts.check();
 *
 * alerts.trigger("DiskFull", { severity: "critical", labels: { disk: "sda" } });
 * assertEquals(alerts.list({ state: "firing" }).map(({ labels }) => labels.disk), ["sda"]);
 * alerts.resolve("DiskFull", { disk: "sda" });
 * assertEquals(alerts.snapshot().firing, 0);
 * ```
 */
export class AlertManager implements Disposable {
  readonly #metrics: WatchedMetrics;
  readonly #resolutionMs: number;
  readonly #book: AlertBook;
  readonly #dispatchers: readonly Dispatcher[];
  readonly #inhibitions: Inhibitions;
  readonly #silences = new Silences(() => {
    this.#reconsider();
    this.#listChanged();
  });
  readonly #watchers = new Set<() => void>();
  readonly #steady = new SteadyClock(() => performance.now());
  readonly #wall: WallClock;
  readonly #host: RuleHost;
  readonly #onChange: ((alert: Alert) => void) | undefined;
  readonly #onError: ((error: unknown, where: string) => void) | undefined;
  #failures = 0;
  #isClosed = false;

  /**
   * Watches from now on.
   *
   * @throws {RangeError} If a number is out of range.
   * @throws {TypeError} If a rule or another option is none, or names a metric that there is not.
   */
  constructor(options: AlertManagerOptions) {
    requireOptions("watch metrics", options, "pass at least { source }");
    const { source, rules = [], notifiers = [], inhibit = [], now = Date.now } = options;
    const { resolutionMs = 1_000, keepResolvedMs = 300_000, maxAlerts = 10_000, onChange, onError } = options;
    if (typeof source?.find !== "function") {
      throw new TypeError("Cannot watch metrics: expected a source with a method find");
    }
    for (const [what, list] of Object.entries({ rules, notifiers, inhibit })) {
      if (Array.isArray(list)) continue;
      throw new TypeError(`Cannot watch metrics with ${what} ${String(list)}: expected a list; pass [] for none`);
    }
    this.#metrics = new WatchedMetrics(source);
    this.#resolutionMs = requireNumber("resolutionMs of an alert manager", resolutionMs, "duration");
    requireNumber("keepResolvedMs of an alert manager", keepResolvedMs, "delay");
    this.#book = new AlertBook(requireNumber("maxAlerts of an alert manager", maxAlerts, "count"));
    this.#onChange = onChange;
    this.#onError = onError;
    this.#wall = new WallClock(now, () => this.#steady.now());
    this.#inhibitions = new Inhibitions(inhibit);
    const wallMs = (steadyMs: number) => this.#wall.at(steadyMs), nowMs = () => this.#steady.now();
    this.#dispatchers = notifiers.map((each) => {
      const { notifier, ...delivery } = "notifier" in each ? each : { notifier: each };
      return new Dispatcher(
        {
          nowMs,
          wallMs,
          isMuted: (alert) => this.#isMuted(alert),
          failed: (error, { name }) => this.#tellError(error, `notifier "${name}"`),
        },
        notifier,
        delivery,
      );
    });
    this.#host = {
      nowMs,
      keepResolvedMs,
      mayAdd: () => this.#book.mayAdd(),
      changed: (alert) => this.#changed(alert),
      listChanged: () => this.#listChanged(),
      failed: (error, rule) => this.#failed(error, `rule "${rule}"`),
    };
    try {
      for (const rule of rules) this.addRule(rule);
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /**
   * Adds a rule, and judges it at once.
   *
   * A metric that is removed and made anew is watched on. If it has then not all labels that the rule matches, `onError` is told.
   *
   * @throws {TypeError} If it is none, its name is taken, or there is no metric of the name it gives: that is an error for a rule of
   * absence, too, so that a misspelt name does not go unnoticed until it fires. If that metric has not the labels that the rule
   * matches, or has ratios for.
   * @throws {RangeError} If a number is out of range.
   * @throws {AlertManagerClosedError} If the manager was disposed of.
   */
  addRule(rule: AlertRule): void {
    requireOptions("add an alert rule", rule, "pass at least { name, type, metric }");
    this.#requireOpen(`add alert rule "${rule.name}"`);
    const { severity = "warning", forMs = 0, keepFiringForMs = 0, labels = {}, annotations = {} } = rule;
    const { name, resolutionMs = this.#resolutionMs } = rule;
    requireRule(rule, resolutionMs);
    if (this.#book.rules.has(name)) {
      throw new TypeError(
        `Cannot add alert rule "${name}": the name is taken; remove that rule, or choose another name`,
      );
    }
    const condition = this.#conditionOf(rule, resolutionMs);
    const state = new RuleState(this.#host, { name, severity, forMs, keepFiringForMs, annotations }, {
      labels,
      condition,
      resolutionMs,
    });
    this.#book.rules.set(name, state);
    state.judge();
  }

  /** Removes a rule; its alerts that fire are resolved. Whether it was there. */
  removeRule(name: string): boolean {
    const state = this.#book.rules.get(name);
    if (state === undefined) return false;
    state.stop();
    this.#book.rules.delete(name);
    for (const alert of state.alerts.values()) this.#end(alert);
    if (state.alerts.size > 0) this.#listChanged();
    return true;
  }

  /** Whether it was disposed of. */
  get closed(): boolean {
    return this.#isClosed;
  }

  /**
   * Judges every rule now, whatever its deadlines; answers what fires.
   *
   * @throws {AlertManagerClosedError} If it was disposed of.
   */
  check(): readonly Alert[] {
    this.#requireOpen("judge alert rules");
    for (const state of this.#book.rules.values()) state.judge();
    return this.list({ state: "firing" });
  }

  /**
   * Has an alert fire now, by hand: by the rule of this name, whatever its condition and `forMs`, or without a rule.
   *
   * @returns The alert; `undefined` if there were too many.
   * @throws {TypeError} If the name, a label or the severity is none.
   * @throws {RangeError} If `resolveAfterMs` is out of range.
   * @throws {AlertManagerClosedError} If the manager was disposed of.
   */
  trigger(name: string, options: TriggerOptions = {}): Alert | undefined {
    this.#requireOpen(`trigger alert "${name}"`);
    const { labels = {}, annotations = {}, severity = "warning", value = NaN, resolveAfterMs } = requireOptions(
      "trigger an alert",
      options,
    );
    requireLabels(name, labels);
    requireSeverity(name, severity);
    if (resolveAfterMs !== undefined) requireNumber("resolveAfterMs of an alert", resolveAfterMs, "duration");
    if (typeof name !== "string" || name === "") {
      throw new TypeError(`Cannot trigger an alert named ${String(name)}: expected a text`);
    }
    const rule = this.#book.rules.get(name);
    const state = rule ?? this.#book.manual.find(name, severity) ??
      new RuleState(this.#host, { name, severity, forMs: 0, keepFiringForMs: 0, annotations: {} }, {
        labels: {},
        condition: undefined,
        resolutionMs: this.#resolutionMs,
      });
    const alert = state.alertOf(labels);
    if (alert === undefined) return undefined;
    if (rule === undefined) {
      const texts = Object.entries(annotations).map(([key, text]) => [key, () => text]); // as they are: no templates
      alert.annotations = Object.fromEntries(texts);
      this.#book.manual.keep(state);
    }
    const nowMs = this.#steady.now();
    alert.value = value;
    if (alert.trigger(nowMs, nowMs + (resolveAfterMs ?? Infinity))) this.#changed(alert);
    state.remind(alert);
    this.#listChanged();
    return alert.toAlert((steadyMs) => this.#wall.at(steadyMs));
  }

  /**
   * Ends what was triggered by hand; it fires on if its rule's condition holds. Whether it was there.
   *
   * @throws {AlertManagerClosedError} If the manager was disposed of.
   */
  resolve(name: string, labels: Labels = {}): boolean {
    this.#requireOpen(`resolve alert "${name}"`);
    for (const state of this.#book.named(name)) {
      for (const alert of state.alerts.values()) {
        if (alert.triggeredUntilMs === -Infinity) continue;
        const isMeant = Object.entries(labels).every(([label, value]) => alert.labels[label] === value);
        if (!isMeant) continue;
        alert.triggeredUntilMs = -Infinity;
        state.judge();
        return true;
      }
    }
    return false;
  }

  /**
   * Has alerts not be told of for a while; those that fire on are told of afterwards.
   *
   * @throws {TypeError} If nothing is matched, or nobody says who wants it and why.
   * @throws {RangeError} If a time is out of range.
   * @throws {AlertManagerClosedError} If the manager was disposed of.
   */
  silence(options: SilenceOptions): Silence {
    this.#requireOpen("silence alerts");
    return this.#silences.add(options);
  }

  /** The silences that have not expired. */
  silences(): readonly Silence[] {
    return this.#silences.list();
  }

  /** The alerts, those that were resolved lately included. */
  list(filter: AlertFilter = {}): readonly Alert[] {
    const { state, name } = requireOptions("list alerts", filter);
    return [...this.#book.alerts()]
      .filter((alert) => state === undefined || alert.state === state)
      .map((alert) => alert.toAlert((steadyMs) => this.#wall.at(steadyMs)))
      .filter((alert) => name === undefined || alert.name === name);
  }

  /**
   * Calls back after something has changed of what {@linkcode list} and {@linkcode silences} tell: an alert that is pending, fires, is resolved
   * or forgotten, or what it has measured; a silence that is added, begins or ends. Once for all that one look at a rule has changed, and
   * in the midst of whatever has: look later, not in the call. What it throws is counted, and harms nobody. Returns what ends it; so does
   * the manager's end.
   */
  watch(changed: () => void): () => void {
    const watcher = () => changed(); // the same function may watch twice
    this.#watchers.add(watcher);
    return () => void this.#watchers.delete(watcher);
  }

  /** How it stands; walks along all alerts. */
  snapshot(): AlertManagerSnapshot {
    const counts = { inactive: 0, pending: 0, firing: 0, resolved: 0 };
    let muted = 0;
    for (const alert of this.#book.alerts()) {
      counts[alert.state]++;
      if (alert.state === "firing" && this.#isMuted(alert)) muted++;
    }
    const { pending, firing, resolved } = counts;
    return {
      rules: [...this.#book.rules.keys()],
      pending,
      firing,
      muted,
      resolved,
      dropped: this.#book.dropped,
      failures: this.#failures,
      notifiers: this.#dispatchers.map(({ notifier: { name }, groups, notified, running, dropped, failures }) => ({
        name,
        groups,
        notified,
        running,
        dropped,
        failures,
      })),
    };
  }

  /**
   * Tells at once of all that waits for its group, and waits until the notifiers have ended with it: before a process exits.
   *
   * @throws {WaitTimeoutError} If that took longer than `timeoutMs`, by default 10,000.
   * @throws The signal's reason, once it is aborted.
   */
  async flush(options: WaitOptions = {}): Promise<void> {
    requireWaitOptions(options);
    options.signal?.throwIfAborted();
    for (const dispatcher of this.#dispatchers) dispatcher.flush();
    const settled = Promise.all(this.#dispatchers.map((dispatcher) => dispatcher.settled()));
    await waitWithin(settled, "alert notifications", { timeoutMs: 10_000, ...options });
  }

  /** Watches and tells nothing more; what fires is not resolved by that. */
  [Symbol.dispose](): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const state of this.#book.states()) state.stop();
    for (const dispatcher of this.#dispatchers) dispatcher.stop();
    this.#silences.clear();
    this.#watchers.clear();
  }

  #conditionOf(rule: AlertRule, resolutionMs: number): Condition {
    const failed = (error: unknown, name: string) => this.#failed(error, `rule "${name}"`);
    try {
      return conditionOf(rule, { metrics: this.#metrics, failed }, resolutionMs);
    } catch (error) {
      this.#metrics.sweep();
      throw error;
    }
  }

  #requireOpen(what: string): void {
    if (this.#isClosed) throw new AlertManagerClosedError(what);
  }

  #end(alert: AlertInstance): void {
    const isFiring = alert.state === "firing";
    alert.end(this.#steady.now());
    if (isFiring) this.#changed(alert);
  }

  #isMuted(alert: AlertInstance): boolean {
    return this.#silences.idFor(alert.labels) !== undefined || this.#inhibitions.inhibit(alert.labels);
  }

  #changed(alert: AlertInstance): void {
    const isOther = this.#inhibitions.count(alert.labels, alert.state === "firing" ? 1 : -1);
    try {
      this.#onChange?.(alert.toAlert((steadyMs) => this.#wall.at(steadyMs)));
    } catch (error) {
      this.#failed(error, "onChange");
    }
    if (this.#isClosed) return;
    for (const dispatcher of this.#dispatchers) dispatcher.changed(alert);
    if (isOther) this.#reconsider();
  }

  #listChanged(): void {
    for (const watcher of this.#watchers) {
      try {
        watcher();
      } catch (error) {
        this.#failed(error, "watch");
      }
    }
  }

  #reconsider(): void {
    for (const dispatcher of this.#dispatchers) dispatcher.reconsider();
  }

  #failed(error: unknown, where: string): void {
    this.#failures++;
    this.#tellError(error, where);
  }

  #tellError(error: unknown, where: string): void {
    try {
      this.#onError?.(error, where);
    } catch {
      this.#failures++;
    }
  }
}
