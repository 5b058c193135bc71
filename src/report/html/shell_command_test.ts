import { assertEquals } from "@std/assert";
import { shellCommand } from "./shell_command.ts";

Deno.test("shellCommand quotes what a shell would act on", () => {
  assertEquals(
    shellCommand(["puffin-bench", "all", "--filter", "a|b $(rm)", "it's", ""]),
    `puffin-bench all --filter 'a|b $(rm)' 'it'\\''s' ''`,
  );
});

Deno.test("shellCommand shows characters that act on a terminal as escapes", () => {
  assertEquals(shellCommand(["a\nb\x1b[0m"]), String.raw`'a\nb\u{1b}[0m'`);
});
