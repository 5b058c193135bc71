/**
 * Quotas: who may have how much.
 *
 * @module
 */

import type { ResourceAmounts } from "../request.ts";
import type { Book } from "./book.ts";
import { BoundQuotas } from "./bound_quotas.ts";
import { BY_SCOPE, Counter } from "./counter.ts";
import type {
  QuotaAccountName,
  QuotaDecision,
  QuotaFreedListener,
  QuotaGate,
  QuotaGrant,
  QuotaOverageListener,
  QuotaRefusal,
} from "./decision.ts";
import { Limit, unitsForRules } from "./limit.ts";
import { Office } from "./office.ts";
import { describeRuleName, requireRule } from "./require_rule.ts";
import type { QuotaRule, QuotaRuleName } from "./rule.ts";
import type { QuotaScope, QuotaScopeName } from "./scope.ts";
import { type QuotasSnapshot, type QuotaUsage, snapshotOf, usagesOf } from "./usage.ts";
import { requireOptions } from "../../coordination/require_options.ts";
import { requireList } from "../../coordination/require_list.ts";

const NAME_OF_RULE = "pass { scope, kind, type }";

/** What quotas are made with, besides rules. */
export interface QuotasOptions {
  /** The clock, in milliseconds since whenever. Default `performance.now`. See {@linkcode Quotas} for one that goes back. */
  readonly clock?: () => number;
}

/**
 * Counts what is held and taken, by who asks, and says no beyond the limits.
 *
 * - **Nested.** A request passes the rules of all levels that its scope names, and of `"global"`, or nothing is counted
 *   anywhere. `check` answers the same as `commit`, and has no effect.
 * - **Accounts.** A rule without a key gives everybody at its level an account with that limit; one with a key is for that one
 *   only. Of the rules that limit what is held (hard, soft, burst), somebody's own replace the general ones, and likewise of the
 *   rates; all that are left must be passed. What no rule counts is allowed.
 * - **Exact.** What is held is counted in millionths of the kind's unit (in wholes if a limit is above 9,007,199,254, or a soft
 *   one above 9,007,199), rounded down, but at least one. When all is given back, `used` is 0, whatever happened. Buckets flow by
 *   fractions of integers, at whole microseconds: they neither drift nor depend on how often one looks.
 * - **Memory.** Only whoever holds or owes something costs memory, but for a few hundred accounts that are kept for use again.
 *   Accounts that owe are looked at a few at a time as others come; if none comes, and they are more than a few hundred, one
 *   timer that keeps no process alive sees to it. {@linkcode Quotas.sweep} does so at once.
 * - **Time.** A clock that goes back stands still until it has caught up: no token comes twice, and none is lost. Use one that
 *   does not go back, such as the default.
 *
 * A `check` with one hard rule costs about four times a hand-written `used + amount <= limit` on a map by key, and less than three
 * times through {@linkcode Quotas.for}, which saves the look-ups of whoever asks often. A `commit` and `release` cost about what a
 * counter in such a map does that forgets a key at 0, and twice to two and a half times one that never forgets; a rate costs about
 * twice a hand-written bucket, and both of them mostly the reading of the clock. Each further rule adds about half as much.
 *
 * @example Four processors for each user, and a burst of requests
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { Quotas } from "./quotas.ts";
 *
 * let nowMs = 0;
 * const quotas = new Quotas([
 *   { scope: "user", kind: "cpu", policy: { type: "hard", limit: 4 } },
 *   { scope: "user", kind: "cpu", key: "alice", policy: { type: "hard", limit: 6 } },
 *   { scope: "global", kind: "cpu", policy: { type: "hard", limit: 8 } },
 *   { scope: "agent", kind: "requests", policy: { type: "rate", perSecond: 10, capacity: 20 } },
 * ], { clock: () => nowMs });
 *
 * const grant = quotas.commit({ user: "alice" }, { cpu: 6 });
 * assert(grant.status === "granted");
 * const refusal = quotas.commit({ user: "bob" }, { cpu: 3 });
 * assert(refusal.status === "refused");
 * assertEquals([refusal.scope, refusal.used, refusal.limit, refusal.retryAfterMs], ["global", 6, 8, null]);
 * grant.release();
 *
 * quotas.commit({ agent: "crawler" }, { requests: 20 });
 * const decision = quotas.check({ agent: "crawler" }, { requests: 5 });
 * assertEquals(decision.status === "refused" && decision.retryAfterMs, 500);
 * nowMs = 500;
 * assertEquals(quotas.check({ agent: "crawler" }, { requests: 5 }).status, "allowed");
 * ```
 */
export class Quotas<Kinds extends string> implements QuotaGate<Kinds> {
  readonly #office: Office;
  readonly #counter: Counter<Kinds>;

  /**
   * Sets rules; everybody has nothing yet, and all buckets are full.
   *
   * @throws {TypeError} If a rule is malformed, or there are two of the same target, type and name.
   * @throws {RangeError} If a limit is negative, NaN, infinite, or otherwise out of range.
   */
  constructor(rules: readonly QuotaRule<Kinds>[], options: QuotasOptions = {}) {
    const { clock = () => performance.now() } = requireOptions("make quotas", options);
    this.#office = new Office(clock);
    this.#counter = new Counter(this.#office, BY_SCOPE);
    for (const rule of requireList("make quotas of", rules, "rules")) requireRule(rule);
    for (const rule of rules) {
      const name = { ...rule, type: rule.policy.type }, book = this.#openBook(rule, rules);
      if (book.find(name) !== undefined) {
        throw new TypeError(
          `Cannot set ${
            describeRuleName(name)
          } twice: expected one rule; give them names if all of them are to be passed`,
        );
      }
      book.set(rule, this.#office.clock.read());
    }
  }

  /**
   * Whether `commit` would grant it now; has no effect.
   *
   * @param scope Who asks.
   * @param amounts How much of each kind.
   * @throws {TypeError} If an amount is not a number, or a name in the scope not a string.
   * @throws {RangeError} If an amount is negative or not finite.
   */
  check(scope: QuotaScope, amounts: ResourceAmounts<Kinds>): QuotaDecision {
    return this.#counter.check(scope, amounts);
  }

  /**
   * Whether one account alone would admit so much of its kind now, whatever others say; has no effect.
   *
   * @throws {TypeError} If the amount is not a number, or the key not a string.
   * @throws {RangeError} If the amount is negative or not finite.
   */
  checkAccount(account: QuotaAccountName, amount: number): QuotaDecision {
    const { scope, key, kind } = requireOptions("check an account", account, "pass { scope, key, kind }");
    return this.#counter.checkAccount(this.#findBook(scope, kind), scope === "global" ? "" : key, amount);
  }

  /**
   * Counts something on all accounts that it concerns, or on none.
   *
   * @param scope Who asks.
   * @param amounts How much of each kind.
   * @returns The grant, to be released when what it stands for is given back; or why not.
   * @throws {TypeError} If an amount is not a number, or a name in the scope not a string.
   * @throws {RangeError} If an amount is negative or not finite.
   */
  commit(scope: QuotaScope, amounts: ResourceAmounts<Kinds>): QuotaGrant<Kinds> | QuotaRefusal {
    return this.#counter.commit(scope, amounts);
  }

  /**
   * The quotas of one scope, whose accounts are looked up once: for whoever asks often. It needs no end.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Quotas } from "./quotas.ts";
   *
   * const quotas = new Quotas([{ scope: "user", kind: "cpu", policy: { type: "hard", limit: 4 } }]);
   * const alice = quotas.for({ user: "alice" });
   * const grant = alice.commit({ cpu: 3 });
   * assertEquals([grant.status, alice.check({ cpu: 2 }).status], ["granted", "refused"]);
   * ```
   */
  for(scope: QuotaScope): BoundQuotas<Kinds> {
    return new BoundQuotas(this.#office, scope);
  }

  /**
   * Adds a rule, or gives the one of the same target, type and name other figures.
   *
   * Nothing is revoked: who holds more than is allowed now gets no more until it fits. What was granted before a kind and level
   * had their first rule is not counted. Costs the number of accounts of that kind and level, for a new rule or one with a bucket.
   *
   * @throws {TypeError} If the rule is malformed.
   * @throws {RangeError} If a figure is out of range.
   */
  setRule(rule: QuotaRule<Kinds>): void {
    requireRule(rule);
    this.#openBook(rule, [rule]).set(rule, this.#office.clock.read());
    this.#office.tellFreed();
  }

  /**
   * Changes the limit of a rule: of a rate its `perSecond`, of all others their `limit`. As {@linkcode Quotas.setRule} otherwise.
   *
   * @throws {TypeError} If there is no such rule, or the limit is not a number.
   * @throws {RangeError} If the limit is out of range.
   */
  setLimit(rule: QuotaRuleName<Kinds>, limit: number): void {
    const policy = this.#findBook(requireOptions("change a quota", rule, NAME_OF_RULE).scope, rule.kind)?.find(rule)
      ?.policy;
    if (policy === undefined) {
      throw new TypeError(
        `Cannot change ${describeRuleName(rule)}: there is no such rule; add it with setRule`,
      );
    }
    this.setRule({ ...rule, policy: policy.type === "rate" ? { ...policy, perSecond: limit } : { ...policy, limit } });
  }

  /** Drops a rule; returns whether there was one. What was granted while it applied is given back as usual. */
  removeRule(rule: QuotaRuleName<Kinds>): boolean {
    requireOptions("drop a quota", rule, NAME_OF_RULE);
    const book = this.#findBook(rule.scope, rule.kind), limit = book?.find(rule);
    if (book === undefined || limit === undefined) return false;
    book.remove(limit, this.#office.clock.read());
    this.#office.tellFreed();
    return true;
  }

  /**
   * Calls `listener` with the account when something was given back, and without one when rules have changed: a refusal may
   * have ended. That time has passed is not told; a refusal says when to try again.
   *
   * @returns A function that ends it.
   */
  onFreed(listener: QuotaFreedListener): () => void {
    return this.#office.onFreed(listener);
  }

  /**
   * Calls `listener` when something was granted beyond a soft limit: in a microtask of its own, when whoever asked has what was
   * granted. So it may do what it likes to a pool with these quotas.
   *
   * @returns A function that ends it.
   */
  onOverage(listener: QuotaOverageListener): () => void {
    return this.#office.onOverage(listener);
  }

  /** How the rules stand for somebody, or for all together: one figure for each rule that applies. Costs the number of rules. */
  usage(scope: "global"): readonly QuotaUsage[];
  /** How the rules stand for somebody. */
  usage(scope: QuotaScopeName, key: string): readonly QuotaUsage[];
  usage(scope: QuotaScopeName, key = ""): readonly QuotaUsage[] {
    return usagesOf(this.#office, scope, scope === "global" ? "" : key);
  }

  /** How all rules stand; costs their number. */
  snapshot(): QuotasSnapshot {
    return snapshotOf(this.#office);
  }

  /** Forgets whoever holds and owes nothing at once, and not by and by; costs the number of those who hold nothing. */
  sweep(): void {
    this.#office.attic.sweep();
  }

  #findBook(scope: QuotaScopeName, kind: string): Book | undefined {
    return this.#office.kinds.get(kind)?.books.find((book) => book.scope === scope);
  }

  /** The book for a rule; a kind that is new is counted so that all these rules can be. */
  #openBook(rule: QuotaRule<Kinds>, rules: readonly QuotaRule<Kinds>[]): Book {
    const book = this.#findBook(rule.scope, rule.kind);
    if (book !== undefined) return book;
    const { scope, kind } = rule;
    const perWhole = this.#office.kinds.get(kind)?.perWhole ??
      unitsForRules(rules.filter((other) => other.kind === kind));
    new Limit(rule, perWhole); // throws before anything has changed
    return this.#office.openBook(scope, kind, perWhole);
  }
}
