import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { environmentSchema, quietnessSchema } from "../document_schema.ts";
import { readEnvironment } from "./environment.ts";

Deno.test("readEnvironment() is what the document's schema accepts, twice the same", async () => {
  const environment = environmentSchema.parse(await readEnvironment({ v8Flags: ["--expose-gc"] }));
  assertMatch(environment.fingerprint, /^[0-9a-f]{12}$/);
  assertEquals(environment.v8Flags, ["--expose-gc"]);
  assertEquals(environment.runtime.deno, Deno.version.deno);
  assert(environment.memoryBytes > 1e6);
  const { fingerprint } = await readEnvironment({ v8Flags: [] });
  assertEquals(fingerprint, environment.fingerprint, "flags and time leave no trace in it");
});

/** What the environment looks like from within a program that has only these permissions. */
async function withPermissions(...permissions: string[]): Promise<Record<string, unknown>> {
  const program = fileURLToPath(import.meta.resolve("./testdata/tell_environment.ts"));
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...permissions, program],
    stdin: "null",
  }).output();
  assert(success, new TextDecoder().decode(stderr));
  const told: unknown = JSON.parse(new TextDecoder().decode(stdout));
  assert(typeof told === "object" && told !== null);
  return { ...told };
}

Deno.test("the environment tells what it may, and fails at nothing, without any permission", async () => {
  const { environment, reading, quietness } = await withPermissions();
  const { kernel, cpu, memoryBytes, virtualization, git } = environmentSchema.parse(environment);
  assertEquals([kernel, cpu.model, cpu.governor], ["unknown", "unknown", null]);
  assertEquals([memoryBytes, virtualization, git], [0, null, null]);
  const { loadStart, busyRatio, stealRatio } = quietnessSchema.parse(quietness);
  assertEquals([loadStart, busyRatio, stealRatio], [null, null, null]);
  assert(typeof reading === "object" && reading !== null && "cpuNs" in reading && "processCpuNs" in reading);
  assertEquals(reading.cpuNs, null);
  assert(Number(reading.processCpuNs) > 0);
});

Deno.test("the environment tells more with the permission to ask the system, without that to read its files", async () => {
  const { environment, quietness } = await withPermissions("--allow-sys", "--allow-read");
  const { kernel, cpu, memoryBytes, git } = environmentSchema.parse(environment);
  assertEquals(kernel, Deno.osRelease());
  assert(cpu.model !== "unknown" && memoryBytes > 0);
  assertEquals(git, null, "no program may be run");
  assertEquals(quietnessSchema.parse(quietness).stealRatio, null);
});
