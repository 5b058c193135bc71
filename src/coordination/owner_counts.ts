/**
 * Who holds how often.
 *
 * @module
 */

/** Counts what each owner holds; makes its table when the first owner comes. Every method is O(1). */
export class OwnerCounts {
  #counts: Map<string, number> | undefined = undefined;

  /** Whether an owner holds anything. */
  has(owner: string): boolean {
    return this.#counts !== undefined && this.#counts.has(owner);
  }

  /** An owner holds one more. */
  add(owner: string): void {
    this.#counts ??= new Map();
    this.#counts.set(owner, (this.#counts.get(owner) ?? 0) + 1);
  }

  /** An owner, who was added, holds one less. */
  remove(owner: string): void {
    const left = (this.#counts?.get(owner) ?? 0) - 1;
    if (left > 0) this.#counts?.set(owner, left);
    else this.#counts?.delete(owner);
  }
}
