import { assert, assertEquals } from "@std/assert";
import { createRandom } from "../random.ts";
import { balancedOrder, otherSide } from "./order.ts";

Deno.test("balancedOrder() begins a block with either side, equally often", () => {
  const random = createRandom(1);
  const blocks = Array.from({ length: 1_000 }, () => balancedOrder(random));
  assert(blocks.every(([first, second]) => second === otherSide(first)));
  const share = blocks.filter(([first]) => first === "a").length / blocks.length;
  assert(Math.abs(share - 0.5) < 0.06, String(share)); // four standard errors
});

Deno.test("otherSide() is the other side", () => {
  assertEquals([otherSide("a"), otherSide("b")], ["b", "a"]);
});
