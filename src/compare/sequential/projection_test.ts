import { assertEquals } from "@std/assert";
import { evidence } from "./evidence.ts";
import { type Criterion, expectedPairs, isDecidable, isFutile } from "./projection.ts";

const criterion: Criterion = { threshold: 0.03, alpha: 0.05, multiplicity: 24 };

Deno.test("expectedPairs() is the first planned look that would decide", () => {
  for (const [effect, sd] of [[0.1, 0.02], [0.05, 0.03], [0, 0.02], [0.01, 0.03]] as const) {
    const pairs = expectedPairs(evidence(effect, sd, 4), criterion);
    assertEquals(typeof pairs, "number");
    assertEquals(isDecidable(evidence(effect, sd, pairs ?? 0), criterion), true);
    for (const earlier of [6, 8, 11, 15, 20, 27, 36, 48].filter((look) => look < (pairs ?? 0))) {
      assertEquals(isDecidable(evidence(effect, sd, earlier), criterion), false, `${effect} ± ${sd} at ${earlier}`);
    }
  }
});

Deno.test("expectedPairs() is null where no look would decide", () => {
  assertEquals(expectedPairs(evidence(Math.log(1.0299), 0.01, 8), criterion), null);
  assertEquals(expectedPairs(evidence(0, 0.2, 8), criterion), null);
  assertEquals(expectedPairs(evidence(0, 0.01, 64), criterion), null);
});

Deno.test("isFutile() gives up what is far too noisy, not what one mishap spoils, and nothing before 8 pairs", () => {
  assertEquals(isFutile(evidence(0, 0.5, 8), criterion), true);
  assertEquals(isFutile(evidence(0, 0.5, 6), criterion), false);
  assertEquals(isFutile(evidence(0.02, 0.08, 8), criterion), false); // seven pairs around 0 and one at 0.2
  assertEquals(isFutile(evidence(Math.log(1.03), 0.02, 11), criterion), false);
  assertEquals(isFutile(evidence(Math.log(1.03), 0.02, 64), criterion), true);
});
