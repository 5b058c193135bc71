/**
 * How the first in a composite's line comes to its turn in all members.
 *
 * @module
 */

import { MOST_OVERTAKES } from "../ranked_line.ts";
import type { Entrant, LimiterGate } from "./gate.ts";

/** For whom a claim is made. */
export interface ClaimHost {
  /** From which tokens are to be taken: none of them is a composite. */
  readonly leaves: readonly LimiterGate[];
  /** Whoever may go, goes. */
  serve(): void;
}

let claimsMade = 0;

/**
 * The places that the first in a composite's line has in the lines of members.
 *
 * It stands in one line at a time. Once it is at the front there and its tokens are too, its place is *ready*: the claim keeps it,
 * so that nobody passes, and stands in the next member's line; or it leaves it again, if others would be held up for longer than
 * it would take to come back. As that is done no more often than there are members, a claim comes to its end.
 *
 * Claims that keep places wait for each other only in order of age: where an older one stands behind, a younger one steps
 * back. So the oldest of all waits for nobody's place, and there is no circle.
 */
export class Claim {
  /** How many were made before. */
  readonly age: number = claimsMade++;
  readonly #host: ClaimHost;
  #places: Place[] = [];
  #departures = 0;

  /** For `stands`, which is the first in the line of `host`; nothing happens until {@linkcode advance}. */
  constructor(host: ClaimHost, readonly stands: Entrant) {
    this.#host = host;
  }

  /** Its place in a member's line. */
  placeIn(member: LimiterGate): Place | undefined {
    return this.#places.find((place) => place.member === member);
  }

  /** Whether a member would grant what is wanted, and nobody else has the turn there. */
  isLetBy(member: LimiterGate): boolean {
    const { first } = member.line;
    return (first === undefined || (first instanceof Place && first.claim === this)) && member.admits(this.stands.n);
  }

  /** Called when a place has become ready. */
  turn(): void {
    this.#host.serve();
  }

  /** Serves whoever is at the front where the claim waits: a clock may have leapt. */
  catchUp(): void {
    for (const { member, heldForMs } of [...this.#places]) if (heldForMs === undefined) member.serve();
  }

  /** Called when not all members agree: keeps or leaves what is ready, and sees to it that it waits somewhere. */
  advance(): void {
    const waiting = this.#places.find((place) => !place.isReady);
    const next = waiting?.member ?? this.#slowest();
    if (next === undefined) return this.#host.serve(); // time has passed since one refused
    const changed: LimiterGate[] = [];
    for (const place of [...this.#places]) {
      if (!place.isReady) {
        if (place.heldForMs !== undefined) changed.push(place.release()); // its tokens are there no more
      } else if (waiting === undefined || place.heldForMs === undefined) {
        changed.push(...this.#keepOrLeave(place, next));
      }
    }
    if (waiting === undefined) changed.push(this.#join(next));
    serveSoon(changed);
  }

  /** Leaves all lines; answers whose, for {@linkcode serveSoon}. */
  dissolve(): readonly LimiterGate[] {
    return this.#places.map((place) => this.#leave(place));
  }

  /** Of those members that refuse, the one that does so longest. */
  #slowest(): LimiterGate | undefined {
    let slowest: LimiterGate | undefined, longestMs = -1;
    for (const member of this.#host.leaves) {
      if (this.isLetBy(member)) continue;
      const ms = member.retryAfterMs(this.stands.n);
      if (ms > longestMs) [slowest, longestMs] = [member, ms];
    }
    return slowest;
  }

  /** Decides about a place that is ready while the claim has to wait for `next`; answers the member if it has left. */
  #keepOrLeave(place: Place, next: LimiterGate): LimiterGate[] {
    const { n } = this.stands, waitMs = next.retryAfterMs(n);
    if (this.#departures < this.#host.leaves.length && waitMs > place.member.retryAfterMs(n)) {
      this.#departures++;
      return [this.#leave(place)];
    }
    place.hold(waitMs);
    return [];
  }

  #join(member: LimiterGate): LimiterGate {
    const place = new Place(this, member), { first } = member.line;
    this.#places.push(place);
    member.join(place);
    if (first instanceof Place && first.heldForMs !== undefined && first.claim.age > this.age) first.stepBehind(place);
    return member;
  }

  #leave(place: Place): LimiterGate {
    const { member } = place;
    this.#places = this.#places.filter((other) => other !== place);
    member.part(place);
    return member;
  }
}

/** Stands in a member's line for the first in a composite's. */
export class Place implements Entrant {
  previous: Entrant | undefined = undefined;
  next: Entrant | undefined = undefined;
  overtaken = 0;
  heldForMs: number | undefined = undefined;
  readonly n: number;
  readonly level: number;
  readonly owner: string | undefined;
  readonly stamp: number;

  /** Does not join the line. */
  constructor(readonly claim: Claim, readonly member: LimiterGate) {
    const { n, level, owner } = claim.stands;
    this.n = n;
    this.level = level;
    this.owner = owner;
    this.stamp = member.accounts.stamp();
  }

  /** Whether it is at the front, and its tokens are there. */
  get isReady(): boolean {
    return this.member.line.first === this && this.member.admits(this.n);
  }

  serve(): boolean {
    if (!this.member.admits(this.n)) return false;
    this.claim.turn();
    return this.member.line.first !== this || this.#hasYielded();
  }

  /** Keeps it: from now on nobody goes ahead, here or in the composite's line. */
  hold(waitMs: number): void {
    this.heldForMs = waitMs;
    this.overtaken = MOST_OVERTAKES;
    this.claim.stands.overtaken = MOST_OVERTAKES;
  }

  /** Waits for its turn again. */
  release(): LimiterGate {
    this.heldForMs = undefined;
    return this.member;
  }

  /** Steps behind somebody in its line, and waits for its turn again. */
  stepBehind(other: Place): void {
    const { line } = this.member;
    line.remove(this);
    line.insertAfter(other, this);
    this.release();
  }

  /** Whether there is a place of an older claim in the line: then it has stepped behind the oldest. */
  #hasYielded(): boolean {
    let oldest: Place | undefined = undefined;
    for (let at = this.next; at !== undefined; at = at.next) {
      if (at instanceof Place && at.claim.age < (oldest ?? this).claim.age) oldest = at;
    }
    if (oldest === undefined) return false;
    this.stepBehind(oldest);
    return true;
  }
}

/** Lines of which the front has changed: each is served when the one before has been, not inside of that. */
const agenda = new Set<LimiterGate>();
let isServing = false;

/** Serves those lines, or sees to it that whoever serves some does so. */
export function serveSoon(members: readonly LimiterGate[]): void {
  for (const member of members) agenda.add(member);
  if (isServing) return;
  isServing = true;
  try {
    for (const member of agenda) {
      agenda.delete(member);
      member.serve();
    }
  } finally {
    isServing = false;
    agenda.clear();
  }
}
