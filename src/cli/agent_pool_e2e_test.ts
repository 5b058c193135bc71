import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "../measure/document_file.ts";
import { inTempDir, type Outcome, PUFFIN_BENCH, run, testExecutable } from "./testdata/program.ts";

/** A benchmark for each module that Workers run, whose names begin so. */
const ON_WORKERS = [
  "resource-management/Concurrent Acquisitions",
  "coordination/Semaphore Contention",
  "coordination/Rate Limiter Contention",
  "coordination/Shared channel, values to a thread",
  "coordination/Agent Pool Work Processing, on Workers",
  "observability/Concurrent Metric Recording",
];

// From source they are at hand, and each suite's own tests run them.
testExecutable("puffin-bench brings along what Workers run, agents of a pool among them", async () => {
  const args = [
    "all",
    "--quick",
    "--forks",
    "1",
    "--time",
    "5ms",
    "--no-references",
    "--no-host-figures",
    "--format",
    "json",
  ];
  const { code, stdout, stderr } = await run(PUFFIN_BENCH, [...args, "--filter", `^(${ON_WORKERS.join("|")})`]);
  assertEquals(code, 0, stderr);
  const statuses = parseDocument(stdout, "stdout").benchmarks.map((
    { id, status },
  ) => [id.replace(/\/[^/]*=.*/, ""), status]);
  assertEquals(statuses, ON_WORKERS.map((id) => [id, "ok"]));
});

const pathOf = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Compiles a user's program to `output`, and runs it. */
async function compiled(output: string, includes: readonly string[]): Promise<Outcome> {
  const args = ["compile", "--quiet", "--no-check", "--allow-all", "--config", pathOf("../../deno.json")];
  const named = includes.flatMap((path) => ["--include", pathOf(path)]);
  const program = pathOf("./testdata/pooled_program.ts");
  const compile = (env: Readonly<Record<string, string>>) =>
    run([Deno.execPath(), ...args, ...named, "--output", output, program], [], { env });
  let { code, stderr } = await compile({});
  if (code !== 0) { // as in scripts/compile: Deno's own server may be out of reach
    const { stdout } = await run(["sh", pathOf("../../scripts/denort")], []);
    ({ code, stderr } = await compile({ DENORT_BIN: stdout.trim() }));
  }
  assertEquals(code, 0, stderr);
  return await run([output], []);
}

// Whoever has built the executable can build one.
if (Deno.env.get("PUFFIN_BENCH_BINARY") !== undefined) {
  Deno.test("AgentPool runs in a user's executable with what only Workers load included, and says what is missing", () =>
    inTempDir(async (folder) => {
      const pool = "../coordination/agent_pool/";
      const whole = await compiled(join(folder, "whole"), [
        `${pool}worker_entry.ts`,
        `${pool}testdata/tasks.ts`,
        `${pool}testdata/entry.ts`,
      ]);
      assertEquals([JSON.parse(whole.stdout), whole.code], [[42, { doubled: 42 }, 42], 0], whole.stderr);
      const bare = await compiled(join(folder, "bare"), []);
      const messages: unknown[] = JSON.parse(bare.stdout);
      assert(messages.every((message) => String(message).includes("--include")), bare.stdout);
    }));
}
