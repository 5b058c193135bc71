/**
 * Bundles what the executable imports from npm into dist/vendor, and writes dist/deno.json, whose import map leads there. `deno compile`
 * embeds npm packages whole: with tests, sources, type declarations and every format of every module, which were two thirds of what the
 * executable adds to Deno's runtime, and a third of the time in which it starts.
 *
 * The WebAssembly of esbuild is put there compressed, 3 MB in place of 14.
 *
 * @module
 */

import { brotliCompressSync, constants } from "node:zlib";
import { embeddedPackages } from "./embedded_packages.ts";

const { imports } = await embeddedPackages();
Deno.mkdirSync("dist/vendor/entries", { recursive: true });
const vendored = await Promise.all([...imports].map(async ([written, specifier]) => {
  const name = written.replace(/^@/, "").replaceAll("/", "_").replace(/(\.js)?$/, "");
  const exported = Object.keys(await import(specifier)).filter((key) => /^[\w$]+$/.test(key));
  Deno.writeTextFileSync(
    `dist/vendor/entries/${name}.js`,
    `export { ${exported.join(", ")} } from ${JSON.stringify(specifier)};\n`,
  );
  return [written, name] as const;
}));

const { success } = await new Deno.Command(Deno.execPath(), {
  args: [
    ...["bundle", "--quiet", "--code-splitting", "--minify", "--keep-names", "--outdir", "dist/vendor"],
    ...vendored.map(([, name]) => `dist/vendor/entries/${name}.js`),
  ],
}).output();
if (!success) throw new Error("Cannot bundle the packages of npm: deno bundle failed");

const wasm = Deno.readFileSync(new URL(import.meta.resolve("esbuild-wasm/esbuild.wasm")));
const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
Deno.writeFileSync("dist/vendor/esbuild.wasm.br", brotliCompressSync(wasm, { params }));

const config: { imports: Record<string, string> } = JSON.parse(Deno.readTextFileSync("deno.json"));
const own = Object.entries(config.imports).filter(([, target]) => target.startsWith("./"));
Deno.writeTextFileSync(
  "dist/deno.json",
  JSON.stringify({
    imports: Object.fromEntries([
      ...own.map(([name, target]) => [name, `.${target}`]),
      ...vendored.map(([written, name]) => [written, `./vendor/${name}.js`]),
    ]),
  }),
);
