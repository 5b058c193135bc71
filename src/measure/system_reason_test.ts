import { assertEquals } from "@std/assert";
import { systemReason } from "./system_reason.ts";

Deno.test("systemReason() leaves out the call and the paths that the runtime adds", async () => {
  const reasons = [
    await Deno.readTextFile("x".repeat(5_000)).catch(systemReason),
    await Deno.makeTempFile({ dir: "/none/such" }).then(String, systemReason),
    await Deno.rename("/none\n/it's", "/nowhere").catch(systemReason),
  ];
  assertEquals(reasons.every((reason) => /^[A-Z][a-z ]+ \(os error \d+\)$/.test(String(reason))), true, `${reasons}`);
});

Deno.test("systemReason() keeps any other message, on one line", () => {
  assertEquals(systemReason(new Error("first:\n open 'x'")), "first: open 'x'");
  assertEquals(systemReason(undefined), "undefined");
});
