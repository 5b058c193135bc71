import { assertEquals } from "@std/assert";
import { isolate } from "./isolation.ts";

const launcher = { executable: "/bin/false", arguments: ["fork"] };
const compiled = { ...launcher, builtInV8Flags: ["--expose-gc"] };

const seen = async (...args: Parameters<typeof isolate>) => {
  await using isolation = await isolate(...args);
  return { flags: isolation.launcher.builtInV8Flags, warnings: isolation.warnings.map(({ message }) => message) };
};

Deno.test("isolate() leaves a launcher alone whose forks take V8's flags, or if nothing is asked for", async () => {
  const withV8Flag = () => Promise.reject(new Error("must not be asked"));
  assertEquals(await seen({ ...launcher, withV8Flag }, true), { flags: undefined, warnings: [] });
  assertEquals(await seen({ ...compiled, withV8Flag }, false), { flags: ["--expose-gc"], warnings: [] });
  const flags = ["--single-threaded"];
  assertEquals(await seen({ ...launcher, builtInV8Flags: flags, withV8Flag }, true), { flags, warnings: [] });
});

Deno.test("isolate() takes another launcher for flags that are built in, and gives it back", async () => {
  const calls: string[] = [];
  const withV8Flag = (flag: string) => {
    calls.push(`made with ${flag}`);
    const dispose = () => Promise.resolve(calls.push("disposed of")).then(() => {});
    return Promise.resolve({ ...launcher, builtInV8Flags: [flag], [Symbol.asyncDispose]: dispose });
  };
  assertEquals(await seen({ ...compiled, withV8Flag }, true), { flags: ["--single-threaded"], warnings: [] });
  assertEquals(calls, ["made with --single-threaded", "disposed of"]);
});

Deno.test("isolate() goes on without, and says why, if that cannot be had", async () => {
  const hint = "measure with deno run to switch them off";
  assertEquals(await seen(compiled, true), {
    flags: ["--expose-gc"],
    warnings: [`V8's helper threads are on: a compiled executable has its V8 flags built in; ${hint}`],
  });
  const withV8Flag = () => Promise.reject(new Error("no room"));
  assertEquals(await seen({ ...compiled, withV8Flag }, true), {
    flags: ["--expose-gc"],
    warnings: [`V8's helper threads are on: no room; ${hint}`],
  });
});
