/**
 * Writes dist/deno.json and dist/deno.lock: the project's own with no packages but those that the executable's modules import. `deno
 * compile` embeds every npm package that the lock file knows, and those of tests and of the peers' benchmarks would make a third of it.
 *
 * esbuild is embedded in another form than its package has: its WebAssembly compressed, 3 MB in place of 14, and its script made small.
 *
 * @module
 */

import { brotliCompressSync, constants } from "node:zlib";

/** Modules that the executable begins with: the program, and what its Workers load. */
const roots = Deno.args;

const used = (await Promise.all(roots.map(packageImports))).flat();
const config = JSON.parse(Deno.readTextFileSync("deno.json"));
const imports = Object.entries<string>(config.imports)
  .filter(([name]) => !name.startsWith("esbuild-wasm"))
  .filter(([, target]) => !target.startsWith("npm:") || used.some((specifier) => specifier.startsWith(target)))
  .map(([name, target]) => [name, target.startsWith("./") ? `.${target}` : target]);
imports.push(["esbuild-wasm", "./esbuild/browser.js"]);
Deno.mkdirSync("dist/esbuild", { recursive: true });
Deno.copyFileSync(new URL(import.meta.resolve("esbuild-wasm/esm/browser.min.js")), "dist/esbuild/browser.js");
const wasm = Deno.readFileSync(new URL(import.meta.resolve("esbuild-wasm/esbuild.wasm")));
const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
Deno.writeFileSync("dist/esbuild/esbuild.wasm.br", brotliCompressSync(wasm, { params }));
Deno.writeTextFileSync(
  "dist/deno.json",
  JSON.stringify({ imports: Object.fromEntries(imports), nodeModulesDir: "none" }),
);
Deno.copyFileSync("deno.lock", "dist/deno.lock");

/** What the modules that `root` leads to import from npm, as written in the import map. */
async function packageImports(root: string): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", root], stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`Cannot tell what ${root} imports: deno info failed`);
  const graph: { modules: { dependencies?: { code?: { specifier?: string } }[] }[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  return graph.modules.flatMap(({ dependencies = [] }) => dependencies.map(({ code }) => code?.specifier ?? ""))
    .filter((specifier) => specifier.startsWith("npm:"));
}
