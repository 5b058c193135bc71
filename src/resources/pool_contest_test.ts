import { assertEquals } from "@std/assert";
import { uniqueOwner } from "../coordination/deadlocks/unique_owner.ts";
import { ResourcePool } from "./pool.ts";
import { WatchNotes } from "./testdata/watch_notes.ts";

Deno.test("ResourcePool tells whoever looks for deadlocks who holds and who waits, if they say who they are", async () => {
  using notes = new WatchNotes();
  const pool = new ResourcePool({ capacity: { cpu: 4, gpu: 1 } }), controller = new AbortController();
  const a = pool.tryAcquire({ cpu: 2 }, "a"), nobody = pool.tryAcquire({ cpu: 1 });
  const b = pool.acquire({ cpu: 2, gpu: 1 }, { owner: "b" }), anybody = pool.acquire({ cpu: 2 });
  const c = pool.acquire({ gpu: 1, cpu: 1 }, { owner: "c", signal: controller.signal }).catch((reason) => reason);
  assertEquals(notes.holders, ["a: 2 cpu"]);
  assertEquals([...notes.contested.waits()].map(({ owner }) => owner), ["b", "c"]);
  controller.abort("no longer");
  assertEquals(await c, "no longer");
  a?.release();
  assertEquals([notes.holders, [...notes.contested.waits()]], [["b: 2 cpu and 1 gpu"], []]);
  pool.resize({ cpu: 5 });
  nobody?.release();
  for (const lease of await Promise.all([b, anybody])) lease.release();
  assertEquals(notes.told, [
    "a holds",
    "b waits for 2 cpu and 1 gpu",
    "c waits for 1 cpu and 1 gpu",
    "c waits no more",
    "b waits no more",
    "b holds",
    "less",
  ]);
});

Deno.test("ResourcePool says who would be served in the end, by what those hold who give nothing back", async () => {
  using notes = new WatchNotes();
  const pool = new ResourcePool({ capacity: { cpu: 8, gpu: 1 } }), { signal, abort } = abortable();
  const task = uniqueOwner("task");
  const leases = [
    pool.tryAcquire({ cpu: 2 }, "a"),
    pool.tryAcquire({ cpu: 2 }, task),
    pool.tryAcquire({ cpu: 1 }),
    pool.tryAcquire({ cpu: 1 }, { owner: "preemptible", priority: "low", preemptible: true }),
    pool.tryAcquire({ cpu: 1 }, "z"),
  ];
  pool.tryAcquire({ cpu: 1 }, "gone")?.release();
  const waits =
    ([["x", { cpu: 3 }], ["y", { cpu: 4 }], ["a", { cpu: 5 }], [task, { cpu: 4 }], ["g", { cpu: 4, gpu: 1 }]] as const)
      .map(([owner, request]) => pool.acquire(request, { owner, signal }).catch(() => {}));
  assertEquals(notes.served(() => false), ["x", "a"], "another task of a's may give back what it has");
  assertEquals(notes.served((owner) => owner === "z"), ["x", "y", "a", task, "g"]);
  assertEquals(notes.served((owner) => owner === "a"), ["x", "y", "a", task, "g"]);
  abort();
  await Promise.all(waits);
  for (const lease of leases) lease?.release();
  assertEquals([notes.holders, pool.available("cpu")], [[], 8]);
});

Deno.test("ResourcePool knows who holds something after any number of leases that were given back", async () => {
  using notes = new WatchNotes();
  const pool = new ResourcePool({ capacity: { cpu: 1_000 } }), { signal, abort } = abortable();
  const held = Array.from(
    { length: 500 },
    (_, i) => ({ owner: String(i), lease: pool.tryAcquire({ cpu: 1 }, String(i)) }),
  )
    .filter(({ owner, lease }) => {
      if (Number(owner) % 3 === 0) return true;
      lease?.release();
      return false;
    });
  held.push({ owner: "last", lease: pool.tryAcquire({ cpu: 1 }, "last") });
  const wait = pool.acquire({ cpu: 1_000 }, { owner: "all", signal }).catch(() => {});
  assertEquals(notes.holders, held.map(({ owner }) => `${owner}: 1 cpu`));
  abort();
  await wait;
  for (const { lease } of held) lease?.release();
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: () => controller.abort() };
}
