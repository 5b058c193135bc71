import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import { PoolClosedError } from "./errors.ts";
import type { Loan } from "./loan.ts";
import { ObjectPool } from "./object_pool.ts";

interface Thing {
  readonly id: number;
  lent: boolean;
}

/** What user code does to the pool, and how a call of the factory ends. */
interface Move {
  readonly kind:
    | "acquire"
    | "try"
    | "release"
    | "discard"
    | "abort"
    | "warm up"
    | "drain"
    | "close"
    | "nothing"
    | "nothing";
  readonly n: number;
  readonly answer: "yes" | "no" | "throw" | "later yes" | "later no" | "reject";
}

const move: fc.Arbitrary<Move> = fc.record({
  kind: fc.oneof(
    {
      weight: 12,
      arbitrary: fc.constantFrom("acquire", "acquire", "try", "release", "release", "discard", "abort", "nothing"),
    },
    { weight: 1, arbitrary: fc.constantFrom("warm up", "warm up", "drain", "close") },
  ),
  n: fc.nat(99),
  answer: fc.constantFrom("yes", "yes", "yes", "later yes", "later yes", "no", "throw", "later no", "reject"),
});

/** A pool whose factory takes part in the game: each of its calls makes a move of its own, and answers as told. */
class Game {
  readonly pool: ObjectPool<Thing>;
  readonly loans: Loan<Thing>[] = [];
  readonly aborts: AbortController[] = [];
  readonly alive = new Set<Thing>();
  readonly violations: string[] = [];
  settled = 0;
  asked = 0;
  made = 0;
  depth = 0;
  over = false;

  constructor(max: number, readonly moves: readonly Move[]) {
    this.pool = new ObjectPool<Thing>({
      max,
      min: 1,
      create: () => {
        const id = this.made++;
        return this.#answer(() => {
          const thing = { id, lent: false };
          this.alive.add(thing);
          this.#expect(this.alive.size <= max, "never more than max");
          return thing;
        });
      },
      validate: (thing) => {
        this.#expect(!thing.lent, "what is checked is in nobody's hands");
        return this.#answer(() => true, () => false);
      },
      destroy: (thing) => {
        this.#expect(this.alive.has(thing), "nothing is destroyed twice");
        this.#expect(!thing.lent, "nor in somebody's hands");
        return this.#answer(() => this.alive.delete(thing), () => this.alive.delete(thing));
      },
      onError: () => this.play(),
      retry: { maxRetries: 1, initialDelayMs: 0, jitter: false },
    });
  }

  play(): void {
    const { pool, loans, aborts } = this, move = this.#next();
    if (move === undefined || this.depth > 3) return;
    this.depth++;
    const { kind, n } = move;
    try {
      if (kind === "acquire") {
        const abort = new AbortController();
        this.asked++;
        aborts.push(abort);
        pool.acquire({ signal: abort.signal, priority: n % 3 }).then((loan) => this.#got(loan), () => {})
          .finally(() => this.settled++);
      } else if (kind === "try") {
        const loan = pool.tryAcquire();
        if (loan !== undefined) this.#got(loan);
      } else if (kind === "release" || kind === "discard") this.#giveBack(loans[n % Math.max(loans.length, 1)], kind);
      else if (kind === "abort") aborts[n % Math.max(aborts.length, 1)]?.abort();
      else if (kind === "warm up") pool.warmUp().catch(() => {});
      else if (kind === "drain") pool.drain();
      else if (kind === "close") pool.close();
    } catch (error) { // of a try, when the pool is closed, perhaps by the check that the try has made
      this.#expect(error instanceof PoolClosedError && pool.snapshot().state !== "open", String(error));
    } finally {
      this.depth--;
    }
    const { size, creating, max: most } = pool.snapshot();
    this.#expect(size + creating <= most, "as many places as objects");
  }

  /** Everybody gives back; the factory goes on playing until its moves are used up. */
  async end(): Promise<void> {
    this.over = true;
    for (
      let round = 0;
      round < 50 && (this.settled < this.asked || this.loans.some(({ released }) => !released));
      round++
    ) {
      for (const loan of this.loans) this.#giveBack(loan, "release");
      await new Promise((resolve) => timers.schedule(1, { fire: () => resolve(undefined) })); // retries are due in 1 ms
      await nextTurn();
    }
    assertEquals(this.violations, []);
    assertEquals(this.settled, this.asked, "every wait has an end");
    await this.pool.drain();
    await this.pool.close();
    const { size, creating, waiters, loaned, created, destroyed } = this.pool.snapshot();
    assertEquals({ size, creating, waiters, loaned, alive: this.alive.size, destroyed }, {
      size: 0,
      creating: 0,
      waiters: 0,
      loaned: 0,
      alive: 0,
      destroyed: created,
    });
  }

  #at = 0;

  /** Not an assertion: the pool would take it for an error of the factory. */
  #expect(holds: boolean, what: string): void {
    if (!holds) this.violations.push(what);
  }

  #next(): Move | undefined {
    const move = this.moves[this.#at++];
    return this.over && move?.kind !== "nothing" ? undefined : move;
  }

  #answer<Result>(yes: () => Result, no?: () => Result): Result | Promise<Result> {
    const { answer } = this.moves[(this.#at * 7) % this.moves.length] ?? { answer: "yes" };
    this.play();
    const refuse = () => {
      no?.();
      throw new Error("planted");
    };
    if (this.over || answer === "yes") return yes();
    if (answer === "no") return no === undefined ? refuse() : no();
    if (answer === "throw") return refuse();
    return nextTurn().then(answer === "later yes" ? yes : answer === "later no" && no !== undefined ? no : refuse);
  }

  #got(loan: Loan<Thing>): void {
    this.#expect(!loan.value.lent, "nobody else has it");
    this.#expect(this.alive.has(loan.value), "it was not destroyed");
    loan.value.lent = true;
    this.loans.push(loan);
  }

  #giveBack(loan: Loan<Thing> | undefined, kind: "release" | "discard"): void {
    if (loan === undefined || loan.released) return;
    loan.value.lent = false;
    loan[kind]();
  }
}

Deno.test("ObjectPool keeps its books when its factory calls it from within, at any moment, and answers as it likes", () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(move, { minLength: 1, maxLength: 120, size: "max" }),
      fc.array(fc.boolean(), { minLength: 60, maxLength: 60 }),
      async (max, moves, turns) => {
        const game = new Game(max, moves);
        for (const turn of turns) {
          game.play();
          if (turn) await nextTurn();
        }
        await game.end();
      },
    ),
    { numRuns: 300 },
  ));
