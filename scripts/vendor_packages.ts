/**
 * Bundles what the executable imports from npm. `deno compile` embeds npm packages whole: with tests, sources, type declarations and every
 * format of every module, which were two thirds of what the executable adds to Deno's runtime, and a third of the time in which it starts.
 *
 * @module
 */

import { brotliCompressSync, constants } from "node:zlib";
import { embeddedPackages } from "./embedded_packages.ts";

/**
 * Writes the bundles to `folder/vendor`, and the WebAssembly of esbuild beside them, compressed: 3 MB in place of 14.
 *
 * @returns What modules import, as they write it, with the file in `folder` that has it: `./vendor/zod_mini.js`.
 */
export async function vendorPackages(folder: string): Promise<Readonly<Record<string, string>>> {
  const { imports } = await embeddedPackages();
  const vendor = `${folder}/vendor`, entries = `${folder}/entries`;
  Deno.mkdirSync(vendor, { recursive: true });
  Deno.mkdirSync(entries);
  const vendored = await Promise.all([...imports].map(async ([written, specifier]) => {
    const name = written.replace(/^@/, "").replaceAll("/", "_").replace(/(\.js)?$/, "");
    const exported = Object.keys(await import(specifier)).filter((key) => /^[\w$]+$/.test(key));
    const entry = `export { ${exported.join(", ")} } from ${JSON.stringify(specifier)};\n`;
    Deno.writeTextFileSync(`${entries}/${name}.js`, entry);
    return [written, name] as const;
  }));
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--code-splitting", "--minify", "--keep-names", "--outdir", vendor],
      ...vendored.map(([, name]) => `${entries}/${name}.js`),
    ],
  }).output();
  if (!success) throw new Error("Cannot bundle the packages of npm: deno bundle failed");
  Deno.removeSync(entries, { recursive: true });

  const wasm = Deno.readFileSync(new URL(import.meta.resolve("esbuild-wasm/esbuild.wasm")));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_LGWIN]: 24 };
  Deno.writeFileSync(`${vendor}/esbuild.wasm.br`, brotliCompressSync(wasm, { params }));
  return Object.fromEntries(vendored.map(([written, name]) => [written, `./vendor/${name}.js`]));
}
