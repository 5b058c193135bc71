import { assert, assertEquals } from "@std/assert";
import { governor, readProcessor } from "./processor.ts";
import { hostWith } from "./testdata/host_files.ts";

const governorFile = (cpu: number) => `/sys/devices/system/cpu/cpu${cpu}/cpufreq/scaling_governor`;

Deno.test("readProcessor() tells model and count", () => {
  const { model, count } = readProcessor(hostWith({}));
  assert(model.length > 0);
  assertEquals(count, navigator.hardwareConcurrency);
});

Deno.test("governor() names each governor once, and is null without any", () => {
  const files = {
    [governorFile(0)]: "powersave\n",
    [governorFile(1)]: "performance\n",
    [governorFile(3)]: "powersave\n",
  };
  assertEquals(governor(hostWith(files), 4), "performance, powersave");
  assertEquals(governor(hostWith(files), 1), "powersave");
  assertEquals(governor(hostWith({}), 64), null);
  assertEquals(governor(hostWith({ [governorFile(0)]: "\n" }), 1), null);
});
