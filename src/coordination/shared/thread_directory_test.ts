import { assert, assertEquals, assertThrows } from "@std/assert";
import { SharedThreadsFullError } from "./errors.ts";
import { nameThread } from "./membership.ts";
import { SharedMutex } from "./mutex.ts";
import { SharedSemaphore } from "./semaphore.ts";
import { Hand } from "./testdata/hand.ts";
import { MOST_THREADS, placeOf, ThreadDirectory } from "./thread_directory.ts";

Deno.test("ThreadDirectory names every thread differently, and has room for no more than it says", () => {
  const directory = ThreadDirectory.create();
  const names = Array.from({ length: MOST_THREADS }, (_, i) => directory.enrol(`thread ${i}`));
  assertEquals([new Set(names).size, new Set(names.map(placeOf)).size], [MOST_THREADS, MOST_THREADS]);
  assertEquals(directory.label(names[7]!), "thread 7");
  assert(names.every((name) => name > 0 && !directory.isDead(name)), "who has not answered yet is not dead");
  assertThrows(() => directory.enrol("one more"), SharedThreadsFullError, "256 threads share");
});

Deno.test("ThreadDirectory.open() shares records, and refuses what is no directory", () => {
  const directory = ThreadDirectory.create(), again = ThreadDirectory.open(directory.buffer);
  assertEquals([again?.identity, again?.label(directory.enrol("é".repeat(60)))], [directory.identity, "é".repeat(32)]);
  for (const other of [undefined, {}, new SharedArrayBuffer(8), new SharedArrayBuffer(directory.buffer.byteLength)]) {
    assertEquals(ThreadDirectory.open(other), undefined);
  }
});

Deno.test("A thread takes part once for all primitives of another, and is dead for all of them", async () => {
  const mutex = SharedMutex.create(), semaphore = SharedSemaphore.create({ permits: 1 });
  const directory = ThreadDirectory.open(mutex.handle.threads);
  assertEquals(ThreadDirectory.open(semaphore.handle.threads)?.identity, directory?.identity);
  using hand = await Hand.hire(mutex.handle, "both");
  const before = directory?.end;
  await hand.tell({ task: "take" });
  await hand.tell({ task: "attach", handle: semaphore.handle });
  await hand.tell({ task: "take" });
  assertEquals(directory?.end, before, "one record");
  hand.worker.terminate();
  const [guard, permit] = await Promise.all([mutex.acquire(), semaphore.acquire()]);
  assertEquals([guard.ownerDied, permit.ownerDied], [true, true]);
  guard.release();
  permit.release();
});

Deno.test("nameThread() says what snapshots call this thread", () => {
  const mutex = SharedMutex.create();
  using _guard = mutex.acquireBlocking();
  nameThread("coordinator");
  assertEquals(mutex.snapshot().holders, [{ owner: "coordinator", holds: 1, ageMs: undefined }]);
  nameThread("main");
  assertThrows(() => nameThread(""), TypeError, 'Cannot name this thread ""');
});

Deno.test("A thread forgets whom it met when it has nothing of theirs any more, and gives its place there back", async () => {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const { handle } = SharedMutex.create(), directory = ThreadDirectory.create();
  (() => {
    using _guard = SharedMutex.attach({ ...handle, threads: directory.buffer }).tryAcquire(); // as one that another thread made
  })();
  const mine = 1 << 8; // the first name that a directory gives
  assertEquals(directory.isDead(mine), false);
  while (!directory.isDead(mine)) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    gc();
  }
  assertEquals(placeOf(directory.enrol("another")), 0);
});

Deno.test("ThreadDirectory.leave() takes no place from who has it now", () => {
  const directory = ThreadDirectory.create(), first = directory.enrol("first");
  directory.leave(first);
  const second = directory.enrol("second");
  assertEquals([placeOf(first), placeOf(second), directory.isDead(first)], [0, 0, true]);
  directory.leave(first);
  assertEquals([directory.label(second), directory.isDead(second)], ["second", false]);
  assertEquals(placeOf(directory.enrol("third")), 1);
});

Deno.test("ThreadDirectory begins anew with the names of a place after a million threads, and names none 0", () => {
  const directory = ThreadDirectory.create(), words = new Int32Array(directory.buffer);
  directory.leave(directory.enrol("first"));
  const state = words.indexOf(1 << 2, 5); // beyond the header: a vacant place, which one thread has had
  words[state] = (2 ** 20 - 2) << 2;
  const names = ["last", "again"].map((label) => {
    const name = directory.enrol(label);
    assertEquals([placeOf(name), directory.label(name), directory.isDead(name)], [0, label, false]);
    directory.leave(name);
    assert(directory.isDead(name));
    return name;
  });
  assertEquals(names, [(2 ** 20 - 1) << 8, 1 << 8]);
});
