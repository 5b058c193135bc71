import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import fc from "fast-check";
import { withoutStacks } from "../../coordination/testdata/without_stacks.ts";
import { PuffinError } from "../../errors.ts";
import { backgroundTimers, timers } from "../../reliability/timer_wheel.ts";
import type { Loan } from "./loan.ts";
import { ObjectPool } from "./object_pool.ts";
import { Ambiguous, type FactoryPlan, LIMITS, ModelPool } from "./testdata/model_pool.ts";

interface Thing {
  readonly id: number;
}

interface Call {
  readonly kind:
    | "acquire"
    | "try"
    | "release"
    | "release twice"
    | "discard"
    | "abort"
    | "object"
    | "error"
    | "break"
    | "destroyed"
    | "pass time"
    | "warm up"
    | "drain"
    | "close";
  /** Which loan, request, call or object is meant, or how much time passes. */
  readonly n: number;
  readonly level: number;
  readonly timeoutMs: number | undefined;
  /** Whether the next call comes before any promise is heard. */
  readonly sameTurn: boolean;
}

interface Script {
  readonly max: number;
  readonly min: number;
  readonly plan: FactoryPlan;
  readonly calls: readonly Call[];
}

const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.oneof(
    { weight: 8, arbitrary: fc.constant("acquire" as const) },
    { weight: 5, arbitrary: fc.constantFrom("release" as const, "object" as const) },
    {
      weight: 6,
      arbitrary: fc.constantFrom(
        "try" as const,
        "release twice" as const,
        "discard" as const,
        "abort" as const,
        "error" as const,
        "break" as const,
        "destroyed" as const,
      ),
    },
    { weight: 4, arbitrary: fc.constant("pass time" as const) },
    {
      weight: 1,
      arbitrary: fc.constantFrom("warm up" as const, "warm up" as const, "drain" as const, "close" as const),
    },
  ),
  n: fc.nat(999),
  level: fc.constantFrom(0, 1, 1, 2, 3),
  timeoutMs: fc.option(fc.integer({ min: 1, max: 700 }), { nil: undefined }),
  sameTurn: fc.boolean(),
});

const script: fc.Arbitrary<Script> = fc.integer({ min: 1, max: 3 }).chain((max) =>
  fc.record({
    max: fc.constant(max),
    min: fc.integer({ min: 0, max }),
    plan: fc.record({
      creates: fc.array(fc.constantFrom("later", "later", "later", "now", "throws", "broken"), {
        minLength: 1,
        maxLength: 9,
      }),
      destroys: fc.array(fc.constantFrom("now", "now", "later", "throws"), { minLength: 1, maxLength: 5 }),
    }),
    calls: fc.array(call, { maxLength: 100, size: "max" }),
  })
);

/** A factory that does what is planned, and sees for itself that there never are too many things. */
class Factory {
  readonly creating = new Map<number, { resolve(thing: Thing): void; reject(error: unknown): void }>();
  readonly destroying = new Map<number, { resolve(): void; reject(error: unknown): void }>();
  readonly broken = new Set<number>();
  readonly destroyed: number[] = [];
  /** Not assertions: the pool would take them for errors of the factory. */
  readonly violations: string[] = [];
  made = 0;
  calls = 0;

  constructor(readonly plan: FactoryPlan) {}

  readonly create = (signal: AbortSignal): Thing | Promise<Thing> => {
    if (signal.aborted) this.violations.push("a creation begins with an aborted signal");
    const id = this.calls++, plan = this.plan.creates[id % this.plan.creates.length];
    if (plan === "broken") this.broken.add(id);
    if (plan === "throws") throw new Error(`no thing ${id}`);
    if (plan !== "later") return this.make(id);
    return new Promise((resolve, reject) => this.creating.set(id, { resolve, reject }));
  };

  make(id: number): Thing {
    this.made++;
    return { id };
  }

  readonly validate = ({ id }: Thing): boolean => !this.broken.has(id);

  readonly destroy = ({ id }: Thing): unknown => {
    if (this.destroyed.includes(id)) this.violations.push(`thing ${id} is destroyed twice`);
    this.destroyed.push(id);
    const plan = this.plan.destroys[id % this.plan.destroys.length];
    if (plan === "now") return undefined;
    if (plan === "throws") throw new Error(`thing ${id} will not go`);
    return new Promise<void>((resolve, reject) => this.destroying.set(id, { resolve, reject }));
  };
}

/** Runs a script on a pool and on the model side by side. */
class Duet {
  readonly factory: Factory;
  readonly pool: ObjectPool<Thing>;
  readonly model: ModelPool;
  readonly loans = new Map<number, Loan<Thing>>();
  readonly granted: [number, number][] = [];
  readonly refused: [number, string][] = [];
  readonly warmed: [number, string][] = [];
  readonly aborts: (AbortController | undefined)[] = [];
  warmUps = 0;

  constructor({ min, max, plan }: Script) {
    this.factory = new Factory(plan);
    this.model = new ModelPool(min, max, plan);
    const { create, validate, destroy } = this.factory;
    this.pool = new ObjectPool({ ...LIMITS, create, validate, destroy, min, max, random: () => 0 });
  }

  play({ kind, n, level, timeoutMs }: Call, clock: { tick(ms: number): void }): void {
    const { pool, model, factory } = this;
    if (kind === "acquire") {
      const abort = n % 4 === 0 ? undefined : new AbortController(), id = this.aborts.push(abort) - 1;
      pool.acquire({
        priority: level,
        ...(abort === undefined ? {} : { signal: abort.signal }),
        ...(timeoutMs === undefined ? {} : { timeoutMs }),
      }).then((loan) => this.#got(id, loan), (error) => this.refused.push([id, codeOf(error)]));
      model.acquire(id, level, timeoutMs ?? Infinity);
    } else if (kind === "try") {
      if (model.state !== "open") return;
      const loan = pool.tryAcquire();
      const id = this.aborts.length;
      assertEquals(loan !== undefined, model.tryAcquire(id));
      if (loan === undefined) return;
      const thing = loan.value.id;
      this.aborts.push(undefined);
      this.loans.set(id, loan);
      Promise.resolve().then(() => this.granted.push([id, thing])); // after those who were granted one before, and hear of it now
    } else if (kind === "release" || kind === "release twice" || kind === "discard") {
      const open = [...this.loans].filter(([, loan]) => !loan.released);
      const [id, loan] = (kind === "release twice" ? [...this.loans] : open)[n % Math.max(open.length, 1)] ?? [-1];
      if (kind === "discard") {
        loan?.discard();
        model.discard(id);
      } else {
        loan?.release();
        model.release(id);
      }
    } else if (kind === "abort") {
      const id = n % Math.max(this.aborts.length, 1), abort = this.aborts[id];
      abort?.abort("aborted");
      if (abort !== undefined) model.abort(id);
    } else if (kind === "object" || kind === "error") {
      const [id, pending] = [...factory.creating][n % Math.max(factory.creating.size, 1)] ?? [-1, undefined];
      if (pending === undefined) return;
      factory.creating.delete(id);
      if (kind === "object") pending.resolve(factory.make(id));
      else pending.reject(new Error(`no thing ${id}`));
      this.later.push(() => model.answer(id, kind));
    } else if (kind === "break") {
      const { idle } = model, object = idle[n % Math.max(idle.length, 1)] ?? [...model.loans.values()][0];
      if (object === undefined) return;
      factory.broken.add(object.id);
      model.broken.add(object.id);
    } else if (kind === "destroyed") {
      const [id, pending] = [...factory.destroying][n % Math.max(factory.destroying.size, 1)] ?? [-1, undefined];
      if (pending === undefined) return;
      factory.destroying.delete(id);
      if (n % 2 === 0) pending.resolve();
      else pending.reject(new Error(`thing ${id} will not go`));
      this.later.push(() => model.destroyed(id, n % 2 !== 0));
    } else if (kind === "pass time") {
      model.pass(n);
      clock.tick(n);
    } else if (kind === "warm up") {
      const id = this.warmUps++;
      pool.warmUp().then(() => this.warmed.push([id, "warm"]), (error) => this.warmed.push([id, codeOf(error)]));
      model.warmUp(id);
    } else if (kind === "drain") {
      pool.drain().catch(() => {});
      model.drain();
    } else {
      pool.close();
      model.close();
    }
  }

  /** What the model is to hear of when promises are heard. */
  later: (() => void)[] = [];

  async hear(): Promise<void> {
    for (let turn = 0; turn < 8; turn++) await Promise.resolve();
    for (const tell of this.later.splice(0)) tell();
  }

  compare(): void {
    const { model } = this, snapshot = this.pool.snapshot();
    assertEquals({
      granted: this.granted,
      refused: this.refused.toSorted(([a], [b]) => a - b),
      warmed: this.warmed.toSorted(([a], [b]) => a - b),
      calls: this.factory.calls,
      snapshot: { ...snapshot, min: 0, max: 0 },
    }, {
      granted: model.granted,
      refused: model.refused.toSorted(([a], [b]) => a - b),
      warmed: model.warmed.toSorted(([a], [b]) => a - b),
      calls: model.calls,
      snapshot: {
        state: model.state,
        min: 0,
        max: 0,
        size: model.places - model.slots.length,
        idle: model.idle.length,
        loaned: model.loans.size,
        validating: 0,
        destroying: model.dying.length,
        creating: model.slots.length,
        abandoned: model.abandoned.length,
        waiters: model.waiters.length,
        oldestWaitMs: model.waiters.length === 0
          ? undefined
          : model.now - Math.min(...model.waiters.map(({ at }) => at)),
        ...model.counts,
      },
    });
  }

  /** What must hold whatever the model says. */
  checkBooks(): void {
    const { max, size, creating, idle, waiters } = this.pool.snapshot();
    assert(size + creating <= max, `${size} objects and ${creating} creations`);
    assert(idle === 0 || waiters === 0, "nobody waits while an object is idle");
    const lent = [...this.loans.values()].filter((loan) => !loan.released).map((loan) => loan.value.id);
    assertEquals(new Set(lent).size, lent.length, "no object is lent twice");
    assert(!lent.some((id) => this.factory.destroyed.includes(id)), "no object is destroyed that is lent");
  }

  /** Gives everything back, and sees that nothing is left. */
  async end(clock: { tick(ms: number): void }): Promise<void> {
    let closed = false;
    this.pool.close().then(() => closed = true);
    for (const loan of this.loans.values()) loan.release();
    for (const [id, { resolve }] of this.factory.creating) resolve(this.factory.make(id));
    for (const { resolve } of this.factory.destroying.values()) resolve();
    for (let round = 0; round < 3; round++) {
      await this.hear();
      for (const loan of this.loans.values()) loan.release();
      clock.tick(1_000);
    }
    await this.hear();
    const { size, creating, destroying, abandoned, waiters, created, destroyed } = this.pool.snapshot();
    assertEquals({ closed, size, creating, destroying, abandoned, waiters }, {
      closed: true,
      size: 0,
      creating: 0,
      destroying: 0,
      abandoned: 0,
      waiters: 0,
    });
    assertEquals(this.factory.violations, []);
    assertEquals([created, destroyed, this.factory.destroyed.length], Array(3).fill(this.factory.made));
    assertEquals([timers.size, backgroundTimers.size], [0, 0], "no timer is left");
  }

  #got(id: number, loan: Loan<Thing>): void {
    this.granted.push([id, loan.value.id]);
    this.loans.set(id, loan);
  }
}

function codeOf(error: unknown): string {
  return error instanceof PuffinError ? error.code : String(error);
}

async function playToTheEnd(script: Script, clock: { tick(ms: number): void }): Promise<void> {
  const duet = new Duet(script);
  try {
    for (const call of script.calls) {
      duet.play(call, clock);
      duet.checkBooks();
      // A promise is heard in the turn in which it is settled, as far as the model can tell.
      if (call.sameTurn && duet.later.length === 0) continue;
      await duet.hear();
      duet.checkBooks();
      duet.compare();
    }
    await duet.hear();
    duet.compare();
  } catch (error) {
    if (error instanceof Ambiguous) return await duet.end(clock);
    await duet.end(clock).catch(() => {}); // or the shared timers would spoil the shrinking
    throw error;
  }
  await duet.end(clock);
}

Deno.test("ObjectPool lends, makes and destroys what a plain list of rules would, whatever happens in what order", () =>
  fc.assert(
    fc.asyncProperty(script, async (script) => {
      const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
      try {
        await withoutStacks(() => playToTheEnd(script, clock));
      } finally {
        clock.tick(1);
        clock.uninstall();
      }
    }),
    { numRuns: 2_000 },
  ));
