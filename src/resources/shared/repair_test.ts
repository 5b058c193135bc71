import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { SharedDemand } from "./books.ts";
import { SharedKinds } from "./kinds.ts";
import { ANSWERS, FREE_WAITER_HINT_AT, LOCK_AT } from "./layout.ts";
import type { HeldLease } from "./lease.ts";
import { createMemory, PoolMemory } from "./memory.ts";
import { type LinePlace, Seat } from "./seat.ts";
import { audit } from "./testdata/audit.ts";

const NAMES = ["cpu", "gpu"] as const;
const CAPACITY = [4, 2];

class Died extends Error {}

/** Throws at the n-th change of shared memory that the code under test makes, `Atomics` included. */
class Fate {
  #stepsLeft = Infinity;

  step(): void {
    if (--this.#stepsLeft < 0) throw new Died();
  }

  /** Calls `act`, and stops it before its change number `steps`; true if it died of that. */
  run(steps: number, act: () => void): boolean {
    const real = { store: Atomics.store, exchange: Atomics.exchange, compareExchange: Atomics.compareExchange };
    const doomed = (change: (...args: never[]) => unknown) => (...args: unknown[]): unknown => {
      this.step();
      return Reflect.apply(change, Atomics, args);
    };
    for (const [name, change] of Object.entries(real)) Reflect.set(Atomics, name, doomed(change));
    this.#stepsLeft = steps;
    try {
      act();
      return false;
    } catch (error) {
      if (error instanceof Died) return true;
      throw error;
    } finally {
      this.#stepsLeft = Infinity;
      Object.assign(Atomics, real);
    }
  }

  /** The same array, of which every write is a step. */
  doom<View extends Int32Array<SharedArrayBuffer> | Float64Array<SharedArrayBuffer>>(view: View): View {
    return new Proxy(view, {
      get: (target, key) => {
        const value: unknown = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
      set: (target, key, value) => {
        this.step();
        return Reflect.set(target, key, value);
      },
    });
  }
}

function demandOf(cpu: number, gpu: number): SharedDemand {
  const entries = [cpu, gpu].map((amount, place) => ({ place, units: amount * 1e6 })).filter(({ units }) => units > 0);
  return {
    length: entries.length,
    places: entries.map(({ place }) => place),
    units: entries.map(({ units }) => units),
  };
}

/** A thread's seat, and what its code would remember. */
type Side = { seat: Seat<"cpu" | "gpu">; leases: HeldLease<"cpu" | "gpu">[]; places: [LinePlace, SharedDemand][] };

interface Call {
  readonly kind:
    | "try"
    | "wait"
    | "release"
    | "withdraw"
    | "collect"
    | "shrink"
    | "other detaches"
    | "other is reclaimed"
    | "sweep";
  readonly cpu: number;
  readonly gpu: number;
  readonly n: number;
}

const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom<Call["kind"]>(
    "try",
    "try",
    "wait",
    "wait",
    "wait",
    "release",
    "release",
    "withdraw",
    "collect",
    "shrink",
  ),
  cpu: fc.integer({ min: 1, max: 4 }),
  gpu: fc.nat(2),
  n: fc.nat(99),
});

function perform({ seat, leases, places }: Side, { kind, cpu, gpu, n }: Call): void {
  const demand = demandOf(cpu, gpu), lease = leases[n % leases.length], at = n % places.length, place = places[at];
  if (kind === "try") {
    const taken = seat.tryTake(demand);
    if (taken !== undefined) leases.push(taken);
  } else if (kind === "wait") {
    const taken = seat.takeOrJoin(demand);
    if ("waiter" in taken) places.push([taken, demand]);
    else leases.push(taken);
  } else if (kind === "release" && lease !== undefined) {
    lease.release();
  } else if (kind === "shrink" && lease !== undefined && !lease.released && Number(lease.amounts.cpu) > 1) {
    lease.shrink({ cpu: 0.5 });
  } else if (kind === "withdraw" && place !== undefined) {
    places.splice(at, 1);
    seat.withdraw(place[0]);
  } else if (kind === "collect" && place !== undefined) {
    const granted = seat.collect(...place);
    if (granted === undefined) return;
    places.splice(at, 1);
    leases.push(granted);
  }
}

/** A pool with a thread that dies, and one that lives. */
function scene() {
  const memory = createMemory(CAPACITY, { kinds: 2, maxThreads: 3, maxLeases: 12, maxWaiters: 90 });
  const { buffer, layout } = memory, fate = new Fate();
  memory.ints[FREE_WAITER_HINT_AT] = 85; // so that records come round, and their order is not that of arrival
  const open = (plain?: ConstructorParameters<typeof PoolMemory>[2]): Side => ({
    seat: new Seat(new PoolMemory(buffer, layout, plain), new SharedKinds(NAMES, CAPACITY)),
    leases: [],
    places: [],
  });
  const dying = open({ ints: fate.doom(memory.ints), doubles: fate.doom(memory.doubles) }), living = open();
  return { memory, fate, dying, living };
}

/** Gives up all that a side knows to have, or to wait for. */
function letGo({ seat, leases, places }: Side): void {
  for (const [place] of places) seat.withdraw(place);
  for (const lease of leases) lease.release();
}

/** What is left in the books once a side has let go; `leases` counts those that nobody knows of. */
function standing({ seat }: Side) {
  const { doubles, layout: { setAsideAt } } = seat.memory;
  return seat.inspect((books) => ({
    free: [books.free(0), books.free(1)],
    setAside: [...doubles.subarray(setAsideAt, setAsideAt + 2)],
    leases: books.countLeases(),
    waiters: seat.line.size,
  }));
}

const scripts = fc.record({
  before: fc.array(fc.tuple(call, fc.boolean()), { maxLength: 25, size: "max" }),
  last: call,
  steps: fc.nat(60),
  after: fc.array(call, { maxLength: 12 }),
});

Deno.test("Seat counts anew what its own thread left half done, at whatever change an exception came", () => {
  let deaths = 0;
  fc.assert(
    fc.property(scripts, ({ before, last, steps, after }) => {
      const { memory, fate, dying, living } = scene();
      for (const [each, isDying] of before) perform(isDying ? dying : living, each);
      if (fate.run(steps, () => perform(dying, last))) deaths++;
      dying.seat.sweep(true); // takes the lock; without being told, it has to notice
      audit(memory.buffer);
      for (const each of after) perform(dying, each);
      audit(memory.buffer);
      dying.seat.detach();
      letGo(living);
      assertEquals(standing(living), { free: [4e6, 2e6], setAside: [0, 0], leases: 0, waiters: 0 });
      audit(memory.buffer);
    }),
    { numRuns: 2_000 },
  );
  assert(deaths > 200, `the test is about deaths, and had ${deaths}`);
});

Deno.test("Seat enters what its thread gave back without the lock, at whatever change an exception came meanwhile", () => {
  let deaths = 0;
  for (let steps = 0; steps < 20; steps++) {
    const { memory, fate, dying, living } = scene(), take = (cpu: number) => dying.seat.tryTake(demandOf(cpu, 0));
    take(1); // so that the next has another place than the first of all
    for (let turn = 0; turn < 2; turn++) take(1)?.release(); // with the lock, and without
    if (fate.run(steps, () => void take(2))) deaths++;
    dying.seat.sweep(true);
    audit(memory.buffer);
    const [free] = standing(dying).free;
    assert(
      free === 3e6 || free === 1e6,
      `the one that was given back is free, not ${free}; the new one was granted or not`,
    );
    dying.seat.detach();
    assertEquals(standing(living), { free: [4e6, 2e6], setAside: [0, 0], leases: 0, waiters: 0 });
  }
  assert(deaths > 5 && deaths < 20, `it died at ${deaths} changes`);
});

Deno.test("Seat takes the lock over from a thread that died in the middle of a change, and goes on", () => {
  let deaths = 0;
  fc.assert(
    fc.property(scripts, ({ before, last, steps, after }) => {
      const { memory, fate, dying, living } = scene(), { layout, words } = memory;
      for (const [each, isDying] of before) perform(isDying ? dying : living, each);
      fc.pre(fate.run(steps, () => perform(dying, last)) && Atomics.load(words, LOCK_AT) !== 0);
      deaths++;
      Atomics.store(words, layout.thread(0) + ANSWERS + 1, 9); // of which no wait is left: the mark of the dead
      for (const each of after) perform(living, each);
      assertEquals(living.seat.sweep(true), 1, "one has died");
      audit(memory.buffer);
      letGo(living);
      assertEquals(standing(living), { free: [4e6, 2e6], setAside: [0, 0], leases: 0, waiters: 0 });
    }),
    { numRuns: 60 },
  );
  assert(deaths >= 60, `the test is about deaths, and had ${deaths}`);
});
