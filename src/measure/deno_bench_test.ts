import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";

/** Runs `deno bench` on the file of test benchmarks and returns what it reports about each. */
async function denoBench(): Promise<Map<string, { ok?: { avg: number }; failed?: string; group: string | null }>> {
  const file = fileURLToPath(new URL("./testdata/deno_bench_suite.ts", import.meta.url));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bench", "--quiet", "--no-lock", "--no-check", "--json", "-A", file],
    env: { NO_COLOR: "1" },
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert(text.startsWith("{"), new TextDecoder().decode(stderr));
  const { benches } = JSON.parse(text) as {
    benches: {
      name: string;
      group: string | null;
      results: { ok?: { avg: number }; failed?: { exception?: object } }[];
    }[];
  };
  return new Map(benches.map(({ name, group, results: [result] }) => {
    const failed = result?.failed === undefined ? {} : { failed: JSON.stringify(result.failed) };
    return [name, { group, ...(result?.ok === undefined ? {} : { ok: result.ok }), ...failed }];
  }));
}

Deno.test("registerWithDenoBench() lets deno bench run the same definitions", async () => {
  const results = await denoBench();
  for (const name of ["sync", "async", "state/n=1", "state/n=2", "async setup", "hooks"]) {
    assert(results.get(name)?.ok !== undefined, `${name}: ${JSON.stringify(results.get(name))}`);
  }
  assertEquals(results.get("state/n=2")?.group, "states/n=2");
  assertStringIncludes(results.get("false")?.failed ?? "", "returned false");
  assertStringIncludes(results.get("promise of a sync function")?.failed ?? "", "declare it as an async function");
  assertStringIncludes(results.get("promise of a sync setup")?.failed ?? "", "setup returned a promise");
});
