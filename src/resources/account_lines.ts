/**
 * Lines of waiters, one for each account of the quotas that stops somebody.
 *
 * @module
 */

import type { QuotaAccountName, QuotaScope, QuotaScopeName } from "./quotas/mod.ts";

/** A map from accounts, which are told by kind, level and key. */
export class AccountLines<Line> {
  readonly #byKind = new Map<string, Map<QuotaScopeName, Map<string, Line>>>();
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** The line of an account, if there is one. */
  get({ kind, scope, key = "" }: QuotaAccountName): Line | undefined {
    return this.#byKind.get(kind)?.get(scope)?.get(key);
  }

  /** Adds the line of an account that has none. */
  add({ kind, scope, key = "" }: QuotaAccountName, line: Line): void {
    let byScope = this.#byKind.get(kind);
    if (byScope === undefined) this.#byKind.set(kind, byScope = new Map());
    let byKey = byScope.get(scope);
    if (byKey === undefined) byScope.set(scope, byKey = new Map());
    byKey.set(key, line);
    this.#size++;
  }

  /** Forgets the line of an account that has one. */
  delete({ kind, scope, key = "" }: QuotaAccountName): void {
    const byScope = this.#byKind.get(kind), byKey = byScope?.get(scope);
    if (byScope === undefined || !byKey?.delete(key)) return;
    this.#size--;
    if (byKey.size === 0) byScope.delete(scope);
    if (byScope.size === 0) this.#byKind.delete(kind);
  }

  /** The lines of all accounts that count a kind for somebody; costs the number of levels at which there are lines. */
  *concerning(kind: string, scope: QuotaScope): Generator<Line, void, void> {
    const byScope = this.#byKind.get(kind);
    if (byScope === undefined) return;
    for (const [level, byKey] of byScope) {
      const key = level === "global" ? "" : scope[level];
      const line = key === undefined ? undefined : byKey.get(key);
      if (line !== undefined) yield line;
    }
  }

  /** All lines. */
  *[Symbol.iterator](): Generator<Line, void, void> {
    for (const byScope of this.#byKind.values()) {
      for (const byKey of byScope.values()) yield* byKey.values();
    }
  }
}
