import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { midranks } from "./midranks.ts";

Deno.test("midranks() counts how many values are smaller, and half of those that are equal", () => {
  assertEquals(midranks([30, 10, 20, 10]), [4, 1.5, 3, 1.5]);
  fc.assert(fc.property(fc.array(fc.nat(9)), (values) => {
    const dominance = values.map((value) => values.reduce((sum, other) => sum + Math.sign(value - other), 0));
    assertEquals(midranks(values).map((rank) => 2 * rank - values.length - 1), dominance);
  }));
});
