/**
 * The declarations of the package's entry points.
 *
 * @module
 */

import { relative } from "@std/path";
import ts from "typescript";
import { type ImportMap, packagePath, References } from "./emit.ts";

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ESNext,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  allowImportingTsExtensions: true,
  declaration: true,
  emitDeclarationOnly: true,
  noCheck: true, // deno check has
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  types: [],
};

/** Declarations by their path in the package, and the packages that they name. */
export interface Declared {
  readonly files: ReadonlyMap<string, string>;
  readonly packages: ReadonlySet<string>;
}

/** Declares entry points and what they need, which is not all: other modules' would describe what nobody can import. */
export function declare(entries: readonly string[], imports: ImportMap): Declared {
  const program = ts.createProgram({ rootNames: [...entries], options: OPTIONS });
  const files = new Map<string, string>(), packages = new Set<string>();
  const todo = [...entries];
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    const target = packagePath(path).replace(/\.js$/, ".d.ts");
    if (files.has(target)) continue;
    const references = new References(path, imports);
    files.set(target, references.rewritten(emitted(program, path)));
    todo.push(...references.modules);
    for (const name of references.packages) packages.add(name);
  }
  return { files, packages };
}

function emitted(program: ts.Program, path: string): string {
  const file = program.getSourceFile(path);
  if (file === undefined) throw new SyntaxError(`Cannot declare ${path}: no entry point imports it`);
  let text: string | undefined;
  program.emit(file, (_, declarations) => text = declarations, undefined, true);
  if (text === undefined) throw new SyntaxError(`Cannot declare ${relative(".", path)}: TypeScript gave no declarations`);
  return text;
}
