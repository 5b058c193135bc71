/**
 * Builds the npm package from the source: `dist/npm`, or the folder named by `--output`. Tests that are named as well are built
 * beside it, together with what they need, to be run by Node.js.
 *
 * @module
 */

import { dirname, join } from "@std/path";
import config from "../../deno.json" with { type: "json" };
import { declare } from "./declarations.ts";
import { type Emitted, emitModule, type ImportMap, packagePath, parsePackage, RUNTIME_SOURCE } from "./emit.ts";

const IMPORTS: ImportMap = config.imports;
const { "./cli": _executable, ...EXPORTS } = config.exports;
const RUNTIME_MODULES = ["deno.ts", "worker.ts", "worker_scope.ts", "built_ins.ts"];

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
    for (const module of emitted.started) started.add(module);
    todo.push(...emitted.modules, ...emitted.started);
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
    Object.values(IMPORTS).filter((target) => target.startsWith("npm:")).map(parsePackage).map(({ name, version }) => [name, version]),
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
      description: "Workflow agents with declared resources, coordination between threads, observability, and an engine that measures",
      license: config.license,
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
  const runtime = RUNTIME_MODULES.map((module) => `${RUNTIME_SOURCE}/${module}`);
  const entries = Object.values(EXPORTS).map((path) => path.slice(2));
  const build = await emitAll([...entries, ...runtime]);
  await Deno.remove(output, { recursive: true }).catch(() => {}); // there may be none
  await write(output, build);
  const declared = declare(entries, IMPORTS);
  for (const [path, text] of declared.files) await writeText(join(output, path), text);
  await Deno.writeTextFile(join(output, "package.json"), manifest(build));
  for (const file of ["LICENSE", "README.md", "CHANGELOG.md"]) await Deno.copyFile(file, join(output, file));
  if (tests.length > 0) {
    const withTests = await emitAll([...tests, `${RUNTIME_SOURCE}/test_deno.ts`]);
    await write(output, withTests);
    console.log(JSON.stringify(dependencies(withTests)));
  }
  console.error(`${output}: ${build.modules.size} modules`);
}

await main(Deno.args);
