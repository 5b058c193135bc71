import { assertEquals } from "@std/assert";
import fc from "fast-check";
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
