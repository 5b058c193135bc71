/**
 * Where the rest of the time goes.
 *
 * @module
 */

/** What pairs of processes have cost so far. */
export class Costs {
  #startMs = 0;
  #pairs = 0;
  readonly #byId = new Map<string, { total: number; pairs: number }>();

  /** Takes what a pair cost; `totalMs` is all of it. */
  add(totalMs: number, byId: ReadonlyMap<string, number>): void {
    let own = 0;
    for (const [id, ms] of byId) {
      const known = this.#byId.get(id) ?? { total: 0, pairs: 0 };
      this.#byId.set(id, { total: known.total + ms, pairs: known.pairs + 1 });
      own += ms;
    }
    this.#startMs += Math.max(0, totalMs - own);
    this.#pairs++;
  }

  /** What a pair costs besides its benchmarks: its start, and its end. */
  get startMs(): number {
    return this.#pairs === 0 ? 0 : this.#startMs / this.#pairs;
  }

  /** What a benchmark adds to a pair; the mean of the others' for one that was never measured. */
  of(id: string): number {
    const known = this.#byId.get(id);
    if (known !== undefined) return known.total / known.pairs;
    const all = [...this.#byId.values()];
    const pairs = all.reduce((sum, one) => sum + one.pairs, 0);
    return pairs === 0 ? 0 : all.reduce((sum, one) => sum + one.total, 0) / pairs;
  }
}

/** A pair may take this much longer than those before it. */
export const MARGIN = 1.1;

/**
 * Which benchmarks the next pair of processes measures: the most promising ones, as many as can have all the pairs that they want
 * before their next look, in the time that is left. If not even one can, whichever has time for one pair more; none if there is
 * no time for that.
 *
 * @param wanted How many pairs each undecided benchmark wants, the most promising first.
 * @param leftMs What is left of the budget.
 */
export function chooseNext(wanted: ReadonlyMap<string, number>, costs: Costs, leftMs: number): readonly string[] {
  const chosen: string[] = [];
  let [sumMs, most] = [costs.startMs, 0];
  for (const [id, pairs] of wanted) {
    const [nextMs, nextMost] = [sumMs + costs.of(id), Math.max(most, pairs)];
    if (nextMs * nextMost * MARGIN > leftMs) continue; // a cheaper one may fit
    chosen.push(id);
    [sumMs, most] = [nextMs, nextMost];
  }
  if (chosen.length > 0) return chosen;
  const single = [...wanted.keys()].find((id) => (costs.startMs + costs.of(id)) * MARGIN <= leftMs);
  return single === undefined ? [] : [single];
}
