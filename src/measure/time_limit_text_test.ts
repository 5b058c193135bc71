import { assertEquals } from "@std/assert";
import { timeLimitText } from "./time_limit_text.ts";

Deno.test("timeLimitText() is in seconds from one second on", () => {
  assertEquals([20, 999, 1_000, 1_500, 30_000].map(timeLimitText), ["20 ms", "999 ms", "1 s", "1.5 s", "30 s"]);
});
