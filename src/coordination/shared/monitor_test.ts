import { assert, assertEquals } from "@std/assert";
import { SharedAccounts } from "./accounts.ts";
import { SharedWords } from "./atomic_memory.ts";
import { NAME_SHIFT } from "./lock_word.ts";
import { Monitor } from "./monitor.ts";
import { monitorByteLength } from "./monitor_layout.ts";
import { MOST_THREADS } from "./thread_directory.ts";

const TOTAL = 3, MAX_WAITERS = 4;

/** A monitor of three permits; who opens it has a name, and may be taken for another thread. */
function monitorOf(buffer: SharedArrayBuffer, name: number): Monitor {
  return new Monitor(new SharedWords(buffer), {
    rule: "lend",
    total: TOTAL,
    critical: 1,
    maxWaiters: MAX_WAITERS,
    me: name << NAME_SHIFT,
    watch: { isDead: () => false },
    accounts: new SharedAccounts(buffer),
  });
}

Deno.test("Monitor gets back what a dead thread held once another one has its place, even before anybody looks for the dead", () => {
  const buffer = new SharedArrayBuffer(monitorByteLength(MAX_WAITERS)), place = 7;
  const dead = monitorOf(buffer, MOST_THREADS + place), next = monitorOf(buffer, 2 * MOST_THREADS + place);
  dead.setFree(TOTAL);
  assert(dead.tryTake(2));
  assertEquals([dead.free, dead.holdings.mine, next.holdings.mine], [1, 2, 0]);
  assert(next.tryTake(1));
  assertEquals([next.free, next.holdings.mine, dead.holdings.mine], [2, 1, 0]);
  assert(next.holdings.tellDied(1));
  next.giveBack(1);
  assertEquals(next.free, TOTAL);
});

Deno.test("MonitorLine.relink() puts those who wait in the order of their arrival, whichever records they have", () => {
  const { line } = monitorOf(new SharedArrayBuffer(monitorByteLength(MAX_WAITERS)), MOST_THREADS);
  const wants: number[] = [];
  const gone = line.join(1);
  for (const want of [2, 3]) line.join(want);
  assert(gone !== undefined);
  line.vacate(gone.at);
  line.join(4); // has the first record
  line.relink();
  line.forEachWaiter((_, want) => wants.push(want));
  assertEquals(wants, [2, 3, 4]);
});
