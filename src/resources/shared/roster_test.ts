import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { ANSWERS, INCARNATION } from "./layout.ts";
import { createMemory } from "./memory.ts";
import { Roster } from "./roster.ts";

Deno.test("Roster begins anew with the names of a place after a million threads, and names none 0", () => {
  const memory = createMemory([1], { kinds: 1, maxThreads: 2, maxLeases: 1, maxWaiters: 1 }),
    roster = new Roster(memory);
  memory.words[memory.layout.thread(0) + INCARNATION] = 2 ** 20 - 2;
  const names = [0, 1].map(() => {
    const place = roster.enrol(), name = roster.name(place);
    assertEquals(place, 0);
    roster.strike(place);
    return name;
  });
  assertEquals(names, [(2 ** 20 - 1) * 2 ** 11, 2 ** 11]);
  assertEquals([roster.enrol(), roster.enrol(), roster.enrol(), roster.end], [0, 1, -1, 2]);
  assertEquals(roster.name(1), 2 ** 11 + 2, "another in each place");
});

Deno.test("Roster finds out that a thread has died, however often and by however many it was asked while it was dying", () => {
  const clock = FakeTimers.install({ toFake: ["performance"] });
  try {
    const memory = createMemory([1], { kinds: 1, maxThreads: 2, maxLeases: 1, maxWaiters: 1 });
    const roster = new Roster(memory), place = roster.enrol(), name = roster.name(place);
    roster.admit(place);
    roster.arm(place, () => {}); // its event loop will not turn again
    for (let asked = 0; asked < 1_000; asked++) {
      assertEquals(roster.isDead(name), false);
      clock.tick(1);
    }
    Atomics.notify(memory.words, memory.layout.thread(place) + ANSWERS); // as the engine strikes its waits out
    let seconds = 0;
    while (seconds < 60 && !roster.isDead(name)) {
      clock.tick(1_000);
      seconds++;
    }
    assert(seconds < 60);
  } finally {
    clock.uninstall();
  }
});
