import { assertEquals } from "@std/assert";
import type { ForkLauncher } from "../fork_launcher.ts";
import { timedV8Flags } from "../run/spawn.ts";
import { limitYoungGenerations, YOUNG_GENERATION_FLAG } from "./young_generation.ts";

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

Deno.test("limitYoungGenerations() sets the flag of programs that take it from their environment", async () => {
  await using limited = await limitYoungGenerations({ a: plain, b: { ...plain, executable: "other" } });
  assertEquals([limited.isLimited, limited.warnings], [true, []]);
  for (const side of ["a", "b"] as const) {
    assertEquals(timedV8Flags(limited.launchers[side], false).includes(YOUNG_GENERATION_FLAG), true, side);
  }
  assertEquals(limited.launchers.b.executable, "other");
});

Deno.test("limitYoungGenerations() copies compiled programs, each once, and removes the copies", async () => {
  const events: string[] = [];
  const [old, recent] = [compiled("old", events), compiled("recent", events)];
  {
    await using limited = await limitYoungGenerations({ a: old, b: recent });
    assertEquals(limited.launchers.a.executable, "copy of old");
    assertEquals(limited.launchers.b.builtInV8Flags, ["--expose-gc", YOUNG_GENERATION_FLAG]);
  }
  assertEquals(events.toSorted(), ["old copied", "old removed", "recent copied", "recent removed"]);
  events.length = 0;
  {
    await using limited = await limitYoungGenerations({ a: old, b: old });
    assertEquals(limited.launchers.a, limited.launchers.b);
  }
  assertEquals(events, ["old copied", "old removed"]);
});

Deno.test("limitYoungGenerations() leaves both as they are, and says why, if one of them cannot be limited", async () => {
  const events: string[] = [];
  const stubborn = { ...plain, withV8Flag: () => Promise.reject(new Error("no room")) };
  for (const [b, reason] of [[stubborn, "no room"], [{ ...plain, builtInV8Flags: [] }, "built in"]] as const) {
    const launchers = { a: compiled("old", events), b };
    await using limited = await limitYoungGenerations(launchers);
    assertEquals([limited.launchers, limited.isLimited], [launchers, false]);
    assertEquals(limited.warnings.map(({ code }) => code), ["young_generation_unlimited"]);
    assertEquals(limited.warnings[0]?.message.includes(reason), true, limited.warnings[0]?.message);
    assertEquals(events, ["old copied", "old removed"]);
    events.length = 0;
  }
});
