/** Skipped where the collector cannot be asked for (`--v8-flags=--expose-gc`): nothing is sure to collect. */
import { assertEquals } from "@std/assert";
import process from "node:process";
import { setImmediate as nextTurn } from "node:timers/promises";
import { CollectionCounter } from "./collection_counter.ts";

/** V8 11 of Node.js 20 calls finalizers after collections of everything alone. */
const TYPES = parseInt(process.versions.v8) > 11 ? ["minor", "major"] as const : ["major"] as const;
const collect: unknown = Reflect.get(globalThis, "gc");

/** Collects, and lets finalizers run. */
async function collected(type: "minor" | "major"): Promise<void> {
  if (typeof collect === "function") type === "minor" ? collect({ type }) : collect();
  for (let turn = 0; turn < 3; turn++) await nextTurn();
}

Deno.test({
  name: "CollectionCounter counts turns in which garbage was collected, young or old, until it is ended",
  ignore: typeof collect !== "function",
  async fn() {
    const counter = new CollectionCounter();
    await nextTurn();
    for (const type of TYPES) {
      const before = counter.count;
      for (let time = 0; time < 5; time++) await collected(type);
      assertEquals(counter.count - before >= 5, true, `${type}: ${counter.count - before}`);
    }
    counter[Symbol.dispose]();
    const ended = counter.count;
    for (let time = 0; time < 3; time++) await collected("major");
    assertEquals(counter.count, ended);
  },
});
