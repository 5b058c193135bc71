import { assert, assertEquals } from "@std/assert";
import { CollectionWatch } from "./collection_watch.ts";
import { findCollector } from "./garbage.ts";

const collect = findCollector();
const ignore = collect === undefined; // without --expose-gc nothing is sure to collect

/** A watch, which there must be: this V8 tells. */
async function opened(): Promise<CollectionWatch> {
  const watch = await CollectionWatch.open(collect);
  assert(watch !== null, "V8 does not tell");
  return watch;
}

/** What the watch says about `body`. */
async function watched(watch: CollectionWatch, body: () => void | Promise<void>): Promise<boolean> {
  await watch.begin();
  await body();
  return watch.end();
}

let sink: unknown;

function allocate(objects: number): void {
  for (let i = 0; i < objects; i++) sink = { i };
}

Deno.test({
  name: "CollectionWatch tells both kinds of collection, and nothing where there was none",
  ignore,
  async fn() {
    const watch = await opened();
    for (let i = 0; i < 20; i++) {
      assertEquals(await watched(watch, () => {}), false);
      assertEquals(await watched(watch, () => allocate(100)), false);
      assertEquals(await watched(watch, () => collect?.("minor")), true);
      if (i % 5 === 0) assertEquals(await watched(watch, () => collect?.("major")), true);
    }
  },
});

Deno.test({
  name: "CollectionWatch tells the collections that allocation brings about",
  ignore,
  async fn() {
    const watch = await opened();
    assertEquals(await watched(watch, () => allocate(20_000_000)), true, "no young generation has 240 MB");
    assert(sink !== undefined);
  },
});

Deno.test({
  name: "CollectionWatch knows nothing of collections before it began, and of many in one task",
  ignore,
  async fn() {
    const watch = await opened();
    for (let i = 0; i < 3; i++) {
      collect?.("minor");
      assertEquals(await watched(watch, () => {}), false);
    }
    // What a task has made weak references of is kept in a list; here the list grows old before the watch begins.
    const kept = new WeakRef({});
    for (let i = 0; i < 3; i++) collect?.("minor");
    assert(kept.deref() !== undefined);
    assertEquals(await watched(watch, () => collect?.("minor")), true);
  },
});

Deno.test({
  name: "CollectionWatch goes on over the turns of the event loop",
  ignore,
  async fn() {
    const watch = await opened();
    const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
    collect?.("major"); // what earlier tests have left to collect
    assertEquals(await watched(watch, turn), false);
    assertEquals(await watched(watch, async () => (await turn(), collect?.("minor"), await turn())), true);
  },
});

Deno.test("CollectionWatch.open() is null where nothing collects, or collecting is not seen", async () => {
  assertEquals(await CollectionWatch.open(undefined), null);
  assertEquals(await CollectionWatch.open(() => {}), null);
});
