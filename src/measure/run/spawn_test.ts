import { assert, assertEquals, assertNotEquals } from "@std/assert";
import type { ForkRequest } from "../protocol.ts";
import { QUICK_SETTINGS } from "../settings.ts";
import { spawnBy, spawnProcess, timedV8Flags } from "./spawn.ts";

/** Prints what a fork finds in its environment. */
const launcher = {
  executable: Deno.execPath(),
  arguments: ["eval", "console.log(Deno.env.get('DENO_V8_FLAGS'), Deno.env.get('PUFFIN_BENCH_PADDING').length)"],
};

async function environmentOf(change: Partial<ForkRequest>): Promise<{ flags: string[]; padding: number }> {
  const settings = { ...QUICK_SETTINGS, seed: 1 };
  const process = spawnBy(launcher)({
    token: "",
    task: "time",
    suite: "a",
    fork: 0,
    seed: 1,
    settings,
    slowdown: 1,
    code: null,
    benchmarks: [],
    ...change,
  });
  const [text] = await Promise.all([
    new Response(process.stdout).text(),
    new Response(process.stderr).text(),
    process.exit,
  ]);
  const [flags = "", padding = ""] = text.trim().split(" ");
  return { flags: flags.split(","), padding: Number(padding) };
}

Deno.test("spawnBy() pads each fork's environment by a length that its seed decides", async () => {
  const [first, again, other] = await Promise.all([{ seed: 1 }, { seed: 1 }, { seed: 2 }].map(environmentOf));
  assertEquals(first?.padding, again?.padding);
  assertNotEquals(first?.padding, other?.padding);
  assert((first?.padding ?? -1) >= 0 && (first?.padding ?? 0) < 4_096);
});

Deno.test("spawnBy() traces collections only where nothing is timed, and isolates V8 where that is asked for", async () => {
  const settings = { ...QUICK_SETTINGS, seed: 1, isolateVm: true };
  const [timed, memory, isolated] = await Promise.all(
    [{}, { task: "memory" } as const, { settings }].map(environmentOf),
  );
  assertEquals(timed?.flags, [...timedV8Flags(launcher, false)]);
  assert(timed?.flags.includes("--expose-gc") && !timed.flags.includes("--trace-gc"));
  assert(memory?.flags.includes("--trace-gc"));
  assert(isolated?.flags.includes("--single-threaded"));
});

Deno.test("timedV8Flags() of a compiled executable are those built into it, whatever is asked for", () => {
  assertEquals(timedV8Flags({ ...launcher, builtInV8Flags: ["--expose-gc"] }, true), ["--expose-gc"]);
});

Deno.test("spawnBy() tells how a process ended, and minds neither writing to it nor killing it then", async () => {
  const settings = { ...QUICK_SETTINGS, seed: 1 };
  const request: ForkRequest = {
    token: "",
    task: "time",
    suite: "a",
    fork: 0,
    seed: 1,
    settings,
    slowdown: 1,
    code: null,
    benchmarks: [],
  };
  const process = spawnBy({ executable: Deno.execPath(), arguments: ["eval", "Deno.exit(7)"] })(request);
  await Promise.all([process.stdout.cancel(), process.stderr.cancel()]);
  assertEquals(await process.exit, "exit code 7");
  await process.send("too late");
  process.kill();
});

Deno.test({
  name: "spawnProcess() starts a process with which all that it has started ends, killed or by itself",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    for (const script of ["sleep 1000", "sleep 1000 & echo; exit 1"]) {
      const process = spawnProcess({ executable: "sh", arguments: ["-c", `${script}; exit 2`] }, 1, []);
      if (script === "sleep 1000") process.kill();
      await process.exit;
      // The streams end with the last process that holds them: with a sleep left behind, never.
      await Promise.all([new Response(process.stdout).text(), new Response(process.stderr).text()]);
    }
  },
});
