import { assertEquals } from "@std/assert";
import { Crowd } from "./crowd.ts";

Deno.test("Crowd tells whether all have passed, as many at once as may, and never more", () => {
  const crowd = new Crowd(2);
  const pass = (...moves: readonly ("enter" | "leave")[]) => {
    for (const move of moves) crowd[move]();
    return crowd.hasPassed(moves.length / 2);
  };
  assertEquals(crowd.isAwaited, true);
  assertEquals(pass("enter", "enter", "leave", "leave"), true);
  assertEquals(pass("enter", "leave", "enter", "leave"), false, "only one at a time");
  assertEquals(pass("enter", "enter", "enter", "leave", "leave", "leave"), false, "one too many");
  assertEquals(pass("enter", "leave"), true, "there is but one");
  assertEquals(crowd.hasPassed(1), false, "nobody has");
  crowd.enter();
  assertEquals(crowd.isAwaited, false);
  assertEquals(crowd.hasPassed(0), false, "somebody is inside");
});
