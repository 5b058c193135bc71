import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { ReadWriteLock } from "./read_write_lock.ts";
import { ReentryError } from "./reentry_error.ts";

Deno.test("ReadWriteLock lets readers who are next to each other in together, and no reader past a writer", async () => {
  const lock = new ReadWriteLock(), writer = await lock.write();
  const early = [lock.read(), lock.read()], second = lock.write(), late = lock.read();
  writer.release();
  assertEquals([lock.readers, lock.writing, lock.waiters], [2, false, 2]);
  assertEquals([lock.tryRead(), lock.tryWrite()], [undefined, undefined], "the writer in line comes first");
  assertEquals(lock.snapshot().waiters.map(({ wants }) => wants), ["write", "read"]);
  for (const reader of early) (await reader).release();
  assertEquals([lock.readers, lock.writing, lock.waiters], [0, true, 1]);
  (await second).release();
  assertEquals(lock.snapshot().holders.map(({ holds }) => holds), ["read"]);
  (await late).release();
});

Deno.test("ReadWriteLock lets the readers behind a writer in that has given up", async () => {
  const lock = new ReadWriteLock(), abort = new AbortController(), reader = await lock.read();
  const writer = assertRejects(() => lock.write(abort)), next = lock.read();
  abort.abort();
  assertEquals([lock.readers, lock.waiters], [2, 0]);
  await writer;
  for (const guard of [reader, await next]) guard.release();
});

Deno.test("WriteGuard.downgrade() leaves no gap for a writer and lets in readers who are first in line", async () => {
  const lock = new ReadWriteLock(), writer = await lock.write({ owner: "a" });
  const [reader, next, last] = [lock.read(), lock.write(), lock.read()];
  const reading = writer.downgrade();
  assertEquals([lock.readers, lock.writing, lock.waiters, reading.owner], [2, false, 2, "a"]);
  writer.release();
  assertEquals(lock.readers, 2, "the write guard is spent");
  assertThrows(() => writer.downgrade(), TypeError, "found one that was released");
  assertThrows(() => lock.tryWrite({ owner: "a" }), ReentryError, "it reads");
  reading.release();
  (await reader).release();
  assertEquals(lock.writing, true);
  (await next).release();
  (await last).release();
});

Deno.test("ReadWriteLock tells a reader that asks to write that it would wait for itself, whatever it allows", async () => {
  for (const reentry of ["refuse", "allow"] as const) {
    const lock = new ReadWriteLock({ name: "routes", reentry });
    using _reader = await lock.read({ owner: "a" });
    const error = await assertRejects(() => lock.write({ owner: "a" }), ReentryError);
    assertEquals(
      error.message,
      'Cannot acquire the read-write lock "routes" for owner "a": it reads, so it cannot write before it stops, and would wait for itself; ' +
        "release the read guard first, or write from the start and downgrade()",
    );
    assertThrows(() => lock.tryWrite({ owner: "a" }), ReentryError);
    assertEquals([lock.readers, lock.waiters], [1, 0]);
  }
});

Deno.test('ReadWriteLock with reentry "allow" lets an owner read while it reads or writes, past those who wait for it', async () => {
  const lock = new ReadWriteLock({ reentry: "allow" });
  const outer = await lock.read({ owner: "a" }), writer = lock.write({ owner: "b" });
  const inner = lock.tryRead({ owner: "a" });
  assert(inner !== undefined);
  outer.release();
  assertEquals([lock.readers, lock.waiters], [1, 1]);
  inner.release();
  const writing = await writer, reading = await lock.read({ owner: "b" }), again = await lock.write({ owner: "b" });
  writing.release();
  assertEquals([lock.writing, lock.tryRead()], [true, undefined]);
  again.release();
  assertEquals([lock.writing, lock.readers], [false, 1]);
  lock.tryRead()?.release();
  reading.release();
});

Deno.test("WriteGuard.downgrade() keeps the age of the guard", async () => {
  let nowMs = 0;
  const lock = new ReadWriteLock({ timing: "on", clock: () => nowMs }), writing = await lock.write();
  nowMs = 40;
  using reading = writing.downgrade();
  nowMs = 50;
  assertEquals([reading.ageMs, lock.snapshot().holders.map(({ ageMs }) => ageMs)], [50, [50]]);
});
