import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { RunLock } from "./run_lock.ts";
import { inTempDir } from "../../testdata/temp_dir.ts";

const names = async (folder: string) => (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();

Deno.test("RunLock.others() knows the runs that live, in both directions, and not itself", () =>
  inTempDir(async (folder) => {
    const first = await RunLock.acquire(folder);
    assertEquals(await first.others(), []);
    const second = await RunLock.acquire(folder);
    assertEquals([await first.others(), await second.others()], [[Deno.pid], [Deno.pid]]);
    await first.release();
    assertEquals(await second.others(), []);
    await second.release();
    assertEquals(await names(folder), []);
  }));

Deno.test("RunLock.others() removes what a run has left that was killed", () =>
  inTempDir(async (folder) => {
    const module = new URL("./run_lock.ts", import.meta.url).href;
    const main = join(folder, "main.ts");
    await Deno.writeTextFile(
      main,
      `import { RunLock } from ${JSON.stringify(module)};
       await RunLock.acquire(${JSON.stringify(folder)});
       console.log("held");
       await new Promise((resolve) => setTimeout(resolve, 60_000));`,
    );
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-lock", "--config", config, "-A", main],
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.getReader();
    await reader.read(); // it says that it holds its lock
    const lock = await RunLock.acquire(folder);
    assertEquals(await lock.others(), [child.pid]);
    child.kill("SIGKILL");
    await child.status;
    await reader.cancel();
    assertEquals(await lock.others(), []);
    await lock.release();
    assertEquals(await names(folder), ["main.ts"]);
  }));

Deno.test("RunLock leaves foreign files alone, and lives without a folder", async () => {
  await inTempDir(async (folder) => {
    await Deno.writeTextFile(join(folder, "puffin-bench-1-x.txt"), "mine");
    const lock = await RunLock.acquire(folder);
    assertEquals(await lock.others(), []);
    await lock.release();
    assertEquals(await names(folder), ["puffin-bench-1-x.txt"]);
  });
  const lock = await RunLock.acquire("/nowhere/at/all");
  assertEquals(await lock.others(), []);
  await lock.release();
});
