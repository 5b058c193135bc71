import { assertEquals, assertThrows } from "@std/assert";
import { z } from "zod";
import { RUN_OPTIONS } from "../option_schemas.ts";
import { UsageError } from "../usage_error.ts";
import { commandMeasuring } from "./command_request.ts";

function asked(options: Readonly<Record<string, unknown>>, words: readonly string[] = []) {
  return commandMeasuring(z.object(RUN_OPTIONS).parse(options), words);
}

Deno.test("commandMeasuring() reads commands and how to run them, over its own defaults", () => {
  const plain = asked({ command: ["a b", "c"] });
  assertEquals(plain?.commands, {
    texts: ["a b", "c"],
    shell: { kind: "shell", program: "sh" },
    prepare: null,
    warmup: 1,
    runs: null,
    ignoreFailure: false,
    showOutput: false,
  });
  assertEquals([plain?.settings.timeMs, plain?.settings.timeoutMs], [3_000, 600_000]);
  const more = { warmup: "0", runs: "7", shell: "none", prepare: "p", time: "1s", timeout: "2s", quick: true };
  const told = asked({ command: ["a"], ...more });
  assertEquals([told?.commands.warmup, told?.commands.runs, told?.commands.prepare], [0, 7, "p"]);
  assertEquals(told?.commands.shell, { kind: "none" });
  assertEquals([told?.settings.timeMs, told?.settings.timeoutMs, told?.settings.quick], [1_000, 2_000, true]);
  assertEquals(asked({}, ["bench.ts"]), undefined);
});

Deno.test("commandMeasuring() refuses what does not go together", () => {
  const refused = (message: string, options: Readonly<Record<string, unknown>>, words: readonly string[] = []) =>
    assertThrows(() => asked(options, words), UsageError, message);
  refused("expected files, folders or patterns, or --command", {});
  refused("--runs, --ignore-failure without --command", { runs: "3", ignoreFailure: true }, ["x.ts"]);
  refused('"x.ts" with --command: measure files and commands apart', { command: ["a"] }, ["x.ts"]);
  refused("--forks with --command", { command: ["a"], forks: "3" });
  refused("--resume with --command", { command: ["a"], resume: true });
  refused("name each command once", { command: ["a", "b", "a"] });
  refused("is not closed", { command: ["echo 'a"], shell: "none" });
  refused("names no program", { command: ["a"], prepare: "''", shell: "none" });
});
