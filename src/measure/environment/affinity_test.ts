import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";

const MODULE = new URL("./affinity.ts", import.meta.url).href;
const CONFIG = fromFileUrl(new URL("../../../deno.json", import.meta.url));

/** What a program of its own prints, so that no thread of the tests is pinned. */
async function evaluate(script: string): Promise<string> {
  const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--config", CONFIG, `import { pinThread } from ${JSON.stringify(MODULE)};${script}`],
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

Deno.test({
  name: "pinThread() keeps the calling thread on one processor, another one at the next turn, and no other thread",
  ignore: Deno.build.os !== "linux" || navigator.hardwareConcurrency < 2,
  async fn() {
    const told = await evaluate(`
      const allowed = (path) => /Cpus_allowed_list:\\s*(.*)/.exec(Deno.readTextFileSync(path + "/status"))[1];
      const others = [...Deno.readDirSync("/proc/self/task")].map(({ name }) => "/proc/self/task/" + name)
        .filter((path) => !path.endsWith("/" + Deno.pid));
      const before = others.map(allowed);
      const pinned = pinThread(0), own = allowed("/proc/self/task/" + Deno.pid);
      console.log(JSON.stringify({ pinned, own, before, after: others.map(allowed) }));
    `);
    const { pinned, own, before, after } = JSON.parse(told);
    assertEquals(own, String(pinned));
    assertEquals(after, before);
    const [first, second] = JSON.parse(await evaluate(`console.log(JSON.stringify([pinThread(0), pinThread(1)]))`));
    assertEquals([typeof first, second], ["number", null], "a thread that is on one processor has no other to choose");
    assert(JSON.parse(await evaluate(`console.log(pinThread(1))`)) !== first);
  },
});
