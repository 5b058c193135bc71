import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

/** Watching promises makes them slower for the rest of the process, so it is done in one of its own. */
Deno.test("leakedPromises() accuses those that leave promises behind, and no others", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "--v8-flags=--expose-gc",
      fileURLToPath(new URL("../testdata/leaks_main.ts", import.meta.url)),
    ],
  }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
    "nothing": 0,
    "awaited": 0,
    "nested awaits": 0,
    "thenable": 0,
    "race that drops its loser": 0,
    "dropped, and nobody can settle it": 0,
    "Atomics.waitAsync() that need not wait": 0,
    "stream": 0,
    "async generator left early": 0,
    "constant number of long-lived promises": 0,
    "ring of promises that are settled when replaced": 0,
    "dozen spares of which none is replaced at first": 0,
    "settled by a timer that is awaited": 0,
    "dropped, and somebody can settle it": 1,
    "Atomics.waitAsync() that nobody awaits": 1,
    "floating async function": 1,
    "floating timer": 1,
    "kept and listened to": 1,
    "race whose loser is kept": 1,
  });
});
