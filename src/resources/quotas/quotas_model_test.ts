import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import type {
  BoundQuotas,
  QuotaGrant,
  QuotaPolicy,
  QuotaRefusal,
  QuotaRule,
  QuotaScope,
  QuotaScopeName,
} from "./mod.ts";
import { Quotas } from "./mod.ts";

type Kind = "cpu" | "requests";
const KINDS: readonly Kind[] = ["cpu", "requests"];
const SCOPES: readonly QuotaScopeName[] = ["global", "pool", "workflow", "agent", "state", "user"];
const USERS = ["alice", "__proto__", "constructor"], AGENTS = ["crawler", "toString"];
const MILLION = 1_000_000n;

/** An exact number. */
class Ratio {
  constructor(readonly top: bigint, readonly bottom = 1n) {}
  plus(other: Ratio): Ratio {
    return new Ratio(this.top * other.bottom + other.top * this.bottom, this.bottom * other.bottom).simplified();
  }
  times(other: Ratio): Ratio {
    return new Ratio(this.top * other.top, this.bottom * other.bottom).simplified();
  }
  simplified(): Ratio {
    let [a, b] = [this.top < 0n ? -this.top : this.top, this.bottom];
    while (b > 0n) [a, b] = [b, a % b];
    return a <= 1n ? this : new Ratio(this.top / a, this.bottom / a);
  }
  ceiling(): bigint {
    const floor = this.top / this.bottom;
    return floor * this.bottom < this.top ? floor + 1n : floor;
  }
}

/** Rates as people write them, and what they mean. */
const RATES: readonly (readonly [number, Ratio])[] = [
  [10, new Ratio(10n)],
  [0.3, new Ratio(3n, 10n)],
  [1 / 60, new Ratio(1n, 60n)],
  [1000 / 86_400, new Ratio(5n, 432n)],
  [123_456.789, new Ratio(123_456_789n, 1000n)],
];

interface ModelRule {
  readonly scope: QuotaScopeName;
  readonly key: string | undefined;
  readonly kind: Kind;
  readonly name: string | undefined;
  policy: QuotaPolicy;
}

interface Bucket {
  readonly rule: ModelRule;
  missing: Ratio;
}

interface Entry {
  readonly account: string;
  readonly kind: Kind;
  units: bigint;
}

function units(amount: number): bigint {
  return BigInt(Math.round(amount * 1e6));
}

function capacityOf(policy: QuotaPolicy): bigint {
  if (policy.type === "rate") return units(policy.capacity ?? Math.max(policy.perSecond, 1));
  if (policy.type === "burst") return (units(policy.peak) - units(policy.limit)) * BigInt(policy.burstMs) / 1000n;
  throw new Error("no bucket");
}

function isHeld(rule: ModelRule): boolean {
  return rule.policy.type !== "rate";
}

/** The rules of quotas, said with lists and big integers: nothing is remembered that can be counted anew. */
class Model {
  nowMicros = 0n;
  latestMicros = 0n;
  rules: ModelRule[] = [];
  readonly grants: Entry[][] = [];
  buckets = new Map<string, Bucket[]>();
  overages = 0;

  same(a: ModelRule, b: ModelRule): boolean {
    return a.scope === b.scope && a.kind === b.kind && a.key === b.key && a.name === b.name &&
      a.policy.type === b.policy.type;
  }

  accountsFor(scope: QuotaScope, kind: Kind): { id: string; scope: QuotaScopeName; key: string | undefined }[] {
    return SCOPES.filter((name) => this.rules.some((rule) => rule.scope === name && rule.kind === kind)).flatMap(
      (name) => {
        const key = name === "global" ? "" : scope[name];
        return key === undefined
          ? []
          : [{ id: JSON.stringify([name, key, kind]), scope: name, key: name === "global" ? undefined : key }];
      },
    );
  }

  rulesOf(id: string): ModelRule[] {
    const [scope, key, kind] = JSON.parse(id);
    const here = this.rules.filter((rule) => rule.scope === scope && rule.kind === kind);
    const own = here.filter((rule) => rule.key !== undefined && rule.key === key);
    const general = here.filter((rule) =>
      rule.key === undefined && !own.some((other) => isHeld(other) === isHeld(rule))
    );
    return [...general, ...own];
  }

  bucketsOf(id: string): Bucket[] {
    const rules = this.rulesOf(id).filter(({ policy }) => policy.type === "rate" || policy.type === "burst");
    const old = this.buckets.get(id) ?? [];
    const buckets = rules.map((rule) => {
      const same = old.find((bucket) => bucket.rule.policy.type === rule.policy.type && bucket.rule.name === rule.name);
      return { rule, missing: same?.missing ?? new Ratio(0n) };
    });
    this.buckets.set(id, buckets);
    return buckets;
  }

  used(id: string): bigint {
    return this.grants.flat().filter(({ account }) => account === id).reduce((sum, entry) => sum + entry.units, 0n);
  }

  moveTo(micros: bigint): void {
    this.nowMicros = micros;
    if (micros <= this.latestMicros) return;
    const elapsed = new Ratio(micros - this.latestMicros);
    this.latestMicros = micros;
    for (const id of this.buckets.keys()) {
      for (const bucket of this.bucketsOf(id)) {
        const missing = bucket.missing.plus(elapsed.times(this.#inflow(id, bucket.rule)).times(new Ratio(-1n)));
        bucket.missing = missing.top < 0n ? new Ratio(0n) : missing;
      }
    }
  }

  /** Units in a microsecond. */
  #inflow(id: string, { policy }: ModelRule): Ratio {
    if (policy.type === "rate") return RATES.find(([perSecond]) => perSecond === policy.perSecond)![1];
    if (policy.type === "burst") return new Ratio(units(policy.limit) - this.used(id), MILLION);
    throw new Error("no bucket");
  }

  /** Of all refusals, which lasts longest; the first of equals. */
  refusal(scope: QuotaScope, amounts: readonly (readonly [Kind, number])[]) {
    const found = amounts.filter(([, amount]) => amount > 0).flatMap(([kind, amount]) =>
      this.accountsFor(scope, kind).flatMap(({ id, scope, key }) =>
        this.rulesOf(id).flatMap((rule) => {
          const wait = this.#waitFor(id, rule, units(amount));
          const { policy: { type: policy }, name } = rule;
          return wait === 0n ? [] : [{ scope, key, kind, policy, name, wait, requested: amount }];
        })
      )
    );
    return found.reduce<typeof found[number] | undefined>(
      (worst, other) => worst === undefined || lasts(other.wait) > lasts(worst.wait) ? other : worst,
      undefined,
    );
  }

  /** Microseconds, or what has to happen. */
  #waitFor(id: string, rule: ModelRule, asked: bigint): bigint | "release" | "never" {
    const { policy } = rule, used = this.used(id);
    const bucket = this.bucketsOf(id).find((bucket) => bucket.rule === rule);
    const until = (target: bigint) => {
      const { top, bottom } = bucket!.missing.plus(new Ratio(-target)), flow = this.#inflow(id, rule);
      if (top <= 0n) return 0n;
      return flow.top <= 0n ? "release" : new Ratio(top * flow.bottom, bottom * flow.top).ceiling();
    };
    switch (policy.type) {
      case "soft":
        return 0n;
      case "hard":
        return used + asked <= units(policy.limit) ? 0n : asked > units(policy.limit) ? "never" : "release";
      case "rate":
        return asked > capacityOf(policy) ? "never" : until(capacityOf(policy) - asked);
      case "burst":
        if (used + asked > units(policy.peak)) return asked > units(policy.peak) ? "never" : "release";
        return used + asked <= units(policy.limit) ? 0n : until(capacityOf(policy) - 1n);
    }
  }

  commit(scope: QuotaScope, amounts: readonly (readonly [Kind, number])[]): void {
    const entries: Entry[] = [];
    for (const [kind, amount] of amounts) {
      for (const { id } of this.accountsFor(scope, kind)) {
        const asked = units(amount);
        if (asked === 0n) continue;
        for (const bucket of this.bucketsOf(id)) {
          if (bucket.rule.policy.type === "rate") bucket.missing = bucket.missing.plus(new Ratio(asked));
        }
        if (this.rulesOf(id).some(isHeld)) entries.push({ account: id, kind, units: asked });
      }
    }
    this.grants.push(entries);
    for (const id of new Set(entries.map(({ account }) => account))) {
      for (const { policy } of this.rulesOf(id)) {
        if (policy.type === "soft" && this.used(id) > units(policy.limit)) this.overages++;
      }
    }
  }

  release(index: number, kind?: Kind, amount = Infinity): void {
    for (const entry of this.grants[index] ?? []) {
      if (kind !== undefined && entry.kind !== kind) continue;
      const most = amount === Infinity ? entry.units : units(amount);
      entry.units -= most < entry.units ? most : entry.units;
    }
  }

  change(scope: QuotaScopeName, kind: Kind, change: () => void): void {
    for (const [id, buckets] of this.buckets) {
      const [itsScope, , itsKind] = JSON.parse(id);
      if (itsScope !== scope || itsKind !== kind) continue;
      for (const bucket of buckets) bucket.missing = new Ratio(bucket.missing.ceiling());
    }
    change();
    for (const id of this.buckets.keys()) this.bucketsOf(id); // a bucket whose rule has gone is gone
  }
}

function lasts(wait: bigint | "release" | "never"): number {
  return wait === "never" ? Infinity : wait === "release" ? Number.MAX_VALUE : Number(wait);
}

const tenths = (max: number) => fc.integer({ min: 0, max: max * 10 }).map((n) => n / 10);
const policy: fc.Arbitrary<QuotaPolicy> = fc.oneof(
  fc.record({ type: fc.constant("hard" as const), limit: tenths(8) }),
  fc.record({ type: fc.constant("soft" as const), limit: tenths(6) }),
  fc.record({
    type: fc.constant("burst" as const),
    limit: fc.integer({ min: 1, max: 40 }).map((n) => n / 10),
    peak: fc.integer({ min: 41, max: 80 }).map((n) => n / 10),
    burstMs: fc.constantFrom(1, 999, 5_000),
  }),
  fc.record({ type: fc.constant("rate" as const), perSecond: fc.constantFrom(...RATES.map(([rate]) => rate)) }),
  fc.record({
    type: fc.constant("rate" as const),
    perSecond: fc.constantFrom(...RATES.map(([rate]) => rate)),
    capacity: fc.constantFrom(0.5, 3, 7.3),
  }),
);
const rule: fc.Arbitrary<QuotaRule<Kind>> = fc.record({
  scope: fc.constantFrom<QuotaScopeName>("global", "user", "user", "agent", "state"),
  key: fc.constantFrom(undefined, undefined, "alice", "__proto__", "crawler"),
  kind: fc.constantFrom(...KINDS),
  policy,
  name: fc.constantFrom(undefined, undefined, "second"),
}).map((rule) => rule.scope === "global" ? { ...rule, key: undefined } : rule);

const scope: fc.Arbitrary<QuotaScope> = fc.record({
  user: fc.constantFrom(undefined, "alice", "alice", ...USERS),
  agent: fc.constantFrom(undefined, ...AGENTS),
  state: fc.constantFrom(undefined, "hasOwnProperty"),
});
const amounts = fc.array(
  fc.tuple(fc.constantFrom(...KINDS), fc.oneof(tenths(4), tenths(9), fc.constantFrom(0, 0.000_001, 1.234_567))),
  { minLength: 1, maxLength: 2 },
).map((list) => [...new Map(list)]);

const call = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("commit" as const), scope, amounts, bound: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("check" as const), scope, amounts, bound: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("release" as const), n: fc.nat(99) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("shrink" as const),
      n: fc.nat(99),
      kind: fc.constantFrom(...KINDS),
      by: tenths(3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      micros: fc.oneof(
        fc.integer({ min: -5_000, max: 20_000 }),
        fc.constantFrom(1_000, 100_000, 1_000_000, 5_000_000),
        fc.nat(3_000_000),
        fc.nat(100_000_000),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("wait as told" as const), early: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("set" as const), rule }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("remove" as const), n: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  // Not after every call: to look brings buckets up to the present, and it must make no difference when that happens.
  { weight: 2, arbitrary: fc.record({ do: fc.constant("look" as const) }) },
);
type Call = typeof call extends fc.Arbitrary<infer C> ? C : never;

function ruleOf({ scope, key, kind, policy, name }: QuotaRule<Kind>): ModelRule {
  return { scope, key, kind, policy, name };
}

/** Runs a script on quotas and on the model side by side. */
class Duet {
  readonly model = new Model();
  readonly quotas: Quotas<Kind>;
  readonly grants: QuotaGrant<Kind>[] = [];
  readonly #bound = new Map<string, BoundQuotas<Kind>>();
  overages = 0;
  last: { refusal: QuotaRefusal; scope: QuotaScope; amounts: readonly (readonly [Kind, number])[] } | undefined;

  constructor(rules: readonly QuotaRule<Kind>[]) {
    const own = rules.map(ruleOf).filter((rule, place, all) =>
      !all.slice(0, place).some((other) => this.model.same(rule, other))
    );
    this.model.rules = own;
    this.quotas = new Quotas<Kind>(own, { clock: () => Number(this.model.nowMicros) / 1000 });
    this.quotas.onOverage(() => void this.overages++);
  }

  play(call: Call): void {
    switch (call.do) {
      case "commit":
      case "check":
        return this.#ask(call);
      case "release":
        this.grants[call.n % (this.grants.length || 1)]?.release();
        return this.model.release(call.n % (this.grants.length || 1));
      case "shrink":
        this.grants[call.n % (this.grants.length || 1)]?.release({ [call.kind]: call.by });
        return this.model.release(call.n % (this.grants.length || 1), call.kind, call.by);
      case "wait":
        this.quotas.usage("pool", "nobody"); // no account: reads the clock before it may go back
        return this.model.moveTo(this.model.nowMicros + BigInt(call.micros));
      case "wait as told":
        return this.#waitAsTold(call.early);
      case "set":
        return this.#set(ruleOf(call.rule));
      case "remove": {
        const rule = this.model.rules[call.n % (this.model.rules.length || 1)];
        if (rule === undefined) return;
        this.model.change(rule.scope, rule.kind, () => {
          this.model.rules = this.model.rules.filter((other) => other !== rule);
        });
        return assert(this.quotas.removeRule({ ...rule, type: rule.policy.type }));
      }
      case "sweep":
        return this.quotas.sweep();
      case "look":
        return this.compare();
    }
  }

  #ask({ do: what, scope, amounts, bound }: Extract<Call, { amounts: unknown }>): void {
    const expected = this.model.refusal(scope, amounts), asked = Object.fromEntries(amounts);
    const handle = bound ? this.#boundTo(scope) : undefined;
    const answer = what === "check"
      ? handle?.check(asked) ?? this.quotas.check(scope, asked)
      : handle?.commit(asked) ?? this.quotas.commit(scope, asked);
    if (answer.status === "refused") {
      const { scope: itsScope, key, kind, policy, name, requested, impossible, retryAfterMs } = answer;
      const said = { scope: itsScope, key, kind, policy, name, requested };
      assert(expected !== undefined, `refused, against the model: ${JSON.stringify(answer)}`);
      const { wait, ...rest } = expected;
      assertEquals(said, rest);
      assertEquals(impossible, wait === "never");
      if (typeof wait !== "bigint") assertEquals(retryAfterMs, null);
      else {
        const { latestMicros, nowMicros } = this.model;
        assertAlmostEquals(retryAfterMs ?? NaN, Number(latestMicros + wait - nowMicros) / 1000, 0.000_1);
      }
      this.last = { refusal: answer, scope, amounts };
      return;
    }
    assertEquals(expected, undefined, "the model refuses");
    if (answer.status === "granted") {
      this.grants.push(answer);
      this.model.commit(scope, amounts);
    }
  }

  /** A retry at the very time that a refusal named passes what refused, and one a microsecond before does not. */
  #waitAsTold(early: boolean): void {
    if (this.last === undefined || this.last.refusal.retryAfterMs === null) return;
    const { scope, amounts } = this.last, refused = this.model.refusal(scope, amounts);
    if (typeof refused?.wait !== "bigint") return;
    const answer = this.quotas.check(scope, Object.fromEntries(amounts));
    assert(answer.status === "refused" && answer.retryAfterMs !== null);
    const due = BigInt(Math.round(Number(this.model.nowMicros) + answer.retryAfterMs * 1000));
    assertEquals(due, this.model.latestMicros + refused.wait);
    this.model.moveTo(early ? due - 1n : due);
    const again = this.model.refusal(scope, amounts);
    if (early) assert(again !== undefined);
    assertEquals(
      this.quotas.check(scope, Object.fromEntries(amounts)).status,
      again === undefined ? "allowed" : "refused",
    );
  }

  #set(rule: ModelRule): void {
    const old = this.model.rules.find((other) => this.model.same(other, rule));
    const hasBucket = rule.policy.type === "rate" || rule.policy.type === "burst";
    if (old === undefined) this.model.change(rule.scope, rule.kind, () => void this.model.rules.push(rule));
    else if (hasBucket) this.model.change(rule.scope, rule.kind, () => void (old.policy = rule.policy));
    else old.policy = rule.policy;
    if (old !== undefined && rule.policy.type === "hard") {
      this.quotas.setLimit({ ...rule, type: rule.policy.type }, rule.policy.limit);
    } else this.quotas.setRule(rule);
  }

  #boundTo(scope: QuotaScope): BoundQuotas<Kind> {
    const id = JSON.stringify(scope);
    const handle = this.#bound.get(id) ?? this.quotas.for(scope);
    this.#bound.set(id, handle);
    return handle;
  }

  compare(): void {
    for (const scope of SCOPES) {
      for (const key of scope === "global" ? [""] : scope === "user" ? USERS : [...AGENTS, "hasOwnProperty"]) {
        const usages = scope === "global" ? this.quotas.usage(scope) : this.quotas.usage(scope, key);
        for (const kind of KINDS) {
          const id = JSON.stringify([scope, key, kind]);
          const expected = this.model.rulesOf(id).map((rule) => {
            const isRate = rule.policy.type === "rate";
            const missing = this.model.bucketsOf(id).find((bucket) => bucket.rule === rule)?.missing.ceiling();
            return {
              type: rule.policy.type,
              name: rule.name,
              used: Number(isRate ? missing : this.model.used(id)) / 1e6,
              tokens: missing === undefined ? null : Number(capacityOf(rule.policy) - missing) / 1e6,
            };
          });
          const found = usages.filter((usage) => usage.kind === kind).map((
            { policy: { type }, name, used, tokens },
          ) => (
            { type, name, used, tokens }
          ));
          assertEquals(found, expected, id);
        }
      }
    }
  }

  async finish(): Promise<void> {
    this.compare();
    this.grants.forEach((grant, index) => {
      grant.release();
      this.model.release(index);
    });
    this.model.moveTo(this.model.latestMicros + 10n ** 13n);
    this.compare();
    this.quotas.sweep();
    const { accounts, idleAccounts } = this.quotas.snapshot();
    assertEquals([accounts, idleAccounts], [0, 0], "nobody is remembered who holds and owes nothing");
    await Promise.resolve();
    assertEquals(this.overages, this.model.overages);
  }
}

Deno.test("Quotas grants, refuses and names what the plain model does, whatever the order of calls", () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(rule, { minLength: 1, maxLength: 8 }),
      fc.array(call, { maxLength: 60, size: "max" }),
      async (rules, script) => {
        const duet = new Duet(rules);
        for (const call of script) duet.play(call);
        await duet.finish();
      },
    ),
    { numRuns: 400 },
  ));
