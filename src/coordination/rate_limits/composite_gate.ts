/**
 * The gate of several limits at once.
 *
 * @module
 */

import type { PrimitiveOptions } from "../primitive.ts";
import { Claim, type ClaimHost, serveSoon } from "./composite_claim.ts";
import { type Entrant, type Forecast, Gate, gateOptions, type LimiterGate } from "./gate.ts";

/** The members of a member that is a composite, or the member itself. */
export function leavesOf(member: LimiterGate): readonly LimiterGate[] {
  return member instanceof CompositeGate ? member.leaves : [member];
}

/** Asks all, then takes from all: nothing else runs between, and what can be had does not vanish with time. */
export class CompositeGate extends Gate implements ClaimHost {
  override readonly most: number;
  override readonly queue = Infinity;
  readonly leaves: readonly LimiterGate[];
  readonly #members: readonly LimiterGate[];
  /** How its first comes to its turn; undefined while nobody waits. */
  #claim: Claim | undefined = undefined;
  /** Whose lines it has left because all have granted: they are served once that has come to its end. */
  #left: readonly LimiterGate[] = [];

  /** All has been checked. */
  constructor(members: readonly LimiterGate[], options: PrimitiveOptions) {
    super("composite", ...gateOptions(options));
    this.#members = members;
    this.leaves = members.flatMap(leavesOf);
    this.most = Math.min(...members.map((member) => member.most));
  }

  override admits(n: number): boolean {
    const claim = this.#claim;
    if (claim !== undefined && claim.stands === this.line.first) {
      return this.leaves.every((leaf) => claim.isLetBy(leaf));
    }
    for (const leaf of this.leaves) if (leaf.line.size !== 0 || !leaf.admits(n)) return false;
    return true;
  }

  override takeNow(n: number): boolean {
    if (!this.admits(n)) return false;
    for (const leaf of this.leaves) {
      if (!leaf.takeNow(n)) {
        throw new Error(`Cannot take from ${leaf.called}: expected what it has admitted; this is a bug`);
      }
    }
    this.#countGrants();
    if (this.#claim !== undefined) this.#left = [...this.#left, ...this.#claim.dissolve()];
    this.#claim = undefined;
    return true;
  }

  override serve(): void {
    super.serve();
    const left = this.#left;
    this.#left = [];
    serveSoon(left);
  }

  override available(): number {
    return Math.min(...this.leaves.map((leaf) => leaf.available()));
  }

  protected override fork(): Forecast {
    const claim = this.#claim;
    return new CompositeForecast(this.leaves.map((leaf) => leaf.forecast(claim?.placeIn(leaf))));
  }

  protected override expect(first: Entrant): void {
    if (this.#claim?.stands !== first) {
      this.forget();
      this.#claim = new Claim(this, first);
    }
    this.#claim?.advance();
  }

  protected override forget(): void {
    const claim = this.#claim;
    this.#claim = undefined;
    if (claim !== undefined) serveSoon(claim.dissolve());
  }

  protected override catchUp(): void {
    this.#claim?.catchUp();
  }

  #countGrants(): void {
    for (const member of this.#members) {
      member.accounts.grants++;
      if (member instanceof CompositeGate) member.#countGrants();
    }
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
