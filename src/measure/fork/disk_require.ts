/**
 * What `createRequire` of `node:module` makes reads files from disk: in an executable Deno looks for them in the executable alone.
 *
 * @module
 */

import Module from "node:module";

/** A module as Node.js has it while it is loaded. */
interface LoadedModule {
  exports: unknown;
  _compile(source: string, path: string): void;
}

/** Has files of CommonJS and JSON be read from disk, with the thread's permissions; elsewhere than in an executable they are. */
export function requireFromDisk(): void {
  const extensions: unknown = Reflect.get(Module, "_extensions");
  if (!Deno.build.standalone || typeof extensions !== "object" || extensions === null) return;
  const script = (module: LoadedModule, path: string) => module._compile(Deno.readTextFileSync(path), path);
  const data = (module: LoadedModule, path: string) => {
    module.exports = JSON.parse(Deno.readTextFileSync(path));
  };
  Object.assign(extensions, { ".js": script, ".cjs": script, ".json": data });
}
