/**
 * Several limits at once.
 *
 * @module
 */

import type { PrimitiveOptions } from "../primitive.ts";
import { type Entrant, type Forecast, Gate, gateOptions, type LimiterGate } from "./gate.ts";
import { GatedRateLimiter, gateOf } from "./gated_limiter.ts";
import type { RateLimiter } from "./rate_limiter.ts";

/**
 * Grants what all its members grant, and takes nothing from any unless all do.
 *
 * Members are rate limiters of this library, composites included, and keys of keyed limiters, by
 * {@linkcode KeyedRateLimiter.forKey}; they can be used alone and shared with other composites, each with its own clock. Whoever waits stands in the line of the composite; its first stands, on behalf
 * of all, also in the line of the member that keeps it longest, and nowhere else: it holds nothing while it waits, so
 * composites cannot wait for each other, and nobody overtakes it there. When that member's turn comes and another one
 * refuses, it moves on to the other one's line. With a line in several members at once it may so have to move several
 * times; a member's `queue` does not bound the composite's line.
 *
 * A call costs as much as those of its members. `retryAfterMs` is exact when nobody waits that stands in other lines
 * than this composite does; otherwise it says what would be if everybody kept to the order of now.
 *
 * @example Ten a second, but never more than 100 in a minute
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { CompositeRateLimiter } from "./composite_rate_limiter.ts";
 * import { SlidingLog } from "./sliding_log.ts";
 * import { TokenBucket } from "./token_bucket.ts";
 *
 * let now = 0;
 * const clock = () => now;
 * const perSecond = new TokenBucket({ limit: 10, clock }), perMinute = new SlidingLog({ limit: 100, perMs: 60_000, clock });
 * const limiter = new CompositeRateLimiter([perSecond, perMinute]);
 * for (; now < 10_000; now += 1000) assert(limiter.tryTake(10));
 * assert(!limiter.tryTake(1));
 * assertEquals(limiter.retryAfterMs(), 50_000);
 * assertEquals(perSecond.snapshot().available, 10, "the refused call has taken nothing");
 * ```
 */
export class CompositeRateLimiter extends GatedRateLimiter {
  /**
   * Nothing is taken from the members.
   *
   * @param members At least one; each counts once, also inside of other members.
   * @throws {TypeError} If there is no member, one that is not of this library, or one twice.
   */
  constructor(members: readonly RateLimiter[], options: PrimitiveOptions = {}) {
    super(new CompositeGate(requireMembers(members), options));
  }
}

function requireMembers(members: readonly RateLimiter[]): LimiterGate[] {
  if (members.length === 0) {
    throw new TypeError(
      "Cannot make a composite rate limiter of no members: expected at least one; pass a rate limiter",
    );
  }
  const gates = members.map((member, place) => {
    const gate = gateOf(member);
    if (gate !== undefined) return gate;
    throw new TypeError(
      `Cannot make a composite rate limiter of member ${place}: expected a rate limiter of this library, as nothing may be taken ` +
        "unless all agree; wrap what limits otherwise around the composite",
    );
  });
  const sources = gates.flatMap(sourcesOf);
  if (new Set(sources).size !== sources.length) {
    throw new TypeError(
      "Cannot make a composite rate limiter with a member twice: expected each once, also inside of other composites, and one " +
        "key of a keyed limiter; leave one out",
    );
  }
  return gates;
}

function sourcesOf(gate: LimiterGate): object[] {
  return gate instanceof CompositeGate ? gate.members.flatMap(sourcesOf) : [gate.source];
}

/** Asks all, then takes from all: nothing else runs between, and what can be had does not vanish with time. */
class CompositeGate extends Gate {
  override readonly most: number;
  override readonly queue = Infinity;
  #delegate: Delegate | undefined = undefined;
  /** Whose turn has come to this gate's delegate: who stands in its line stands behind. */
  #servedBy: LimiterGate | undefined = undefined;

  constructor(readonly members: readonly LimiterGate[], options: PrimitiveOptions) {
    super("composite", ...gateOptions(options));
    this.most = Math.min(...members.map((member) => member.most));
  }

  override admits(n: number): boolean {
    for (const member of this.members) if (!this.#isFree(member) || !member.admits(n)) return false;
    return true;
  }

  override takeNow(n: number): boolean {
    if (!this.admits(n)) return false;
    for (const member of this.members) {
      if (!member.takeNow(n)) {
        throw new Error(`Cannot take from ${member.called}: expected what it has admitted; this is a bug`);
      }
      member.accounts.grants++;
    }
    this.#servedBy = undefined;
    return true;
  }

  override available(): number {
    return Math.min(...this.members.map((member) => member.available()));
  }

  /** Called by the member in whose line the delegate was first: it has left that line. */
  serveFrom(member: LimiterGate): void {
    this.#delegate = undefined;
    this.#servedBy = member;
    this.serve();
    this.#servedBy = undefined;
  }

  protected override fork(): Forecast {
    return new CompositeForecast(this.members.map((member) => member.forecast(this.#delegate)));
  }

  /** A turn that comes while another is dealt with may have sent a delegate for `first` already. */
  protected override expect(first: Entrant): void {
    if (this.#delegate?.stands === first) return;
    this.forget();
    const member = this.#slowest(first.n);
    this.#delegate = new Delegate(this, member, first);
    member.join(this.#delegate);
    if (member.line.first === this.#delegate) member.newFirst();
  }

  protected override forget(): void {
    const delegate = this.#delegate;
    this.#delegate = undefined;
    delegate?.leave();
  }

  protected override catchUp(): void {
    this.#delegate?.member.serve();
  }

  #isFree(member: LimiterGate): boolean {
    return member.line.size === 0 || member === this.#servedBy;
  }

  /** Of those members that refuse, the one that does so longest. */
  #slowest(n: number): LimiterGate {
    let slowest: LimiterGate | undefined, longestMs = -1;
    for (const member of this.members) {
      if (this.#isFree(member) && member.admits(n)) continue;
      const ms = member.retryAfterMs(n);
      if (ms > longestMs) [slowest, longestMs] = [member, ms];
    }
    return slowest ?? this.members[0]!;
  }
}

/** Stands in a member's line for the first in a composite's. */
class Delegate implements Entrant {
  previous: Entrant | undefined = undefined;
  next: Entrant | undefined = undefined;
  overtaken = 0;
  readonly n: number;
  readonly level: number;
  readonly owner: string | undefined;
  readonly stamp: number;
  readonly #composite: CompositeGate;

  constructor(composite: CompositeGate, readonly member: LimiterGate, readonly stands: Entrant) {
    this.#composite = composite;
    this.n = stands.n;
    this.level = stands.level;
    this.owner = stands.owner;
    this.stamp = member.accounts.stamp();
  }

  serve(): boolean {
    if (!this.member.admits(this.n)) return false;
    this.member.part(this);
    this.#composite.serveFrom(this.member);
    return true;
  }

  leave(): void {
    const wasFirst = this.member.line.first === this;
    this.member.part(this);
    if (wasFirst) this.member.newFirst();
  }
}

class CompositeForecast implements Forecast {
  readonly #members: readonly Forecast[];

  constructor(members: readonly Forecast[]) {
    this.#members = members;
  }

  readyMs(n: number): number {
    return Math.max(...this.#members.map((member) => member.readyMs(n)));
  }

  take(n: number, atMs: number): void {
    for (const member of this.#members) member.take(n, atMs);
  }
}
