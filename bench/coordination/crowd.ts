/**
 * Tasks that want to be inside of something.
 *
 * @module
 */

/** What tasks wait for inside, so that others could come meanwhile. */
export const TURN: Promise<void> = Promise.resolve();

/** Counts who is inside, and who has passed. */
export class Crowd {
  readonly #room: number;
  #inside = 0;
  #most = 0;
  #passed = 0;

  /** So many may be inside at once. */
  constructor(room: number) {
    this.#room = room;
  }

  /** Whether nobody has come yet. */
  get isAwaited(): boolean {
    return this.#most === 0;
  }

  /** Somebody comes in. */
  enter(): void {
    if (++this.#inside > this.#most) this.#most = this.#inside;
  }

  /** Somebody goes out. */
  leave(): void {
    this.#inside--;
    this.#passed++;
  }

  /** Whether so many have passed, as many at once as may, and never more; counts anew from then on. */
  hasPassed(count: number): boolean {
    const isSound = this.#passed === count && this.#inside === 0 && this.#most === Math.min(this.#room, count);
    this.#passed = this.#most = 0;
    return isSound;
  }
}
