import { assertEquals, assertInstanceOf, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { timers } from "../reliability/timer_wheel.ts";
import { LeaseLock } from "./lease_lock.ts";
import { LeaseExpiredError } from "./lease_term.ts";

/** Runs `test` under a clock that moves when it is told to. */
async function withTime(test: (clock: ReturnType<typeof FakeTimers.install>) => Promise<void>): Promise<void> {
  const clock = FakeTimers.install({
    toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate", "clearImmediate"],
  });
  try {
    await test(clock);
    await clock.tickAsync(1);
    assertEquals(timers.size, 0);
  } finally {
    clock.uninstall();
  }
}

Deno.test("LeaseLock is handed over when a time to live ends, and the one who had it can change nothing", () =>
  withTime(async (clock) => {
    const lock = new LeaseLock({ ttlMs: 100, name: "leader" });
    const slow = await lock.acquire();
    const next = lock.acquire({ ttlMs: 1_000 });
    assertEquals([slow.fencingToken, slow.expiresInMs, slow.signal.aborted], [1, 100, false]);
    await clock.tickAsync(102);
    const quick = await next;
    assertEquals([slow.signal.aborted, slow.expiresInMs, slow.ageMs, slow.renew()], [true, 0, undefined, false]);
    assertInstanceOf(slow.signal.reason, LeaseExpiredError);
    assertEquals([slow.signal.reason.code, slow.signal.reason.fencingToken], ["lease_expired", 1]);
    slow.release();
    assertEquals([lock.locked, quick.fencingToken, quick.signal.aborted], [true, 2, false]);
    quick.release();
    assertEquals([lock.locked, quick.expiresInMs, quick.renew(), quick.signal.aborted], [false, 0, false, false]);
  }));

Deno.test("LeaseGuard.renew() starts the time to live anew", () =>
  withTime(async (clock) => {
    const lock = new LeaseLock({ ttlMs: 100 }), guard = await lock.acquire();
    for (let i = 0; i < 5; i++) {
      await clock.tickAsync(90);
      assertEquals([guard.renew(), guard.expiresInMs], [true, 100]);
    }
    assertEquals([guard.renew(10), guard.expiresInMs], [true, 10]);
    await clock.tickAsync(12);
    assertEquals(
      [lock.locked, guard.signal.aborted, guard.renew()],
      [false, true, false],
      "a signal first asked for too late",
    );
  }));

Deno.test("LeaseLock sees by its clock that a lease has ended although the timer is late", async () => {
  let nowMs = 0;
  const lock = new LeaseLock({ ttlMs: 100, clock: () => nowMs }), slow = await lock.acquire();
  const waits = lock.acquire({ owner: "waits" });
  const { signal } = slow;
  nowMs = 100;
  assertEquals([slow.renew(), signal.aborted], [false, true]);
  assertEquals(
    [lock.tryAcquire(), lock.snapshot().holders[0]?.owner],
    [undefined, "waits"],
    "those in line come first",
  );
  nowMs = 200;
  const third = lock.tryAcquire();
  assertEquals([third?.fencingToken, (await waits).expiresInMs, lock.snapshot().expiresInMs], [3, 0, 100]);
  third?.release();
});

Deno.test("LeaseLock keeps a lease for as long as its clock says, however fast the timers are", () =>
  withTime(async (clock) => {
    let nowMs = 0;
    const lock = new LeaseLock({ ttlMs: 100, clock: () => nowMs }), guard = await lock.acquire();
    nowMs = 60;
    await clock.tickAsync(130);
    assertEquals([lock.locked, guard.expiresInMs], [true, 40]);
    nowMs = 100;
    await clock.tickAsync(50);
    assertEquals([guard.signal.aborted, lock.locked], [true, false]);
  }));

Deno.test("LeaseLock tells the one who loses it before the next one goes on", () =>
  withTime(async (clock) => {
    const lock = new LeaseLock({ ttlMs: 10 }), log: string[] = [];
    const guard = await lock.acquire();
    guard.signal.addEventListener("abort", () => {
      guard.release();
      log.push(`lost, ${lock.tryAcquire() === undefined ? "taken" : "free"}`);
    });
    const next = lock.acquire().then((guard) => {
      log.push("next");
      guard.release();
    });
    await clock.tickAsync(12);
    await next;
    assertEquals(log, ["lost, taken", "next"]);
  }));

Deno.test('LeaseLock with reentry "allow" has one lease for all guards of an owner, which lives as long as any asked', () =>
  withTime(async (clock) => {
    const lock = new LeaseLock({ ttlMs: 100, reentry: "allow" });
    const outer = await lock.acquire({ owner: "a" });
    const short = await lock.acquire({ owner: "a", ttlMs: 10 });
    assertEquals([outer.expiresInMs, short.fencingToken], [100, 1]);
    const long = lock.tryAcquire({ owner: "a", ttlMs: 500 });
    assertEquals(outer.expiresInMs, 500);
    assertStrictEquals(long?.signal, outer.signal);
    outer.release();
    assertEquals([outer.expiresInMs, outer.renew(), long?.expiresInMs], [0, false, 500]);
    await clock.tickAsync(502);
    assertEquals([lock.locked, short.signal.aborted], [false, true]);
    long?.release();
    short.release();
    const next = await lock.acquire();
    long?.release();
    assertEquals([next.fencingToken, lock.locked], [2, true]);
    next.release();
  }));

Deno.test("LeaseLock refuses times to live that make no sense, although it is free", async () => {
  for (const ttlMs of [0, -1, NaN, Infinity]) {
    assertThrows(() => new LeaseLock({ ttlMs }), RangeError, `ttlMs ${ttlMs}`);
    const lock = new LeaseLock({ ttlMs: 1e6 });
    await assertRejects(() => lock.acquire({ ttlMs }), RangeError, `ttlMs ${ttlMs}`);
    assertThrows(() => lock.tryAcquire({ ttlMs }), RangeError, `ttlMs ${ttlMs}`);
    const guard = await lock.acquire();
    assertThrows(() => guard.renew(ttlMs), RangeError, `ttlMs ${ttlMs}`);
    guard.release();
  }
});

Deno.test("LeaseLock.withLock() gives the section its guard", () =>
  withTime(async (clock) => {
    const lock = new LeaseLock({ ttlMs: 10 });
    const lost = await lock.withLock(async ({ signal }) => {
      await clock.tickAsync(12);
      return signal.aborted;
    });
    assertEquals([lost, lock.locked], [true, false]);
  }));

/** What a process of its own prints, and whether it ends well. */
async function output(code: string): Promise<{ readonly success: boolean; readonly text: string }> {
  const source = `import { LeaseLock } from "${import.meta.resolve("./lease_lock.ts")}";\n${code}`;
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args: ["eval", source], stderr: "null" })
    .output();
  return { success, text: new TextDecoder().decode(stdout).trim() };
}

Deno.test("LeaseLock keeps a process alive while somebody waits for the end of a lease, and only then", async () => {
  // No await at the top level: it would keep the process alive by itself.
  const waits =
    'const lock = new LeaseLock({ ttlMs: 50 }); lock.tryAcquire(); lock.acquire().then(() => console.log("next"));';
  assertEquals(await output(waits), { success: true, text: "next" });
  const idle = 'const lock = new LeaseLock({ ttlMs: 1e9 }); lock.tryAcquire(); console.log("held");';
  assertEquals(await output(idle), { success: true, text: "held" });
});

Deno.test("LeaseLock keeps a lease to the last moment of its time to live, and not beyond", () => {
  let nowMs = 0;
  const lock = new LeaseLock({ ttlMs: 100, clock: () => nowMs }), guard = lock.tryAcquire();
  nowMs = 99.5;
  assertEquals([lock.tryAcquire(), guard?.expiresInMs, guard?.signal.aborted], [undefined, 0.5, false]);
  nowMs = 100;
  assertEquals([guard?.signal.aborted, guard?.expiresInMs, guard?.renew()], [true, 0, false], "nobody else has looked");
  assertEquals(lock.locked, false);
});
