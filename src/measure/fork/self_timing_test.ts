import { assert, assertEquals, assertThrows } from "@std/assert";
import { SelfTiming } from "./self_timing.ts";

Deno.test("SelfTiming times from start to end, or from where the iteration begins, or to where it ends", () => {
  const timing = new SelfTiming("x", "file:///x.ts");
  const { start, end } = timing;
  const told = (calls: () => void): number => {
    timing.open();
    calls();
    return timing.close(0, 1e18);
  };
  assertEquals([told(() => {}), timing.isUsed], [1e18, false]);
  const both = told(() => {
    start();
    end();
  });
  assert(both >= 0 && both < 1e9 && timing.isUsed);
  assert(told(start) > 1e17, "to the end of the iteration");
  assert(told(end) > both, "from its beginning");
});

Deno.test("SelfTiming refuses a second call in an iteration, and one outside", () => {
  const timing = new SelfTiming("x", "file:///x.ts");
  assertThrows(() => timing.start(), TypeError, "only in some");
  timing.open();
  timing.start();
  timing.end();
  assertThrows(() => timing.start(), TypeError, "b.start() twice");
  assertThrows(() => timing.end(), TypeError, "b.end() twice");
});
