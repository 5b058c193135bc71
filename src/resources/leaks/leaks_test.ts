import { assert, assertEquals, assertInstanceOf, assertMatch, assertStrictEquals, assertThrows } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { setImmediate as nextTurn } from "node:timers/promises";
import { timers } from "../../reliability/timer_wheel.ts";
import type { Lease } from "../lease.ts";
import { ResourcePool } from "../pool.ts";
import type { PoolEvent } from "../pool_event.ts";
import type { LeakOptions } from "./leak_options.ts";
import type { LeakReason, LeakReport } from "./leak_report.ts";
import { LeaseLeakedError } from "./lease_leaked_error.ts";

/** A pool that looks for leaks, by a clock that the test moves. */
class Fixture {
  nowMs = 0;
  readonly reports: LeakReport<"cpu">[] = [];
  readonly pool: ResourcePool<"cpu">;

  constructor(leaks: LeakOptions<"cpu"> = {}) {
    const onLeak = (report: LeakReport<"cpu">) => void this.reports.push(report);
    this.pool = new ResourcePool({ capacity: { cpu: 8 }, clock: () => this.nowMs, leaks: { onLeak, ...leaks } });
  }

  /** Acquires and forgets, in a frame of its own, so that nothing of it is left on the stack. */
  lose(owner: string, use: (lease: Lease<"cpu">) => void = () => {}): void {
    const lease = this.pool.tryAcquire({ cpu: 3 }, owner);
    if (lease !== undefined) use(lease);
  }

  get books(): unknown {
    const { inUse, leaks } = this.pool.snapshot();
    return { inUse: inUse.cpu, leaks };
  }
}

/** Collects garbage until a condition holds: what is found is told some turns of the event loop later, and not by every collection. */
async function collectUntil(condition: () => boolean, most = 100): Promise<void> {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  for (let turn = 0; turn < most && !condition(); turn++) {
    gc();
    await nextTurn();
  }
}

Deno.test("ResourcePool reports a lease that nobody can reach any more, and takes it back if it is told to", async () => {
  for (const reclaim of [false, true]) {
    const fixture = new Fixture({ reclaim });
    fixture.lose("careless");
    const kept = fixture.pool.tryAcquire({ cpu: 1 }, "careful");
    fixture.nowMs = 1_500;
    await collectUntil(() => fixture.reports.length > 0);
    assertEquals(fixture.reports, [{
      reason: "unreachable",
      owner: "careless",
      amounts: { cpu: 3 },
      node: 0,
      ageMs: 1_500,
      acquiredAt: undefined,
      reclaimed: reclaim,
    }]);
    assertEquals(fixture.books, { inUse: reclaim ? 1 : 4, leaks: 1 });
    await collectUntil(() => fixture.reports.length > 1, 5);
    assertEquals([fixture.reports.length, kept?.released], [1, false], "nor is one that is kept reported");
    kept?.release();
  }
});

Deno.test("ResourcePool finds a lost lease though a listener to its signal knows it", async () => {
  const fixture = new Fixture({ reclaim: true });
  fixture.lose("careless", (lease) => lease.signal.addEventListener("abort", () => lease.release()));
  await collectUntil(() => fixture.reports.length > 0);
  assertEquals(fixture.books, { inUse: 0, leaks: 1 });
});

Deno.test("ResourcePool finds a lost lease that may be preempted, one that waited, and one that is to be preempted", async () => {
  const reports: string[] = [], onLeak = ({ owner }: LeakReport<"cpu">) => void reports.push(String(owner));
  const pool = new ResourcePool({
    capacity: { cpu: 3 },
    leaks: { reclaim: true, onLeak },
    preemption: { graceMs: 3_600_000 },
  });
  const holder = pool.tryAcquire({ cpu: 1 });
  const lose = () => {
    for (const owner of ["young", "old"]) pool.tryAcquire({ cpu: 1 }, { owner, preemptible: true, priority: "low" });
    void pool.acquire({ cpu: 1 }, { owner: "waited" });
  };
  lose();
  holder?.release();
  assertEquals(pool.available("cpu"), 0);
  const urgent = pool.acquire({ cpu: 1 }, { priority: "high", owner: "urgent" });
  await collectUntil(() => reports.length >= 3);
  assertEquals(reports.sort(), ["old", "waited", "young"]);
  (await urgent).release();
  assertEquals([pool.available("cpu"), timers.size], [3, 0]);
});

Deno.test("ResourcePool aborts the signal of a lost lease for whoever still listens to it", async () => {
  const fixture = new Fixture({ reclaim: true }), signals: AbortSignal[] = [];
  fixture.lose("careless", ({ signal }) => void signals.push(signal));
  await collectUntil(() => fixture.reports.length > 0);
  const reason = signals[0]?.reason;
  assertInstanceOf(reason, LeaseLeakedError);
  assertEquals([reason.code, reason.report], ["lease_leaked", fixture.reports[0]]);
  assertEquals(
    reason.message,
    'Cannot keep the lease of "careless": after 0 ms nobody could reach it any more, and it has been taken back; release a lease in ' +
      "a finally block, or with using",
  );
});

Deno.test("ResourcePool reports nothing that was given back, however often garbage is collected", async () => {
  const fixture = new Fixture({ leakAfterMs: 60_000 });
  fixture.lose("careful", (lease) => lease.release());
  fixture.lose("frugal", (lease) => lease.shrink({ cpu: 3 }));
  await fixture.pool.withResources({ cpu: 1 }, () => {});
  await collectUntil(() => fixture.reports.length > 0, 10);
  assertEquals([fixture.reports, fixture.books, timers.size], [[], { inUse: 0, leaks: 0 }, 0]);
});

/** Runs a test in which time passes only when it says so. */
async function withFakeTime(test: (tick: (ms: number) => void) => Promise<void> | void): Promise<void> {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    await test((ms) => void clock.tick(ms));
    assertEquals(timers.size, 0, "no timer is left");
  } finally {
    clock.uninstall();
  }
}

Deno.test("ResourcePool reports a lease that is held beyond leakAfterMs, once, with one timer for all", () =>
  withFakeTime((tick) => {
    const reports: LeakReport<"cpu">[] = [];
    const pool = new ResourcePool({
      capacity: { cpu: 8 },
      leaks: { leakAfterMs: 100, onLeak: (report) => void reports.push(report) },
    });
    const leases = [0, 30, 30].map((ms, number) => {
      tick(ms);
      return pool.tryAcquire({ cpu: 1 }, `owner ${number}`);
    });
    assertEquals(timers.size, 1);
    leases[1]?.release();
    tick(39);
    assertEquals(reports.length, 0);
    tick(1);
    assertEquals(reports.map(({ owner, ageMs, reason }) => [owner, ageMs, reason]), [["owner 0", 100, "overdue"]]);
    assertEquals(leases[0]?.signal.aborted, false, "it is only reported");
    tick(59);
    assertEquals([reports.length, timers.size], [1, 1]);
    tick(1);
    assertEquals([reports.length, timers.size], [2, 0]);
    tick(1_000);
    leases[0]?.release();
    leases[2]?.release();
    assertEquals([reports.length, pool.available("cpu"), pool.snapshot().leaks], [2, 8, 2]);
  }));

Deno.test("ResourcePool takes back what is overdue, serves whoever waits for it, and tells the holder", () =>
  withFakeTime(async (tick) => {
    const pool = new ResourcePool({ capacity: { cpu: 2 }, leaks: { leakAfterMs: 100, reclaim: ["overdue"] } });
    const late = pool.tryAcquire({ cpu: 2 }, "late"), waiting = pool.acquire({ cpu: 1 });
    tick(50);
    late?.shrink({ cpu: 1 });
    const first = await waiting, next = pool.acquire({ cpu: 1 });
    tick(50);
    const second = await next;
    assertEquals([late?.released, late?.ageMs, pool.available("cpu")], [true, 100, 0]);
    assertInstanceOf(late?.signal.reason, LeaseLeakedError);
    late?.release();
    assertThrows(() => late?.shrink({ cpu: 1 }), RangeError, "has been released");
    assertEquals(pool.available("cpu"), 0, "what is given back late changes nothing");
    first.release();
    second.release();
    assertEquals(pool.available("cpu"), 2);
  }));

Deno.test("ResourcePool goes by its own clock: a lease is overdue only when that says so too", () =>
  withFakeTime((tick) => {
    const fixture = new Fixture({ leakAfterMs: 100 });
    const lease = fixture.pool.tryAcquire({ cpu: 1 });
    tick(250);
    assertEquals([fixture.reports.length, timers.size], [0, 1]);
    fixture.nowMs = 100;
    tick(50);
    assertEquals(fixture.reports.length, 1);
    lease?.release();
  }));

Deno.test("ResourcePool that watches deadlines keeps no process alive", async () => {
  const url = (file: string) => JSON.stringify(new URL(file, import.meta.url).href);
  const code = `import { ResourcePool } from ${url("../pool.ts")};
    const pool = new ResourcePool({ capacity: { cpu: 1 }, leaks: { leakAfterMs: 3_600_000 } });
    globalThis.lease = pool.tryAcquire({ cpu: 1 });
    console.log("held", pool.snapshot().inUse.cpu);`;
  const config = new URL("../../../deno.json", import.meta.url).pathname;
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", "--config", config, code],
    signal: AbortSignal.timeout(60_000),
  }).output();
  assertEquals([new TextDecoder().decode(stdout).trim(), success], ["held 1", true]);
});

Deno.test("ResourcePool.reportEnded() reports and takes back what an owner still holds, and nothing of anybody else", () => {
  for (const [how, reason] of [["ended", "owner_ended"], ["died", "owner_died"]] as const) {
    const fixture = new Fixture({ reclaim: true }), { pool } = fixture;
    const leases = [1, 2].map((cpu) => pool.tryAcquire({ cpu }, { owner: "worker 1", preemptible: cpu === 1 }));
    const others = [pool.tryAcquire({ cpu: 1 }, "worker 2"), pool.tryAcquire({ cpu: 1 })];
    fixture.nowMs = 10;
    assertEquals(pool.reportEnded("worker 1", how), 2);
    assertEquals(fixture.reports.map(({ owner, amounts, reason }) => [owner, amounts.cpu, reason]), [
      ["worker 1", 1, reason],
      ["worker 1", 2, reason],
    ]);
    assertEquals(fixture.books, { inUse: 2, leaks: 2 });
    assertEquals([...leases, ...others].map((lease) => lease?.released), [true, true, false, false]);
    assertEquals(pool.reportEnded("worker 1"), 0);
    for (const lease of others) lease?.release();
    assertEquals(pool.reportEnded("worker 2"), 0, "what was given back is no leak");
  }
});

Deno.test("ResourcePool.reportEnded() finds nothing in a pool that does not look for leaks", () => {
  const pool = new ResourcePool({ capacity: { cpu: 1 } });
  const lease = pool.tryAcquire({ cpu: 1 }, "worker");
  assertEquals([pool.reportEnded("worker"), lease?.released], [0, false]);
});

Deno.test("ResourcePool with debug says where a lease was acquired, also if it had to wait", async () => {
  const { pool, reports } = new Fixture({ debug: true });
  function acquireHere() {
    return pool.tryAcquire({ cpu: 8 }, "a");
  }
  function waitHere() {
    return pool.acquire({ cpu: 8 }, { owner: "b" });
  }
  const first = acquireHere(), waiting = waitHere();
  pool.reportEnded("a");
  first?.release();
  const second = await waiting;
  pool.reportEnded("b");
  second.release();
  const [atFirst = "", atSecond = ""] = reports.map(({ acquiredAt }) => acquiredAt);
  assertMatch(atFirst, /^at acquireHere \(.*leaks_test\.ts:\d+:\d+\)\nat .*leaks_test\.ts/);
  assertMatch(atSecond, /^at waitHere \(.*leaks_test\.ts/);
});

Deno.test("ResourcePool goes on when onLeak throws, and the error is uncaught", async () => {
  const uncaught: unknown[] = [], fault = new Error("no disk");
  const catchIt = (event: ErrorEvent) => {
    event.preventDefault();
    uncaught.push(event.error);
  };
  globalThis.addEventListener("error", catchIt);
  try {
    const { pool } = new Fixture({
      reclaim: true,
      onLeak: () => {
        throw fault;
      },
    });
    for (let number = 0; number < 2; number++) pool.tryAcquire({ cpu: 1 }, "worker");
    assertEquals(pool.reportEnded("worker"), 2);
    await nextTurn();
    assertEquals([uncaught.length, pool.available("cpu")], [2, 8]);
    assertStrictEquals(uncaught[0], fault);
  } finally {
    globalThis.removeEventListener("error", catchIt);
  }
});

Deno.test("ResourcePool.events() tell of leaks, and of what was taken back", async () => {
  const fixture = new Fixture({ reclaim: ["owner_died"] }), { pool } = fixture;
  const stream = pool.events(), told: PoolEvent<"cpu">[] = [];
  const leases = ["x", "y"].map((owner) => pool.tryAcquire({ cpu: 1 }, owner));
  fixture.nowMs = 5;
  pool.reportEnded("x");
  pool.reportEnded("y", "died");
  leases[0]?.release();
  for (let left = 6; left > 0; left--) {
    const { value } = await stream.next();
    if (value !== undefined && value.type !== "granted") told.push(value);
  }
  await stream.return();
  const about = { atMs: 5, amounts: { cpu: 1 }, node: 0, heldMs: 5 };
  assertEquals(told, [
    { type: "leaked", ...about, owner: "x", reason: "owner_ended" },
    { type: "leaked", ...about, owner: "y", reason: "owner_died" },
    { type: "reclaimed", ...about, owner: "y", reason: "owner_died" },
    { type: "released", ...about, owner: "x", partial: false },
  ]);
});

Deno.test("ResourcePool refuses leak options that make no sense", () => {
  for (const leakAfterMs of [0, -1, NaN, Infinity]) {
    const message = `with leaks.leakAfterMs ${leakAfterMs}: expected a finite number above 0`;
    assertThrows(() => new Fixture({ leakAfterMs }), RangeError, message);
  }
  const reclaim: LeakReason[] = JSON.parse('["overdue", "stolen"]');
  assertThrows(
    () => new Fixture({ reclaim }),
    TypeError,
    'with leaks.reclaim "stolen": expected a boolean, or some of',
  );
});
