import { assertEquals, assertStringIncludes } from "@std/assert";
import { BenchmarkFailure, describeFailure } from "./failure.ts";
import { RETURNED_FALSE } from "./loop.ts";

Deno.test("describeFailure() words whatever was thrown", () => {
  const hostile = {
    toString() {
      throw new Error("no");
    },
  };
  const words = [new RangeError("no room"), undefined, null, "text", 7, Symbol("s"), Object.create(null), hostile]
    .map((thrown) => describeFailure(thrown).message);
  assertEquals(words, [
    "RangeError: no room",
    "threw undefined",
    "threw null",
    'threw "text"',
    "threw 7",
    "threw Symbol(s)",
    "threw something that cannot be printed",
    "threw something that cannot be printed",
  ]);
});

Deno.test("describeFailure() knows a false result and a failure that was described before", () => {
  assertEquals(describeFailure(RETURNED_FALSE).reason, "returned_false");
  const failure = { reason: "leaked_promise", message: "it leaks", stack: null } as const;
  assertEquals(describeFailure(new BenchmarkFailure(failure), "setup_failed"), failure);
});

Deno.test("describeFailure() cuts what is endless, and says what was going on", () => {
  const { message, stack } = describeFailure(new Error("x".repeat(1e6)), "threw", "setup");
  assertStringIncludes(message.slice(0, 20), "setup: Error: xxx");
  assertEquals([message.length < 2_100, (stack ?? "").length < 8_100], [true, true]);
});
