import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const MODULE = new URL("./affinity.ts", import.meta.url).href;
const CONFIG = fileURLToPath(new URL("../../../deno.json", import.meta.url));

/** What a program of its own prints, so that no thread of the tests is pinned. */
async function evaluate(script: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--config", CONFIG, `import { HelperThreads } from ${JSON.stringify(MODULE)};${script}`],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

const isLinux = Deno.build.os === "linux" && navigator.hardwareConcurrency > 1;

/** What is known of each thread of a program that evaluates this: its number, its name and where it may run. */
const THREADS = `
  const threads = () => [...Deno.readDirSync("/proc/self/task")].map(({ name }) => {
    const status = Deno.readTextFileSync("/proc/self/task/" + name + "/status");
    const [, comm] = /Name:\\t(.*)/.exec(status), [, allowed] = /Cpus_allowed_list:\\s*(.*)/.exec(status);
    return { isMain: name === String(Deno.pid), isHelper: comm.startsWith("V8 "), allowed };
  });
`;

interface Thread {
  readonly isMain: boolean;
  readonly isHelper: boolean;
  readonly allowed: string;
}

const isFree = ({ isMain, isHelper }: Thread) => !isMain && !isHelper;

Deno.test({
  name:
    "HelperThreads.pin() keeps the caller and V8's helpers on one processor, another one at the next turn, and no other thread",
  ignore: !isLinux,
  async fn() {
    const told = await evaluate(`${THREADS}
      const before = threads(), pinned = HelperThreads.open().pin(0);
      console.log(JSON.stringify({ pinned, before, after: threads() }));
    `);
    const { pinned, before, after }: { pinned: number; before: Thread[]; after: Thread[] } = JSON.parse(told);
    const [all] = before.map(({ allowed }) => allowed);
    assert(before.some(({ isHelper }) => isHelper), told);
    for (const thread of after) assertEquals(thread.allowed, isFree(thread) ? all : String(pinned), told);
    const [first, second] = JSON.parse(
      await evaluate(
        `const helpers = HelperThreads.open(); console.log(JSON.stringify([helpers.pin(0), helpers.pin(1)]))`,
      ),
    );
    assertEquals([typeof first, second], ["number", null], "a thread that is on one processor has no other to choose");
    assert(JSON.parse(await evaluate(`console.log(HelperThreads.open().pin(1))`)) !== first);
  },
});

Deno.test({
  name: "HelperThreads.gather() keeps V8's helpers where the caller is, and lets all others run wherever they like",
  ignore: !isLinux,
  async fn() {
    const told = await evaluate(`${THREADS}
      const before = threads();
      HelperThreads.open().gather();
      console.log(JSON.stringify({ before, after: threads() }));
    `);
    const { before, after }: { before: Thread[]; after: Thread[] } = JSON.parse(told);
    const [all] = before.map(({ allowed }) => allowed), helpers = after.filter(({ isHelper }) => isHelper);
    for (const { allowed } of helpers) assert(/^\d+$/.test(allowed), told);
    assertEquals(new Set(helpers.map(({ allowed }) => allowed)).size, 1, told);
    for (const thread of after) if (!thread.isHelper) assertEquals(thread.allowed, all, told);
  },
});
