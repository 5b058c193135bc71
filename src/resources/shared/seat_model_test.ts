import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import type { SharedDemand } from "./books.ts";
import { SharedPoolDetachedError } from "./errors.ts";
import { SharedKinds } from "./kinds.ts";
import type { HeldLease } from "./lease.ts";
import { createMemory, PoolMemory } from "./memory.ts";
import { type LinePlace, Seat } from "./seat.ts";
import { audit } from "./testdata/audit.ts";

const NAMES = ["cpu", "memoryMb", "gpu"] as const;
type Kind = typeof NAMES[number];
const CAPACITY = [6, 10, 2];
/** Whole amounts by place. */
type Amounts = readonly number[];

/** The rule, said with arrays: served by arrival, and what somebody waits for is kept from all behind. */
class ModelPool {
  held: { readonly id: number; readonly amounts: number[]; readonly seat: number }[] = [];
  line: { readonly id: number; readonly amounts: Amounts; readonly seat: number }[] = [];

  free(place: number): number {
    return CAPACITY[place]! - this.held.reduce((sum, { amounts }) => sum + amounts[place]!, 0);
  }

  fits(amounts: Amounts, ahead: readonly { readonly amounts: Amounts }[]): boolean {
    return amounts.every((amount, place) =>
      amount === 0 || ahead.reduce((sum, each) => sum + each.amounts[place]!, amount) <= this.free(place)
    );
  }

  take(id: number, amounts: Amounts, seat: number): boolean {
    if (!this.fits(amounts, this.line)) return false;
    this.held.push({ id, amounts: [...amounts], seat });
    return true;
  }

  serve(): void {
    const next = this.line.find(({ amounts }, i) => this.fits(amounts, this.line.slice(0, i)));
    if (next === undefined) return;
    this.line = this.line.filter((each) => each !== next);
    this.held.push({ ...next, amounts: [...next.amounts] });
    this.serve();
  }
}

interface Call {
  readonly kind: "try" | "wait" | "release" | "release by id" | "shrink" | "withdraw" | "detach" | "reclaim";
  readonly amounts: Amounts;
  readonly seat: number;
  readonly n: number;
}

const amounts = fc.tuple(
  fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 6 })),
  fc.oneof({ weight: 2, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 10 })),
  fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 2 })),
).filter((list) => list.some((amount) => amount > 0));

const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.oneof(
    { weight: 30, arbitrary: fc.constantFrom("try", "wait", "wait", "release", "release") },
    { weight: 6, arbitrary: fc.constantFrom("release by id", "shrink", "withdraw") },
    { weight: 1, arbitrary: fc.constantFrom("detach", "reclaim") },
  ),
  amounts,
  seat: fc.nat(2),
  n: fc.nat(999),
});

function demandOf(list: Amounts): SharedDemand {
  const places = list.map((_, place) => place).filter((place) => list[place]! > 0);
  return { length: places.length, places, units: places.map((place) => list[place]! * 1e6) };
}

function wholes(list: Amounts): { [K in Kind]?: number } {
  return Object.fromEntries(
    NAMES.map((name, place) => [name, list[place]!]).filter(([, amount]) => Number(amount) > 0),
  );
}

/** Three seats on one pool, and the model beside it. */
class Duet {
  readonly #memory = createMemory(CAPACITY, { kinds: 3, maxThreads: 200, maxLeases: 40, maxWaiters: 30 });
  readonly #model = new ModelPool();
  readonly #seats = [0, 1, 2].map(() => this.#attach());
  readonly #leases = new Map<number, HeldLease<Kind>>();
  readonly #places = new Map<
    number,
    { readonly place: LinePlace; readonly demand: SharedDemand; readonly seat: number }
  >();
  #ids = 0;

  call({ kind, amounts, seat, n }: Call): void {
    const held = this.#model.held[n % this.#model.held.length], waits = this.#model.line[n % this.#model.line.length];
    if (kind === "try" || kind === "wait") this.#ask(kind, amounts, seat);
    else if (kind === "detach" || kind === "reclaim") this.#leave(kind, seat, n % 2 === 0 ? 1 : 2);
    else if (kind === "withdraw") this.#withdraw(waits?.id);
    else if (held !== undefined) this.#giveBack(kind, held, { seat, amounts });
    this.#collect();
    this.#compare();
  }

  #attach(): Seat<Kind> {
    const seat = new Seat(new PoolMemory(this.#memory.buffer, this.#memory.layout), new SharedKinds(NAMES, CAPACITY));
    seat.beKnown();
    return seat;
  }

  #ask(kind: "try" | "wait", amounts: Amounts, at: number): void {
    const seat = this.#seats[at]!, id = this.#ids++, demand = demandOf(amounts);
    const result = kind === "try" ? seat.tryTake(demand) : seat.takeOrJoin(demand);
    const granted = this.#model.take(id, amounts, at);
    assertEquals(result !== undefined && !("waiter" in result), granted, `${kind} ${amounts} is granted now`);
    if (result === undefined) return;
    if (!("waiter" in result)) {
      this.#leases.set(id, result);
      return;
    }
    this.#places.set(id, { place: result, demand, seat: at });
    this.#model.line.push({ id, amounts, seat: at });
  }

  #giveBack(
    kind: Call["kind"],
    held: ModelPool["held"][number],
    { seat, amounts }: Pick<Call, "seat" | "amounts">,
  ): void {
    const lease = this.#leases.get(held.id);
    assert(lease !== undefined);
    if (kind === "shrink") {
      const part = held.amounts.map((amount, place) => Math.min(amount, amounts[place]!));
      if (part.every((amount) => amount === 0)) return;
      lease.shrink(wholes(part));
      part.forEach((amount, place) => held.amounts[place]! -= amount);
    } else {
      if (kind === "release by id") {
        assertEquals([1, 2].map(() => this.#seats[seat]!.giveBackById(lease.id)), [true, false]);
      }
      lease.release();
      held.amounts.fill(0);
    }
    if (held.amounts.every((amount) => amount === 0)) {
      this.#model.held = this.#model.held.filter((each) => each !== held);
      assert(lease.released);
    }
    this.#model.serve();
  }

  #withdraw(id: number | undefined): void {
    const waits = id === undefined ? undefined : this.#places.get(id);
    if (waits === undefined) return;
    this.#seats[waits.seat]!.withdraw(waits.place);
    this.#model.line = this.#model.line.filter((each) => each.id !== id);
    this.#model.serve();
  }

  #leave(kind: "detach" | "reclaim", at: number, by: number): void {
    const seat = this.#seats[at]!;
    if (kind === "detach") seat.detach();
    else assert(this.#seats[(at + by) % 3]!.reclaim(seat.name));
    this.#model.held = this.#model.held.filter((each) => each.seat !== at);
    this.#model.line = this.#model.line.filter((each) => each.seat !== at);
    this.#model.serve();
    assertThrows(() => seat.tryTake(demandOf([1, 0, 0])), SharedPoolDetachedError);
    this.#seats[at] = this.#attach();
  }

  /** Lets everybody look who was granted something. */
  #collect(): void {
    for (const [id, { place, demand, seat }] of this.#places) {
      if (!this.#model.held.some((each) => each.id === id)) continue;
      const lease = this.#seats[seat]!.collect(place, demand);
      assert(lease !== undefined, `${id} was granted`);
      this.#leases.set(id, lease);
      this.#places.delete(id);
    }
    for (const [id, { place, demand, seat }] of this.#places) {
      if (this.#model.line.some((each) => each.id === id)) {
        assertEquals(this.#seats[seat]!.collect(place, demand), undefined);
      }
    }
  }

  #compare(): void {
    const [seat] = this.#seats;
    const figures = seat!.inspect((books) => ({
      free: NAMES.map((_, place) => books.free(place) / 1e6),
      leases: books.countLeases(),
      waiters: seat!.line.size,
    }));
    assertEquals(figures, {
      free: NAMES.map((_, place) => this.#model.free(place)),
      leases: this.#model.held.length,
      waiters: this.#model.line.length,
    });
    for (const { id, amounts } of this.#model.held) {
      assertEquals(this.#leases.get(id)?.amounts, wholes(amounts));
      assertEquals(this.#leases.get(id)?.released, false);
    }
    audit(this.#memory.buffer);
  }
}

Deno.test("Seat grants what a plain list would grant, whatever the order of calls from three threads", () =>
  fc.assert(
    fc.property(fc.array(call, { maxLength: 120, size: "max" }), (script) => {
      const duet = new Duet();
      for (const each of script) duet.call(each);
    }),
    { numRuns: 150 },
  ));
