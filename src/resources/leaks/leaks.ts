/**
 * Finds leases that nobody is going to give back.
 *
 * @module
 */

import { tellListener } from "../../reliability/tell_listener.ts";
import { WaitLine } from "../../coordination/wait_line.ts";
import { type Timer, timers, type TimerTask } from "../../reliability/timer_wheel.ts";
import type { Holding } from "../holding.ts";
import { acquiredAt } from "./acquired_at.ts";
import type { LeakRules } from "./leak_options.ts";
import type { LeakReason, LeakReport } from "./leak_report.ts";
import { LeakWatch } from "./leak_watch.ts";
import { LeaseLeakedError } from "./lease_leaked_error.ts";

/** What the search for leaks asks of its pool. */
export interface LeakHost<Kinds extends string> {
  /** A lease was found. */
  leaked(holding: Holding<Kinds>, report: LeakReport<Kinds>): void;
  /** Takes a lease back, and serves whoever can be served then. */
  reclaim(holding: Holding<Kinds>, reason: LeakReason): void;
}

/**
 * Watches all leases of a pool, and reports each at most once.
 *
 * Nothing is polled. What is unreachable, the garbage collector tells, at its leisure, and never if it does not run. Since all leases
 * may be held for the same time, those that are due first stand first in a line in the order of grants, and one timer is set for
 * the first; it keeps no process alive. Who has ended, the caller tells.
 */
export class Leaks<Kinds extends string> implements TimerTask {
  readonly #rules: LeakRules<Kinds>;
  readonly #host: LeakHost<Kinds>;
  readonly #line = new WaitLine<LeakWatch<Kinds>>();
  readonly #byOwner = new Map<string, Set<LeakWatch<Kinds>>>();
  readonly #registry = new FinalizationRegistry<LeakWatch<Kinds>>((watch) => this.#report(watch, "unreachable"));
  #timer: Timer | undefined = undefined;

  /** Watches nothing yet. */
  constructor(rules: LeakRules<Kinds>, host: LeakHost<Kinds>) {
    this.#rules = rules;
    this.#host = host;
  }

  /** Whether any leak is taken back. */
  get reclaims(): boolean {
    return this.#rules.reclaimed.size > 0;
  }

  /** Where the caller is, if that is to be kept. */
  origin(): Error | undefined {
    return this.#rules.debug ? new Error("acquired here") : undefined;
  }

  /** Watches a lease, which was acquired at `origin`, from its grant on. */
  watch(lease: WeakKey, holding: Holding<Kinds>, origin: Error | undefined): void {
    const watch = holding.watch = new LeakWatch(holding, origin), { owner } = holding;
    this.#registry.register(lease, watch, watch);
    if (owner !== undefined) this.#addTo(owner, watch);
    if (this.#rules.leakAfterMs === Infinity) return;
    this.#line.insertAfter(this.#line.last, watch);
    watch.isInLine = true;
    if (this.#timer === undefined) this.#setTimer(this.#rules.leakAfterMs);
  }

  /** A lease has come back. */
  forget(holding: Holding<Kinds>): void {
    if (holding.watch !== undefined) this.#drop(holding.watch);
    holding.watch = undefined;
  }

  /** Reports all leases of an owner; returns how many. */
  end(owner: string, reason: LeakReason): number {
    const watches = [...this.#byOwner.get(owner) ?? []];
    for (const watch of watches) this.#report(watch, reason);
    return watches.length;
  }

  /** The first in line is due, unless it has come back meanwhile. */
  fire(): void {
    this.#timer = undefined;
    for (let first = this.#line.first; first !== undefined; first = this.#line.first) {
      const leftMs = this.#rules.leakAfterMs - ageOf(first);
      if (leftMs > 0) return this.#setTimer(leftMs);
      this.#report(first, "overdue");
    }
  }

  #report(watch: LeakWatch<Kinds>, reason: LeakReason): void {
    const { holding, origin } = watch, { owner, demand } = holding;
    if (holding.watch !== watch) return; // it has come back or was reported, and the collector is late
    const reclaimed = this.#rules.reclaimed.has(reason);
    const report: LeakReport<Kinds> = Object.freeze({
      reason,
      owner,
      amounts: demand.amounts,
      node: demand.node,
      ageMs: ageOf(watch),
      acquiredAt: origin && acquiredAt(origin),
      reclaimed,
    });
    this.forget(holding);
    this.#host.leaked(holding, report);
    if (reclaimed) {
      this.#host.reclaim(holding, reason);
      holding.details.signal.abort(new LeaseLeakedError(report));
    }
    tellListener(this.#rules.onLeak, report);
  }

  #addTo(owner: string, watch: LeakWatch<Kinds>): void {
    const watches = this.#byOwner.get(owner);
    if (watches === undefined) this.#byOwner.set(owner, new Set([watch]));
    else watches.add(watch);
  }

  #drop(watch: LeakWatch<Kinds>): void {
    const { owner } = watch.holding;
    this.#registry.unregister(watch);
    if (owner !== undefined) {
      const watches = this.#byOwner.get(owner);
      watches?.delete(watch);
      if (watches?.size === 0) this.#byOwner.delete(owner);
    }
    if (!watch.isInLine) return;
    this.#line.remove(watch);
    watch.isInLine = false;
    if (this.#line.size > 0 || this.#timer === undefined) return;
    timers.cancel(this.#timer);
    this.#timer = undefined;
  }

  #setTimer(delayMs: number): void {
    this.#timer ??= timers.scheduleInBackground(delayMs, this);
  }
}

function ageOf<Kinds extends string>({ holding }: LeakWatch<Kinds>): number {
  return holding.details.ageMs ?? 0;
}
