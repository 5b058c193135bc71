import { assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

/** Watching promises makes them slower for the rest of the process, so it is done in one of its own. */
Deno.test("leakedPromises() accuses those that leave promises behind, and no others", async () => {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-lock",
      "--v8-flags=--expose-gc",
      fromFileUrl(new URL("../testdata/leaks_main.ts", import.meta.url)),
    ],
  }).output();
  assertEquals(JSON.parse(new TextDecoder().decode(stdout)), {
    "nothing": false,
    "awaited": false,
    "nested awaits": false,
    "thenable": false,
    "race that drops its loser": false,
    "stream": false,
    "async generator left early": false,
    "constant number of long-lived promises": false,
    "ring of promises that are settled when replaced": false,
    "settled by a timer that is awaited": false,
    "dropped": true,
    "floating async function": true,
    "floating timer": true,
    "kept and listened to": true,
    "race whose loser is kept": true,
  });
});
