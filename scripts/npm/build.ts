/**
 * Builds the npm package from the source: `deno run build.ts [FOLDER [TEST…]]`, by default in `dist/npm`. With tests it is built together
 * with them and what they need, without declarations, to be run by Node.js: see `scripts/npm/test`.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import config from "../../deno.json" with { type: "json" };
import { declare } from "./declarations.ts";
import { emitModule, type Emitted, type ImportMap, packagePath, parsePackage, RUNTIME_SOURCE } from "./emit.ts";

const IMPORTS: ImportMap = config.imports;
const { "./cli": _executable, ...EXPORTS } = config.exports;
/** What modules that were emitted import of these is not in their source. */
const STAND_IN_MODULES = ["deno.ts", "worker.ts", "built_ins.ts"].map((module) => `${RUNTIME_SOURCE}/${module}`);

/** What a build consists of. */
interface Build {
  readonly modules: ReadonlyMap<string, Emitted>;
  /** Modules that are started by their URL. */
  readonly started: ReadonlySet<string>;
}

/** Emits modules and all that they need. */
async function emitAll(roots: readonly string[]): Promise<Build> {
  const modules = new Map<string, Emitted>(), started = new Set<string>();
  const todo = [...roots];
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    if (modules.has(path)) continue;
    const emitted = emitModule(path, await Deno.readTextFile(path), IMPORTS);
    modules.set(path, emitted);
    const found = emitted.started.filter((module) => existsSync(module)); // tests also start what is not there
    for (const module of found) started.add(module);
    todo.push(...emitted.modules, ...found);
  }
  return { modules, started };
}

async function write(folder: string, { modules }: Build): Promise<void> {
  for (const { path, javaScript } of modules.values()) await writeText(join(folder, path), javaScript);
}

async function writeText(path: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, text);
}

/** The versions, within one major, of the packages that modules import. */
function dependencies({ modules }: Build): Record<string, string> {
  const versions = new Map(
    Object.values(IMPORTS).filter((target) => target.startsWith("npm:")).map(parsePackage).map((
      { name, version },
    ) => [name, version]),
  );
  const names = new Set([...modules.values()].flatMap(({ packages }) => packages));
  return Object.fromEntries([...names].sort().map((name) => [name, `^${versions.get(name)}`]));
}

function manifest(build: Build): string {
  const entry = (path: string) => {
    const file = `./${packagePath(path)}`;
    return { types: file.replace(/\.js$/, ".d.ts"), default: file };
  };
  return JSON.stringify(
    {
      name: config.name.replace(/^@[^/]+\//, ""),
      version: config.version,
      description:
        "Workflow agents with declared resources, coordination between threads, observability, and an engine that measures",
      license: config.license,
      repository: { type: "git", url: "git+https://github.com/puffinflow/puffinflow.git" },
      type: "module",
      engines: { node: ">=20" },
      exports: {
        ...Object.fromEntries(Object.entries(EXPORTS).map(([name, path]) => [name, entry(path.slice(2))])),
        "./package.json": "./package.json",
      },
      sideEffects: [...build.started].map((path) => `./${packagePath(path)}`).sort(),
      dependencies: dependencies(build),
    },
    null,
    2,
  ) + "\n";
}

async function main([output = "dist/npm", ...tests]: readonly string[]): Promise<void> {
  const entries = Object.values(EXPORTS).map((path) => path.slice(2));
  const needed = tests.length === 0 ? [] : [...tests, `${RUNTIME_SOURCE}/run_tests.ts`];
  const build = await emitAll([...entries, ...STAND_IN_MODULES, ...needed]);
  await Deno.remove(output, { recursive: true }).catch(() => {}); // there may be none
  await write(output, build);
  await Deno.writeTextFile(join(output, "package.json"), manifest(build));
  if (tests.length === 0) {
    for (const [path, text] of declare(entries, IMPORTS)) await writeText(join(output, path), text);
    for (const file of ["LICENSE", "README.md", "CHANGELOG.md"]) await Deno.copyFile(file, join(output, file));
  }
  console.error(`${output}: ${build.modules.size} modules`);
}

await main(Deno.args);
