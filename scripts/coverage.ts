/**
 * Which lines of src the tests reach, by folder, and the files of which they reach least: reads the report that `deno coverage --lcov`
 * has written, as `./denow task coverage` does. Fails if it is less than 95 % of all lines.
 *
 * Workers and child processes are counted, but not a Worker that sleeps in `Atomics.wait` when it is ended, or whose process ends
 * before it, as where a user's benchmarks run; nor a process that is killed. A file that nothing has loaded is not in the report; it
 * counts as one of which no line was reached. Examples in documentation are not run.
 *
 * @module
 */

import { dirname, relative } from "node:path";
import ts from "typescript";

const LEAST_SHARE = 0.95;
const WORST_FILES = 20;

interface Lines {
  readonly name: string;
  readonly reached: number;
  readonly all: number;
}

if (import.meta.main) await main(Deno.args);

async function main([report]: readonly string[]): Promise<void> {
  if (report === undefined) {
    console.error("coverage: usage: coverage REPORT.lcov");
    Deno.exit(2);
  }
  const loaded = filesOf(await Deno.readTextFile(report));
  const names = new Set(loaded.map(({ name }) => name));
  const absent = (await sources("src")).filter((name) => !names.has(name)).map(unreached).filter(({ all }) => all > 0);
  const files = [...loaded, ...absent];
  print(
    "Folder",
    [...Map.groupBy(files, ({ name }) => dirname(name))].map(([name, some]) => sum(name, some)).sort(byName),
  );
  print("File", files.toSorted((a, b) => share(a) - share(b)).slice(0, WORST_FILES));
  for (const { name } of absent) console.log(`Never loaded: ${name}`);
  const total = sum("src", files);
  print("All", [total]);
  if (share(total) < LEAST_SHARE) {
    console.error(`coverage: the tests reach less than ${100 * LEAST_SHARE} % of the lines of src`);
    Deno.exit(1);
  }
}

function filesOf(lcov: string): Lines[] {
  return lcov.split("end_of_record").filter((record) => record.includes("SF:")).map((record) => {
    const counts = [...record.matchAll(/^DA:\d+,(\d+)/gm)].map(([, count]) => Number(count));
    const path = /^SF:(.*)$/m.exec(record)?.[1] ?? "";
    return {
      name: relative(Deno.cwd(), path),
      reached: counts.filter((count) => count > 0).length,
      all: counts.length,
    };
  });
}

/** The files in a folder that are neither tests nor for tests, nor names for another library. */
async function sources(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) found.push(...(name === "testdata" || path === "src/std" ? [] : await sources(path)));
    else if (/\.ts$/.test(name) && !/_test\.ts$|\.d\.ts$/.test(name)) found.push(path);
  }
  return found;
}

/** A file of types only has no lines to reach. */
function unreached(name: string): Lines {
  const { outputText } = ts.transpileModule(Deno.readTextFileSync(name), {
    compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, removeComments: true },
  });
  const lines = outputText.split("\n").filter((line) => !/^\s*(export \{\};)?$/.test(line));
  return { name, reached: 0, all: lines.length };
}

function sum(name: string, files: readonly Lines[]): Lines {
  const total = (of: (file: Lines) => number) => files.reduce((sum, file) => sum + of(file), 0);
  return { name, reached: total(({ reached }) => reached), all: total(({ all }) => all) };
}

function share({ reached, all }: Lines): number {
  return all === 0 ? 1 : reached / all;
}

function byName(a: Lines, b: Lines): number {
  return a.name < b.name ? -1 : 1;
}

function print(title: string, rows: readonly Lines[]): void {
  const width = Math.max(title.length, ...rows.map(({ name }) => name.length));
  console.log(`${title.padEnd(width)}  Lines  Reached`);
  for (const row of rows) {
    console.log(
      `${row.name.padEnd(width)} ${String(row.all).padStart(6)} ${(100 * share(row)).toFixed(1).padStart(6)} %`,
    );
  }
  console.log();
}
