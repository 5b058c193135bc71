import { assertEquals } from "@std/assert";
import { parseDurationMs } from "./duration.ts";

Deno.test("parseDurationMs takes a bare number as milliseconds, and units", () => {
  const parsed = ["500", "500ms", "1.5s", "2m", "1h", " 3 s "].map(parseDurationMs);
  assertEquals(parsed, [500, 500, 1_500, 120_000, 3_600_000, 3_000]);
});

Deno.test("parseDurationMs refuses what is no duration", () => {
  for (const text of ["", "-1", "s", "1 day", "1e3", "0x10", "NaN", "1s2", "1".repeat(400)]) {
    assertEquals(parseDurationMs(text), undefined, text);
  }
});
