import { assertEquals } from "@std/assert";
import type { ForkLauncher } from "../fork_launcher.ts";
import { ISOLATING_FLAG, timedV8Flags } from "../run/spawn.ts";
import { isolateLaunchers } from "./isolated_launchers.ts";

const plain: ForkLauncher = { executable: "deno", arguments: ["run"] };

/** A compiled program, of which copies are made; tells what has become of them. */
function compiled(name: string, events: string[]): ForkLauncher {
  const builtInV8Flags = ["--expose-gc"];
  const withV8Flag = (flag: string) => {
    events.push(`${name} copied`);
    const dispose = () => Promise.resolve(events.push(`${name} removed`)).then(() => {});
    return Promise.resolve({
      ...plain,
      executable: `copy of ${name}`,
      builtInV8Flags: [...builtInV8Flags, flag],
      [Symbol.asyncDispose]: dispose,
    });
  };
  return { executable: name, arguments: [], builtInV8Flags, withV8Flag };
}

Deno.test("isolateLaunchers() sets the flag of programs that take it from their environment", async () => {
  await using isolated = await isolateLaunchers({ a: plain, b: { ...plain, executable: "other" } });
  assertEquals([isolated.isIsolated, isolated.warnings], [true, []]);
  for (const side of ["a", "b"] as const) {
    assertEquals(timedV8Flags(isolated.launchers[side], false).includes(ISOLATING_FLAG), true, side);
  }
  assertEquals(isolated.launchers.b.executable, "other");
});

Deno.test("isolateLaunchers() copies compiled programs, each once, and removes the copies", async () => {
  const events: string[] = [];
  const [old, recent] = [compiled("old", events), compiled("recent", events)];
  {
    await using isolated = await isolateLaunchers({ a: old, b: recent });
    assertEquals(isolated.launchers.a.executable, "copy of old");
    assertEquals(isolated.launchers.b.builtInV8Flags, ["--expose-gc", ISOLATING_FLAG]);
  }
  assertEquals(events.toSorted(), ["old copied", "old removed", "recent copied", "recent removed"]);
  events.length = 0;
  {
    await using isolated = await isolateLaunchers({ a: old, b: old });
    assertEquals(isolated.launchers.a, isolated.launchers.b);
  }
  assertEquals(events, ["old copied", "old removed"]);
});

Deno.test("isolateLaunchers() leaves both as they are, and says why, if one of them cannot be limited", async () => {
  const events: string[] = [];
  const stubborn = { ...plain, withV8Flag: () => Promise.reject(new Error("no room")) };
  for (const [b, reason] of [[stubborn, "no room"], [{ ...plain, builtInV8Flags: [] }, "built in"]] as const) {
    const launchers = { a: compiled("old", events), b };
    await using isolated = await isolateLaunchers(launchers);
    assertEquals([isolated.launchers, isolated.isIsolated], [launchers, false]);
    assertEquals(isolated.warnings.map(({ code }) => code), ["helper_threads_on"]);
    assertEquals(isolated.warnings[0]?.message.includes(reason), true, isolated.warnings[0]?.message);
    assertEquals(events, ["old copied", "old removed"]);
    events.length = 0;
  }
});
