import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { BackgroundLoad } from "./background_load.ts";
import { readLoadRequest } from "./fork/load.ts";
import { MeasureError } from "./measure_error.ts";

const path = (name: string) => fileURLToPath(new URL(`./testdata/${name}`, import.meta.url));
const deno = ["run", "--quiet", "--no-lock", "--no-check", "--allow-all"];

function launcherOf(mark: string) {
  return { executable: Deno.execPath(), arguments: [...deno, path("fork_main.ts"), mark] };
}

/** The processes whose last argument is `mark`. */
function processesWith(mark: string): string[] {
  return [...Deno.readDirSync("/proc")].map(({ name }) => name).filter((pid) => {
    try {
      return /^\d+$/.test(pid) && Deno.readTextFileSync(`/proc/${pid}/cmdline`).endsWith(`\0${mark}\0`);
    } catch {
      return false; // it is gone
    }
  });
}

/** CPU time of a process, in ticks of the system. */
function cpuTicks(pid: string): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

/** Whether the main thread of a process waits for something. */
function isAsleep(pid: string): boolean {
  return Deno.readTextFileSync(`/proc/${pid}/task/${pid}/stat`).split(") ")[1]?.startsWith("S") === true;
}

const isLinux = Deno.build.os === "linux";

for (const kind of ["busy", "on_off"] as const) {
  Deno.test(`BackgroundLoad of kind ${kind} is there until it is disposed of, and uses the processor`, async () => {
    const mark = crypto.randomUUID();
    {
      await using load = await BackgroundLoad.start(launcherOf(mark), kind, { seed: 3 });
      assert(load.isRunning);
      if (isLinux) {
        const [pid = "", ...others] = processesWith(mark);
        assertEquals(others, []);
        const before = cpuTicks(pid);
        // Never ends if it does nothing; how long it takes depends on who else wants the processor.
        while (cpuTicks(pid) < before + 5) await new Promise((resolve) => setTimeout(resolve, 20));
        while (kind === "on_off" && !isAsleep(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    if (isLinux) assertEquals(processesWith(mark), []);
  });
}

Deno.test({
  name: "BackgroundLoad ends when its parent is killed",
  ignore: !isLinux, // no /proc to see it in
  async fn() {
    const mark = crypto.randomUUID();
    const parent = new Deno.Command(Deno.execPath(), { args: [...deno, path("load_main.ts"), mark], stdout: "piped" })
      .spawn();
    const reader = parent.stdout.getReader();
    assertStringIncludes(new TextDecoder().decode((await reader.read()).value), "loading");
    const loads = processesWith(mark).filter((pid) => Number(pid) !== parent.pid);
    assertEquals(loads.length, 1);
    parent.kill("SIGKILL");
    await parent.status;
    await reader.cancel();
    await new Deno.Command("tail", { args: [`--pid=${loads[0]}`, "-f", "/dev/null"] }).output(); // ends when it has
    assertEquals(processesWith(mark), []);
  },
});

Deno.test("BackgroundLoad.start() says why a program is no load", async () => {
  const failing = { executable: Deno.execPath(), arguments: ["eval", "console.error('no such thing'); Deno.exit(4)"] };
  const error = await assertRejects(() => BackgroundLoad.start(failing, "busy"), MeasureError);
  assertEquals(error.code, "fork_broken");
  assertStringIncludes(error.message, "exit code 4: no such thing");
  const missing = { executable: "/nowhere/puffin-bench", arguments: [] };
  await assertRejects(() => BackgroundLoad.start(missing, "busy"), MeasureError, "Cannot load this host");
  const silent = { executable: Deno.execPath(), arguments: ["eval", "setTimeout(() => {}, 600_000)"] };
  await assertRejects(() => BackgroundLoad.start(silent, "busy", { timeoutMs: 1 }), MeasureError, "after 1 ms");
});

Deno.test("BackgroundLoad.start() ends with the signal's reason, and leaves nothing behind", async () => {
  const mark = crypto.randomUUID();
  const abort = new AbortController();
  const starting = BackgroundLoad.start(launcherOf(mark), "busy", { signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => starting, Error, "enough");
  if (isLinux) assertEquals(processesWith(mark), []);
  await assertRejects(() => BackgroundLoad.start(launcherOf(mark), "busy", { signal: abort.signal }), Error, "enough");
});

Deno.test("readLoadRequest() takes nothing else for one", () => {
  const request = { task: "load", token: "0123456789abcdef", kind: "busy", seed: 1 };
  assertEquals(readLoadRequest(JSON.stringify(request)), { ...request, task: "load", kind: "busy" });
  for (
    const other of ["", "{", "null", JSON.stringify({ ...request, kind: "mild" }), JSON.stringify({ task: "time" })]
  ) {
    assertEquals(readLoadRequest(other), null);
  }
});
