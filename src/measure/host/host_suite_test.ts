import { assert, assertEquals, assertMatch } from "@std/assert";
import { FOLDER_VARIABLE } from "./disk.ts";
import { hostSuite } from "./host_suite.ts";
import { measureHost } from "./measure_host.ts";
import { cycleOfLines } from "./memory.ts";

Deno.test("cycleOfLines() is a single cycle through the first cell of every line", () => {
  for (const cells of [4, 64, 4096]) {
    const next = cycleOfLines(cells);
    const seen = new Set<number>();
    for (let at = 0; !seen.has(at); at = next[at] ?? -1) seen.add(at);
    assertEquals([seen.size, Math.max(...seen)], [cells, (cells - 1) * 16]);
  }
});

for (const { name, fn, options } of hostSuite.benchmarks) {
  if (name.startsWith("memory_")) continue; // 128 MiB each: measured in the test of the command
  Deno.test(`host suite: ${name} succeeds again and again, and leaves nothing behind`, async () => {
    const folder = await Deno.makeTempDir();
    Deno.env.set(FOLDER_VARIABLE, folder);
    try {
      const state = await options.setup?.({});
      for (let i = 0; i < (name === "disk_sync_write" ? 3 : 300); i++) assert(await fn(state, {}) !== false);
      assertEquals(
        [...Deno.readDirSync(folder)].length,
        Deno.build.os === "windows" && name === "disk_sync_write" ? 1 : 0,
      );
      await options.teardown?.(state, {});
      assertEquals([...Deno.readDirSync(folder)], []);
    } finally {
      Deno.env.delete(FOLDER_VARIABLE);
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("measureHost() does not measure memory where there is too little, and measures nothing once it is aborted", async () => {
  const launcher = { executable: "no such program", arguments: [] };
  const options = { launcher, form: "short", availableMemoryBytes: 3e8, seed: 1, signal: AbortSignal.abort() } as const;
  const figures = await measureHost(options);
  assertEquals(figures.map(({ status }) => status), Array(7).fill("missing"));
  const reasons = figures.map((figure) => figure.status === "missing" ? figure.reason : "");
  assertMatch(reasons[2] ?? "", /needs \d+ MB of free memory, there are 300/);
  assertEquals(reasons[2], reasons[3]);
  assertMatch(reasons[0] ?? "", /interrupted/);
});
