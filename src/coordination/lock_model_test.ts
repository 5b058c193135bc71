import { assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { timers } from "../reliability/timer_wheel.ts";
import type { LockGuard } from "./lock_options.ts";
import { Mutex } from "./mutex.ts";
import { MOST_OVERTAKES } from "./ranked_line.ts";
import { ReadWriteLock } from "./read_write_lock.ts";
import { ReentryError } from "./reentry_error.ts";
import { Semaphore } from "./semaphore.ts";
import type { PrimitiveSnapshot } from "./primitive.ts";
import type { TurnOptions } from "./turn_options.ts";

type Wants = number | "read" | "write";

interface Place {
  readonly id: number;
  readonly wants: Wants;
  readonly level: number;
  readonly owner: string | undefined;
  overtaken: number;
}

/** What any lock must do, said with two arrays. */
class PlainLock {
  holders: Place[] = [];
  line: Place[] = [];
  readonly granted: number[] = [];

  constructor(readonly fits: (wants: Wants, held: readonly Wants[]) => boolean) {}

  isReentry({ owner }: Place): boolean {
    return owner !== undefined && this.holders.some((holder) => holder.owner === owner);
  }

  try(place: Place): boolean {
    if (this.line.length > 0 || !this.#fits(place)) return false;
    this.#hold(place);
    return true;
  }

  request(place: Place): void {
    let at = this.line.length;
    for (; at > 0; at--) {
      const ahead = this.line[at - 1]!;
      if (ahead.level >= place.level || ahead.overtaken >= MOST_OVERTAKES) break;
      ahead.overtaken++;
    }
    this.line.splice(at, 0, place);
    this.#serve();
  }

  leave(id: number): void {
    this.holders = this.holders.filter((holder) => holder.id !== id);
    this.#serve();
  }

  giveUp(id: number): void {
    this.line = this.line.filter((place) => place.id !== id);
    this.#serve();
  }

  #serve(): void {
    for (let first = this.line[0]; first !== undefined && this.#fits(first); first = this.line[0]) {
      this.line.shift();
      this.#hold(first);
    }
  }

  #fits({ wants }: Place): boolean {
    return this.fits(wants, this.holders.map((holder) => holder.wants));
  }

  #hold(place: Place): void {
    this.holders.push(place);
    this.granted.push(place.id);
  }
}

interface Subject {
  readonly kind: string;
  wants(n: number): Wants;
  fits(wants: Wants, held: readonly Wants[]): boolean;
  make(): {
    tryFor(wants: Wants, options: { owner?: string }): LockGuard | undefined;
    request(wants: Wants, options: TurnOptions): Promise<LockGuard>;
    snapshot(): PrimitiveSnapshot;
  };
}

const CAPACITY = 5;

const SUBJECTS: readonly Subject[] = [
  {
    kind: "Mutex",
    wants: () => 1,
    fits: (_, held) => held.length === 0,
    make() {
      const mutex = new Mutex();
      return {
        tryFor: (_, options) => mutex.tryAcquire(options),
        request: (_, options) => mutex.acquire(options),
        snapshot: () => mutex.snapshot(),
      };
    },
  },
  {
    kind: "Semaphore",
    wants: (n) => n % CAPACITY + 1,
    fits: (wants, held) => held.reduce<number>((sum, permits) => sum + Number(permits), Number(wants)) <= CAPACITY,
    make() {
      const semaphore = new Semaphore(CAPACITY);
      return {
        tryFor: (wants, options) => semaphore.tryAcquire(Number(wants), options),
        request: (wants, options) => semaphore.acquire(Number(wants), options),
        snapshot: () => semaphore.snapshot(),
      };
    },
  },
  {
    kind: "ReadWriteLock",
    wants: (n) => n % 3 === 0 ? "write" : "read",
    fits: (wants, held) => held.length === 0 || (wants === "read" && !held.includes("write")),
    make() {
      const lock = new ReadWriteLock();
      return {
        tryFor: (wants, options) => wants === "read" ? lock.tryRead(options) : lock.tryWrite(options),
        request: (wants, options) => wants === "read" ? lock.read(options) : lock.write(options),
        snapshot: () => lock.snapshot(),
      };
    },
  },
];

const calls = fc.record({
  kind: fc.constantFrom("acquire", "acquire", "acquire", "try", "release", "release", "abort", "tick"),
  n: fc.nat(999),
  level: fc.nat(3),
  owner: fc.option(fc.constantFrom("a", "b", "c"), { nil: undefined, freq: 2 }),
  timeoutMs: fc.option(fc.constantFrom(1, 5, 20), { nil: undefined }),
  sameTurn: fc.boolean(),
});

for (const { kind, wants: wantsOf, fits, make } of SUBJECTS) {
  Deno.test(`${kind} does what two plain lists would do, whatever is called, aborted or timed out`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(calls, { maxLength: 120, size: "max" }), async (script) => {
        const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
        try {
          const lock = make(), model = new PlainLock(fits);
          const guards = new Map<number, LockGuard>(), granted: number[] = [], rejected: number[] = [];
          const aborts: AbortController[] = [], due: { id: number; atMs: number }[] = [];
          const obtain = (id: number, guard: LockGuard) => {
            granted.push(id);
            guards.set(id, guard);
          };
          for (const { kind, n, level, owner, timeoutMs, sameTurn } of script) {
            const id = aborts.length, wants = wantsOf(n), asks = owner === undefined ? {} : { owner };
            if (kind === "acquire") {
              const place: Place = { id, wants, level, owner, overtaken: 0 }, abort = new AbortController();
              aborts.push(abort);
              const options = { ...asks, priority: level, signal: abort.signal };
              const isReentry = model.isReentry(place);
              const wait = lock.request(wants, timeoutMs === undefined ? options : { ...options, timeoutMs });
              wait.then((guard) => obtain(id, guard), (error) => {
                rejected.push(id);
                assertEquals(error instanceof ReentryError, isReentry);
              });
              if (!isReentry) {
                model.request(place);
                if (timeoutMs !== undefined) due.push({ id, atMs: performance.now() + timeoutMs });
              }
            } else if (kind === "try") {
              const place: Place = { id, wants, level: 1, owner, overtaken: 0 };
              aborts.push(new AbortController());
              if (model.isReentry(place)) continue;
              const guard = lock.tryFor(wants, asks);
              assertEquals(guard !== undefined, model.try(place));
              if (guard !== undefined) obtain(id, guard);
            } else if (kind === "release") { // of any guard ever granted
              const [id, guard] = [...guards][n % (guards.size || 1)] ?? [-1, undefined];
              guard?.release();
              model.leave(id);
            } else if (kind === "abort") { // of any wait there ever was
              aborts[n % (id || 1)]?.abort();
              model.giveUp(n % (id || 1));
            } else {
              await clock.tickAsync(n % 8);
              for (const { id, atMs } of due.sort((a, b) => a.atMs - b.atMs || a.id - b.id)) {
                if (atMs <= performance.now()) model.giveUp(id);
              }
            }
            const { holders, waiters } = lock.snapshot();
            assertEquals(
              [
                holders.map(({ owner, holds }) => [owner, holds]),
                waiters.map(({ owner, wants }) => [owner, wants]),
              ],
              [
                model.holders.map(({ owner, wants }) => [owner, wants]),
                model.line.map(({ owner, wants }) => [owner, wants]),
              ],
            );
            if (!sameTurn) await clock.tickAsync(0);
          }
          await clock.tickAsync(0);
          while (model.holders.length > 0) { // whoever is left is served in the end
            for (const { id } of model.holders) {
              guards.get(id)?.release();
              model.leave(id);
            }
            await clock.tickAsync(0);
          }
          assertEquals([...granted].sort((a, b) => a - b), [...model.granted].sort((a, b) => a - b));
          assertEquals(rejected.filter((id) => guards.has(id)), []);
          const { holders, waiters, totals } = lock.snapshot();
          assertEquals([holders, waiters, totals.grants, timers.size], [[], [], granted.length, 0]);
          await clock.tickAsync(1);
        } finally {
          clock.uninstall();
        }
      }),
      { numRuns: 100 },
    );
  });
}
