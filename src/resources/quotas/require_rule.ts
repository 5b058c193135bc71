/**
 * Checks rules, which may come from a file.
 *
 * @module
 */

import { MAX_CAPACITY } from "../units.ts";
import type { QuotaPolicyType } from "./policy.ts";
import type { QuotaRule, QuotaRuleName } from "./rule.ts";
import { levelOf, QUOTA_SCOPES } from "./scope.ts";
import { requireOptions } from "../../coordination/require_options.ts";

/** A rule in words, for messages. */
export function describeRule(rule: QuotaRule<string>): string {
  return describeRuleName({ ...rule, type: rule.policy.type });
}

/** Which rule is meant, in words. */
export function describeRuleName({ scope, key, kind, type, name }: QuotaRuleName<string>): string {
  const whose = key === undefined ? scope : `${scope} ${JSON.stringify(key)}`;
  return `the ${type} quota ${name === undefined ? "" : `${JSON.stringify(name)} `}of ${whose} for ${kind}`;
}

/**
 * Checks everything about a rule that does not depend on how its kind is counted.
 *
 * @throws {TypeError} If its scope or policy is none, its kind or key not a usable name, or a figure not a number.
 * @throws {RangeError} If a figure is out of range.
 */
export function requireRule(rule: QuotaRule<string>): void {
  const { scope, key, kind, policy, name } = requireOptions("set a quota", rule, "pass { scope, kind, policy }");
  if (typeof kind !== "string" || kind === "" || kind === "__proto__") {
    throw new TypeError(
      `Cannot set a quota for kind ${
        quote(kind)
      }: expected a name that a record can hold; call it something like "cpu"`,
    );
  }
  if (levelOf(scope) === -1) {
    throw new TypeError(
      `Cannot set a quota for ${kind} with scope ${quote(scope)}: expected one of ${
        QUOTA_SCOPES.map(quote).join(", ")
      }`,
    );
  }
  if (key !== undefined && (typeof key !== "string" || scope === "global")) {
    throw new TypeError(
      `Cannot set a quota of ${scope} for ${kind} with key ${quote(key)}: expected ${
        scope === "global" ? "none, for all share it" : "a string"
      }; leave the key out to set it for everybody`,
    );
  }
  if (name !== undefined && typeof name !== "string") {
    throw new TypeError(
      `Cannot set a quota of ${scope} for ${kind} with name ${
        quote(name)
      }: expected a string; leave it out if there is one rule`,
    );
  }
  if (typeof policy !== "object" || policy === null || !isType(policy.type)) {
    throw new TypeError(
      `Cannot set a quota of ${scope} for ${kind} with policy ${
        JSON.stringify(policy)
      }: expected the type "hard", "soft", ` +
        '"burst" or "rate"; pass a policy such as { type: "hard", limit: 4 }',
    );
  }
  requireFigures(rule);
}

function isType(type: unknown): type is QuotaPolicyType {
  return type === "hard" || type === "soft" || type === "burst" || type === "rate";
}

function quote(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

function requireFigures(rule: QuotaRule<string>): void {
  const { policy } = rule;
  switch (policy.type) {
    case "hard":
    case "soft":
      return requireFigure(rule, "limit", policy.limit, false);
    case "burst":
      requireFigure(rule, "limit", policy.limit, true);
      requireFigure(rule, "peak", policy.peak, true);
      requireFigure(rule, "burstMs", policy.burstMs, true);
      if (policy.peak > policy.limit) return;
      throw new RangeError(
        `Cannot set ${describeRule(rule)} with peak ${policy.peak}: expected more than the limit of ${policy.limit}; ` +
          "use a hard quota to allow no peak",
      );
    case "rate":
      requireFigure(rule, "perSecond", policy.perSecond, true);
      if (policy.capacity !== undefined) requireFigure(rule, "capacity", policy.capacity, true);
  }
}

function requireFigure(rule: QuotaRule<string>, name: string, figure: unknown, aboveZero: boolean): void {
  if (typeof figure === "number" && (aboveZero ? figure > 0 : figure >= 0) && figure <= MAX_CAPACITY) return;
  const message = `Cannot set ${describeRule(rule)} with ${name} ${String(figure)}: expected a number ${
    aboveZero ? "above 0, at most" : "from 0 to"
  } 2^53 - 1`;
  if (typeof figure !== "number") throw new TypeError(`${message}, got ${typeof figure}; pass a number`);
  throw new RangeError(`${message}; leave the rule out to allow any amount`);
}
