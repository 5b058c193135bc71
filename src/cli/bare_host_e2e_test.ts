import { cpSync } from "node:fs";
import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseDocument } from "../measure/document_file.ts";
import { hasProgram, inTempDir, type Program, PUFFIN_BENCH, run, testExecutable } from "./testdata/program.ts";

/** As little measuring as there can be; what is measured elsewhere is left out. */
const TINY = ["--quick", "--forks", "1", "--rounds", "2", "--time", "1ms", "--no-references", "--no-host-figures"];

const EXAMPLES = new URL("../../examples/benchmarks/", import.meta.url);

/** The executable where there is no variable but these two, and no network, not even the loopback, where the system can take it away. */
function onBareHost(home: string): Program {
  if (Deno.build.os === "windows") return PUFFIN_BENCH;
  const withoutNetwork = ["unshare", "--net", "--map-root-user"] as const;
  const [unshare, ...options] = withoutNetwork;
  const bare = ["env", "-i", `HOME=${home}`, "PATH=/usr/bin:/bin", ...PUFFIN_BENCH] as const;
  return hasProgram(unshare, [...options, "true"]) ? [...withoutNetwork, ...bare] : bare;
}

testExecutable(
  "in an empty folder, with an empty home and no network, the executable does all that it is for",
  () =>
    inTempDir(async (folder) => {
      const [home, cwd] = [join(folder, "home"), join(folder, "work")];
      for (const path of [home, cwd]) await Deno.mkdir(path);
      const program = onBareHost(home);
      const on = (...args: string[]) => run(program, args, { cwd });

      const all = await on("all", ...TINY, "--filter", "^core-agent/Simple", "--save-results");
      assertEquals(all.code, 0, all.stderr);
      cpSync(fileURLToPath(EXAMPLES), cwd, { recursive: true });
      const files = ["class_bench.ts", "deno_bench.ts", "imports_bench.ts"];
      for (const [output, own] of [["a.json", files], ["b.json", files.slice(0, 1)]] as const) {
        const { code, stdout, stderr } = await on("run", ...own, ...TINY, "--format", "json");
        assertEquals(code, 0, stderr);
        const { benchmarks } = parseDocument(stdout, output);
        assertEquals(new Set(benchmarks.map(({ suite }) => `${suite}.ts`)), new Set(own));
        assert(benchmarks.every(({ status }) => status !== "failed"));
        await Deno.writeTextFile(join(cwd, output), stdout);
      }
      const comparison = await on("compare", "a.json", "b.json", "--fail-on", "none");
      assertEquals(comparison.code, 0, comparison.stderr);
      assert(comparison.stdout.includes("My Operation"), comparison.stdout);
      assertEquals([...Deno.readDirSync(home)], [], "nothing is written to the home");
    }),
);
