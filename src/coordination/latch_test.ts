import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Latch } from "./latch.ts";
import { WaitTimeoutError } from "./waiter.ts";

Deno.test("Latch opens once it was counted down, and stays open", async () => {
  const latch = new Latch(3);
  const waits = [latch.wait(), latch.wait({ timeoutMs: 60_000 })];
  assertEquals([latch.countDown(2), latch.tryWait(), latch.countDown(5), latch.countDown()], [1, false, 0, 0]);
  await Promise.all([...waits, latch.wait()]);
  assertEquals(latch.tryWait(), true);
});

Deno.test("Latch.wait() lets the urgent go on first", async () => {
  const latch = new Latch(1), order: string[] = [];
  const waits = [undefined, "high" as const, "low" as const].map((priority) =>
    latch.wait(priority === undefined ? {} : { priority }).then(() => order.push(priority ?? "normal"))
  );
  latch.countDown();
  await Promise.all(waits);
  assertEquals(order, ["high", "normal", "low"]);
});

Deno.test("Latch.wait() gives up after timeoutMs, saying what is left", async () => {
  assertEquals(
    (await assertRejects(() => new Latch(2, { name: "ready" }).wait({ timeoutMs: 1 }), WaitTimeoutError)).message,
    'Cannot pass the latch "ready" within 1 ms: 2 of its count are left; raise timeoutMs, or find out who does not count down',
  );
});

Deno.test("Latch.withCountDown() counts down whether fn returns or throws", async () => {
  const latch = new Latch(2);
  assertEquals([await latch.withCountDown(() => 7), latch.count], [7, 1]);
  await assertRejects(
    () =>
      latch.withCountDown(() => {
        throw new Error("no");
      }),
    Error,
    "no",
  );
  assertEquals(latch.count, 0);
});

Deno.test("Latch refuses counts that are none; one of 0 is open", () => {
  for (const count of [-1, 0.5, NaN, Infinity]) assertThrows(() => new Latch(count), RangeError, `count ${count}`);
  for (const n of [0, -1, 0.5, NaN]) assertThrows(() => new Latch(3).countDown(n), RangeError, `by ${n}`);
  assertEquals(new Latch(0).tryWait(), true);
});

Deno.test("Latch.snapshot() counts who passed, waited and gave up", async () => {
  const latch = new Latch(1), abort = new AbortController();
  const waits = [latch.wait(), latch.wait({ signal: abort.signal, owner: "ann" })];
  assertEquals(latch.snapshot().waiters.map(({ owner }) => owner), [undefined, "ann"]);
  abort.abort();
  latch.countDown();
  await Promise.allSettled(waits);
  assertEquals(latch.snapshot(), {
    type: "latch",
    name: undefined,
    holders: [],
    waiters: [],
    totals: { grants: 1, waits: 1, timeouts: 0, aborts: 1, longestWaitMs: undefined },
    count: 0,
  });
});

Deno.test("Latch.snapshot() counts those who passed without a wait, too", async () => {
  const latch = new Latch(1), waits = latch.wait();
  assertEquals(latch.tryWait(), false);
  latch.countDown();
  await Promise.all([waits, latch.wait()]);
  assertEquals(latch.tryWait(), true);
  const { grants, waits: waited } = latch.snapshot().totals;
  assertEquals([grants, waited], [3, 1]);
});
