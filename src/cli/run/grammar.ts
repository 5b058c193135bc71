/**
 * The grammar of `run`.
 *
 * @module
 */

import type { Command } from "commander";
import { ACCESS_KINDS } from "./access_values.ts";

const RUN_HELP = `
Examples:
  puffin-bench new parser && puffin-bench run parser_bench.ts
  puffin-bench run bench/ 'src/**/*_bench.ts' --quick
  puffin-bench run --allow-net=localhost:8000 --allow-env server_bench.ts
  puffin-bench run --watch parser_bench.ts

A file calls Deno.bench, or imports suite, bench or BenchmarkRunner from
"puffin-bench". Of a folder, name_bench.ts, name.bench.ts and bench.ts are run,
in JavaScript, too. TypeScript, node: modules, packages of a node_modules folder
near the file and the imports of a deno.json work; nothing is downloaded.

A file may read its own folder; --allow-… grants more. Files that cannot be
loaded are reported as failed, the others are measured, and the exit code is 1.`;

/** What each kind of access is to. */
const ACCESS: Readonly<Record<typeof ACCESS_KINDS[number], string>> = {
  read: "files and folders",
  write: "files and folders",
  net: "hosts",
  env: "variables of the environment",
  run: "programs that it may start",
  ffi: "native libraries",
  sys: "what it may ask about the system",
};

/** Adds what `run` has besides the options of all commands that measure. */
export function runCommand(command: Command): Command {
  command.description("Measure your own benchmarks: files, folders or patterns")
    .argument("<files...>", "files of benchmarks, folders or patterns of them")
    .option("--watch", "run again when a file changes, and compare with the run before; until Ctrl-C")
    .option("-A, --allow-all", "allow everything");
  for (const kind of ACCESS_KINDS) command.option(`--allow-${kind} [list]`, `${ACCESS[kind]}, after =; without, all`);
  return command.addHelpText("after", RUN_HELP);
}
