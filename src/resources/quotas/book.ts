/**
 * All accounts of one level for one kind, and the rules for them.
 *
 * @module
 */

import type { Account } from "./account.ts";
import type { CountedKind } from "./counted_kind.ts";
import { Limit } from "./limit.ts";
import { Limits, withOwn } from "./limits.ts";
import type { QuotaRule, QuotaRuleName } from "./rule.ts";
import { levelOf, type QuotaScopeName } from "./scope.ts";

/** Keeps accounts by key; looking one up is a look-up in a map, and so is finding the rules of a key that has none. */
export class Book {
  /** Whose use is counted. */
  readonly scope: QuotaScopeName;
  /** The level of the scope. */
  readonly level: number;
  /** What is counted. */
  readonly kind: CountedKind;
  /** The accounts of those who hold or owe something. */
  readonly accounts: Map<string, Account> = new Map();
  /** The rules, in the order in which they were set. */
  readonly rules: Limit[] = [];
  #general = new Limits([]);
  readonly #own = new Map<string, Limits>();

  /** Which of the books of all kinds it is, counted from 0. */
  readonly place: number;

  /** Opens a book without rules. */
  constructor(scope: QuotaScopeName, kind: CountedKind, place: number) {
    this.place = place;
    this.scope = scope;
    this.level = levelOf(scope);
    this.kind = kind;
  }

  /** What applies to a key. */
  limitsOf(key: string): Limits {
    return (this.#own.size === 0 ? undefined : this.#own.get(key)) ?? this.#general;
  }

  /** The rule of that type, key and name. */
  find({ type, key, name }: QuotaRuleName<string>): Limit | undefined {
    return this.rules.find((rule) => rule.type === type && rule.key === key && rule.name === name);
  }

  /**
   * Adds a valid rule, or gives the one of the same type, key and name other figures.
   *
   * Costs the number of accounts, except for other figures of a hard or soft rule, which cost the number of keys with rules.
   *
   * @throws {RangeError} If a figure cannot be counted; then nothing has changed.
   */
  set(rule: QuotaRule<string>, micros: number): void {
    const limit = new Limit(rule, this.kind.perWhole), old = this.find({ ...rule, type: limit.type });
    if (old === undefined) {
      this.rules.push(limit);
      if (limit.hasBucket) this.kind.isTimed = true;
      this.#rebuild(micros);
      return;
    }
    if (old.hasBucket) { for (const account of this.accounts.values()) account.settleForGood(micros); }
    old.assign(rule, this.kind.perWhole);
    this.#general.refresh();
    for (const limits of this.#own.values()) limits.refresh();
  }

  /** Drops a rule of this book; costs the number of accounts. */
  remove(rule: Limit, micros: number): void {
    this.rules.splice(this.rules.indexOf(rule), 1);
    this.#rebuild(micros);
  }

  #rebuild(micros: number): void {
    const general: Limit[] = [], own = new Map<string, Limit[]>();
    for (const rule of this.rules) {
      if (rule.key === undefined) general.push(rule);
      else own.set(rule.key, [...own.get(rule.key) ?? [], rule]);
    }
    this.#general = new Limits(general);
    this.#own.clear();
    for (const [key, rules] of own) this.#own.set(key, withOwn(general, rules));
    for (const account of this.accounts.values()) account.adopt(this.limitsOf(account.bookKey), micros);
  }
}
