/**
 * Writes what the executable embeds to `dist/program`: its modules as JavaScript without comments and white space, each with a map of its
 * lines, bundles of the packages of npm, and the templates.
 *
 * `deno compile` embeds a module of TypeScript three times over, as it is written, as it runs, and the map between the two. Deno's runtime
 * on Linux reads all that is embedded, and copies it, before it does anything: 1.3 ms a megabyte, in every process that measures.
 *
 * @module
 */

import { decode, encode } from "@jridgewell/sourcemap-codec";
import { dirname } from "node:path";
import { stop, transform } from "esbuild";
import config from "../deno.json" with { type: "json" };
import { type ImportMap, packagePath, References } from "./npm/emit.ts";
import { vendorPackages } from "./vendor_packages.ts";

const FOLDER = "dist/program";

await Deno.remove(FOLDER, { recursive: true }).catch(() => {}); // there may be none
const vendored = await vendorPackages(FOLDER);
const roots = Deno.readTextFileSync("scripts/embedded_modules").trim().split("\n");
await emitModules(roots, { ...config.imports, ...vendored });
copyFolder("templates");
write("deno.json", JSON.stringify({ version: config.version })); // what src/cli/version.ts imports
await stop();

async function emitModules(roots: readonly string[], imports: ImportMap): Promise<void> {
  const found = new Set(roots), emitted: Promise<void>[] = [];
  for (const path of found) { // and those that are found meanwhile
    const references = new References(path, imports);
    const source = references.rewritten(Deno.readTextFileSync(path));
    for (const module of references.modules) if (!module.startsWith("vendor/")) found.add(module);
    emitted.push(emit(path, source).then((javaScript) => write(packagePath(path), javaScript)));
  }
  await Promise.all(emitted);
}

/** Names stay, for errors and profiles show them, and so does all that runs. */
async function emit(path: string, source: string): Promise<string> {
  const { code, map } = await transform(source, {
    loader: path.endsWith(".ts") ? "ts" : "js",
    target: "esnext",
    minifyWhitespace: true,
    legalComments: "none",
    sourcemap: "external",
    sourcefile: path.slice(path.lastIndexOf("/") + 1),
    sourcesContent: false,
  });
  return `${code}//# sourceMappingURL=data:application/json;base64,${btoa(linesOnly(map))}\n`;
}

/** A map that only tells where each line of the source begins, which takes a sixth. */
function linesOnly(map: string): string {
  const { sources, mappings }: { sources: string[]; mappings: string } = JSON.parse(map);
  const lines = decode(mappings).map((segments) => {
    let line: number | undefined;
    return segments.filter(([, , found]) => {
      const isNew = found !== line;
      line = found;
      return isNew;
    });
  });
  return JSON.stringify({ version: 3, sources, names: [], mappings: encode(lines) });
}

function copyFolder(folder: string): void {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) copyFolder(path);
    else write(path, Deno.readTextFileSync(path));
  }
}

function write(path: string, text: string): void {
  Deno.mkdirSync(dirname(`${FOLDER}/${path}`), { recursive: true });
  Deno.writeTextFileSync(`${FOLDER}/${path}`, text);
}
