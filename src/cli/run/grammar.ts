/**
 * The grammar of `run`.
 *
 * @module
 */

import { type Command, Option } from "commander";
import { ACCESS_KINDS } from "./access_values.ts";

const RUN_HELP = `
Examples:
  puffin-bench new parser && puffin-bench run parser_bench.ts
  puffin-bench run bench/ 'src/**/*_bench.ts' --quick
  puffin-bench run --allow-net=localhost:8000 --allow-env server_bench.ts
  puffin-bench run --watch parser_bench.ts
  puffin-bench run --command 'grep -r TODO src' --command 'rg TODO src'
  puffin-bench run --prepare 'rm -rf dist' --command 'npm run build' --runs 20

A file calls Deno.bench, or imports suite, bench or BenchmarkRunner from
"puffin-bench". Of a folder, name_bench.ts, name.bench.ts and bench.ts are run,
in JavaScript, too. TypeScript, node: modules, packages of a node_modules folder
near the file and the imports of a deno.json work; nothing is downloaded.

A file may read its own folder; --allow-… grants more. Files that cannot be
loaded are reported as failed, the others are measured, and the exit code is 1.

Commands are run in turn, in random order, by sh -c, whose own start is measured
and taken off; each is compared with the first. Their input is empty, what they
print is discarded, and one that ends with another code than 0 has failed.
--time is how long each may take in all (default: 3s, with --quick 1s), and
--timeout how long one run may (default: 10 min).`;

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
  command.description("Measure your own benchmarks: files, folders or patterns; or whole commands")
    .argument("[files...]", "files of benchmarks, folders or patterns of them")
    .option("--watch", "run again when a file changes, and compare with the run before; until Ctrl-C")
    .option("-A, --allow-all", "allow everything");
  for (const kind of ACCESS_KINDS) command.option(`--allow-${kind} [list]`, `${ACCESS[kind]}, after =; without, all`);
  command
    .addOption(
      new Option("--command <command>", "measure this command instead of files; again for more").argParser(
        (text: string, before: readonly string[] | undefined) => [...before ?? [], text],
      ),
    )
    .option("--prepare <command>", "run this before each run of a command, its time not counted")
    .option("--warmup <number>", "runs of each command that do not count (default: 1)")
    .option("--runs <number>", "runs of each command (default: 15 to 300, as many as fit into --time)")
    .option("--shell <shell>", "shell of the commands, or none: split into words, nothing expanded (default: sh)")
    .option("--ignore-failure", "let runs of a command count that end with another code than 0")
    .option("--show-output", "show on stderr what commands print");
  return command.addHelpText("after", RUN_HELP);
}
