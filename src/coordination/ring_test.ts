import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { setImmediate as nextTurn } from "node:timers/promises";
import { Ring } from "./ring.ts";

Deno.test("Ring does what an array does with push and shift", () =>
  fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 300, size: "max" }), (pushes) => {
    const ring = new Ring<number>(), model: number[] = [];
    pushes.forEach((isPush, at) => {
      if (isPush) {
        ring.push(at);
        model.push(at);
      } else assertEquals(ring.shift(), model.shift());
      assertEquals(ring.size, model.length);
    });
    while (model.length > 0) assertEquals(ring.shift(), model.shift());
  })));

Deno.test("Ring keeps nothing of what was taken out", async () => {
  const gc: unknown = Reflect.get(globalThis, "gc");
  assert(typeof gc === "function", "run with --v8-flags=--expose-gc");
  const ring = new Ring<object>(), refs: WeakRef<object>[] = [];
  for (let at = 0; at < 6; at++) {
    const item = { at };
    refs.push(new WeakRef(item));
    ring.push(item);
  }
  for (let at = 0; at < 5; at++) ring.shift();
  await nextTurn(); // until then what a reference was made to is kept
  gc();
  assertEquals(refs.map((ref) => ref.deref() === undefined), [true, true, true, true, true, false]);
  assertEquals(ring.size, 1);
});
