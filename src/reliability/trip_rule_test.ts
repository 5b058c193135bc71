import { assertEquals } from "@std/assert";
import { outcomeWindow, type TripRule } from "./trip_rule.ts";

/** Whether the last of so many failures among a hundred calls opens. */
function opens(rule: TripRule, failures: number): boolean {
  const window = outcomeWindow(rule, () => 0);
  for (let call = 0; call < 100 - failures; call++) window.succeeded();
  let isOpened = false;
  for (let call = 0; call < failures; call++) isOpened = window.failed();
  return isOpened;
}

Deno.test("outcomeWindow() opens at every whole percentage exactly, and not one failure before", () => {
  for (let percent = 1; percent <= 100; percent++) {
    const failureRatio = percent / 100;
    for (
      const rule of [
        { kind: "count", calls: 100, failureRatio },
        { kind: "time", windowMs: 1000, failureRatio, minimumCalls: 100 },
      ] as const
    ) {
      assertEquals(opens(rule, percent), true, `${percent} of 100, by ${rule.kind}`);
      assertEquals(opens(rule, percent - 1), false, `${percent - 1} of 100 for ${percent}, by ${rule.kind}`);
    }
  }
});
