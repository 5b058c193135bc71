/**
 * Several limits at once.
 *
 * @module
 */

import type { PrimitiveOptions } from "../primitive.ts";
import { CompositeGate, leavesOf } from "./composite_gate.ts";
import type { LimiterGate } from "./gate.ts";
import { GatedRateLimiter, gateOf } from "./gated_limiter.ts";
import type { RateLimiter } from "./rate_limiter.ts";
import { requireList } from "../require_list.ts";

/**
 * Grants what all its members grant, and takes nothing from any unless all do.
 *
 * Members are rate limiters of this library, composites included, and keys of keyed limiters, by
 * {@linkcode KeyedRateLimiter.forKey}; they can be used alone and shared with other composites, each with its own clock.
 *
 * Whoever waits stands in the line of the composite; its first stands, on behalf of all, also in the line of the member
 * that keeps it longest. When its turn comes there and another member refuses, it keeps that place and stands in the
 * other one's line too: nobody passes it, nothing is taken, and those behind wait, until all agree. It leaves the place,
 * to come again later, if a newcomer would be served there sooner than the other member is ready, so that nobody waits
 * for one whose own limit is used up; but that often only as there are members. Of two that keep places in each other's
 * way the one that has been first of its composite for longer goes ahead.
 *
 * So nobody starves, however busy the members are with others. A request is first of its composite when those who came
 * before have left, and at most 100 that are more urgent. Then it comes to the front of its members' lines at most twice
 * as often as there are members, each time behind those who were there and at most 100 that are more urgent; and as long
 * again for each request that was first of another composite before it did, and shares members with it, directly or
 * through further ones. Members in members count singly; a member's `queue` does not bound the composite's line.
 *
 * A call costs as much as those of its members; one that waits also a walk along each line it comes to. `retryAfterMs` is exact
 * when nobody waits that stands in other lines than this composite does; otherwise it says what would be if everybody
 * kept to the order of now, and to the estimate with which a place was kept.
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
  requireList("make a composite rate limiter of", members, "rate limiters");
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
  const leaves = gates.flatMap(leavesOf);
  if (new Set(leaves.map(({ source }) => source)).size !== leaves.length) {
    throw new TypeError(
      "Cannot make a composite rate limiter with a member twice: expected each once, also inside of other composites, and one " +
        "key of a keyed limiter; leave one out",
    );
  }
  return gates;
}
