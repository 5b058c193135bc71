/**
 * The declarations of the package's entry points.
 *
 * @module
 */

import ts from "typescript";
import { type ImportMap, packagePath, References, relativeTo, RUNTIME_SOURCE } from "./emit.ts";

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

/** A module of types alone. */
const TRANSFERABLE = `${RUNTIME_SOURCE}/transferable.ts`;

/**
 * Declares entry points and what they need, which is not all: other modules' would describe what nobody can import.
 *
 * @returns Declarations by their path in the package.
 */
export function declare(entries: readonly string[], imports: ImportMap): ReadonlyMap<string, string> {
  const program = ts.createProgram({ rootNames: [...entries], options: OPTIONS });
  const files = new Map<string, string>();
  const todo = [...entries];
  for (let path = todo.pop(); path !== undefined; path = todo.pop()) {
    const target = packagePath(path).replace(/\.js$/, ".d.ts");
    if (files.has(target)) continue;
    const references = new References(path, imports);
    files.set(target, withoutDom(path, references.rewritten(emitted(program, path))));
    todo.push(...references.modules, ...references.described);
  }
  files.set(packagePath(TRANSFERABLE).replace(/\.js$/, ".d.ts"), Deno.readTextFileSync(TRANSFERABLE));
  return files;
}

/** Declares what neither TypeScript's own libraries nor Node.js' types have: only a browser's. */
export function withoutDom(path: string, declarations: string): string {
  if (!/\bTransferable\b/.test(declarations)) return declarations;
  return `import type { Transferable } from "${
    relativeTo(packagePath(path), packagePath(TRANSFERABLE))
  }";\n${declarations}`;
}

function emitted(program: ts.Program, path: string): string {
  const file = program.getSourceFile(path);
  if (file === undefined) throw new SyntaxError(`Cannot declare ${path}: no entry point imports it`);
  let text: string | undefined;
  program.emit(file, (_, declarations) => text = declarations, undefined, true);
  if (text === undefined) throw new SyntaxError(`Cannot declare ${path}: TypeScript gave no declarations`);
  return text;
}
