/**
 * One module of the source as JavaScript and declarations for Node.js.
 *
 * @module
 */

import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** What stands in for what Node.js 20 lacks: each global or function with the module under `runtime/` and its name there. */
const STAND_INS: ReadonlyMap<string, { readonly module: string; readonly name: string }> = new Map([
  ["Deno", { module: "deno.js", name: "Deno" }],
  ["Worker", { module: "worker.js", name: "Worker" }],
  ["navigator", { module: "built_ins.js", name: "navigator" }],
  ["DisposableStack", { module: "built_ins.js", name: "DisposableStack" }],
  ["AsyncDisposableStack", { module: "built_ins.js", name: "AsyncDisposableStack" }],
  ["Array.fromAsync", { module: "built_ins.js", name: "arrayFromAsync" }],
  ["Atomics.pause", { module: "built_ins.js", name: "atomicsPause" }],
  ["Iterator.from", { module: "built_ins.js", name: "iteratorFrom" }],
  ["Map.groupBy", { module: "built_ins.js", name: "mapGroupBy" }],
  ["Object.groupBy", { module: "built_ins.js", name: "objectGroupBy" }],
  ["Uint8Array.fromBase64", { module: "built_ins.js", name: "bytesFromBase64" }],
  ["Promise.withResolvers", { module: "built_ins.js", name: "promiseWithResolvers" }],
]);

/** The folder of stand-ins in the source, and the one in the package. */
export const RUNTIME_SOURCE = "scripts/npm/runtime";
const RUNTIME = "runtime";

const OPTIONS: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  verbatimModuleSyntax: true,
};

/** A module of the package. */
export interface Emitted {
  /** Path in the package, of the JavaScript. */
  readonly path: string;
  readonly javaScript: string;
  /** Paths, in the source, of the modules that it needs. */
  readonly modules: readonly string[];
  /** Those of them that are started, by their URL, rather than imported. */
  readonly started: readonly string[];
  /** Names of the packages that it imports. */
  readonly packages: readonly string[];
}

/** Where an import map leads: a file of the source, or a module of a package. */
export type ImportMap = Readonly<Record<string, string>>;

/**
 * Emits a module.
 *
 * @param path Path in the source, which becomes that in the package; tests' modules get the tests' `Deno`.
 * @throws {SyntaxError} If it cannot be parsed, or imports what deno.json does not name.
 */
export function emitModule(path: string, source: string, imports: ImportMap): Emitted {
  const references = new References(path, imports);
  const text = references.rewritten(source);
  const fileName = path;
  const { outputText, diagnostics = [] } = ts.transpileModule(text, {
    fileName,
    compilerOptions: OPTIONS,
    reportDiagnostics: true,
  });
  const wrong = diagnostics[0];
  if (wrong !== undefined) throw new SyntaxError(`Cannot emit ${path}: ${messageOf(wrong)}`);
  return {
    path: packagePath(path),
    javaScript: withStandIns(path, outputText, isTest(path)),
    modules: [...references.modules],
    started: [...references.started],
    packages: [...references.packages],
  };
}

/** Whether a module is one of the tests', which the package leaves out. */
function isTest(path: string): boolean {
  return /_test\.ts$|\/testdata\//.test(path);
}

function messageOf(diagnostic: ts.Diagnostic): string {
  return ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n");
}

/** Where a module of the source is in the package. */
export function packagePath(path: string): string {
  return path.replace(RUNTIME_SOURCE, RUNTIME).replace(/\.ts$/, ".js");
}

/** What a module refers to, and how the package names it. */
export class References {
  readonly modules = new Set<string>();
  /** Modules of which only types are used. */
  readonly described = new Set<string>();
  /** Modules whose URL is made. */
  readonly started = new Set<string>();
  readonly packages = new Set<string>();
  readonly #path: string;
  readonly #imports: ImportMap;

  constructor(path: string, imports: ImportMap) {
    this.#path = path;
    this.#imports = imports;
  }

  /** The text, with all that it refers to named as the package names it. */
  rewritten(source: string): string {
    const edits: Edit[] = [];
    visit(parse(this.#path, source), (node) => {
      const target = ts.isStringLiteral(node) ? this.#target(node) : undefined;
      if (target !== undefined) edits.push({ start: node.getStart(), end: node.end, text: JSON.stringify(target) });
      if (isTest(this.#path) && ts.isRegularExpressionLiteral(node)) { // tests look for their own path in a stack
        edits.push({ start: node.getStart(), end: node.end, text: node.text.replaceAll("_test\\.ts", "_test\\.js") });
      }
    });
    return edited(source, edits);
  }

  #target(literal: ts.StringLiteral): string | undefined {
    const { text, parent } = literal;
    if (isTest(this.#path) && /^\w+\.ts$/.test(text)) return packagePath(text); // a part of a path that is looked for
    if (/^\.\.?\/.*(?<!\.d)\.[jt]s$/.test(text)) { // an import, or the URL of a module
      const module = join(dirname(this.#path), text);
      if (isSpecifier(literal)) (isOfTypes(literal) ? this.described : this.modules).add(module);
      else if (ts.isNewExpression(parent) || ts.isCallExpression(parent)) this.started.add(module);
      return this.#relative(packagePath(module));
    }
    if (!isSpecifier(literal) || text.startsWith(".") || text.startsWith("node:")) return undefined;
    const mapped = mappedBy(this.#imports, text);
    if (mapped.startsWith("./")) {
      const module = mapped.slice(2);
      this.modules.add(module);
      return this.#relative(packagePath(module));
    }
    const { name, rest } = parsePackage(mapped);
    if (!isOfTypes(literal)) this.packages.add(name);
    return name + rest;
  }

  #relative(path: string): string {
    return relativeTo(packagePath(this.#path), path);
  }
}

/** Looks a bare specifier up. */
function mappedBy(imports: ImportMap, specifier: string): string {
  const exact = imports[specifier];
  if (exact !== undefined) return exact;
  const prefix = Object.keys(imports).filter((key) => key.endsWith("/") && specifier.startsWith(key))
    .sort((a, b) => b.length - a.length)[0];
  if (prefix === undefined) throw new SyntaxError(`Cannot resolve "${specifier}": it is not in deno.json's imports`);
  return imports[prefix] + specifier.slice(prefix.length);
}

/** Takes "npm:/@scope/name@1.2.3/module.js" apart. */
export function parsePackage(
  specifier: string,
): { readonly name: string; readonly version: string; readonly rest: string } {
  const [, name, version, rest] = /^npm:\/?((?:@[^/]+\/)?[^@/]+)@([^/]+)(.*)$/.exec(specifier) ?? [];
  if (name === undefined || version === undefined || rest === undefined) {
    throw new SyntaxError(`Cannot use "${specifier}" of deno.json's imports: expected a file or npm:name@version`);
  }
  return { name, version, rest };
}

function isSpecifier({ parent }: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(parent) || ts.isExportDeclaration(parent) ||
    ts.isLiteralTypeNode(parent) && ts.isImportTypeNode(parent.parent) ||
    ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword;
}

/** Whether nothing is left of an import when the types are gone. */
function isOfTypes({ parent }: ts.StringLiteral): boolean {
  return ts.isImportDeclaration(parent) && parent.importClause?.isTypeOnly === true ||
    ts.isExportDeclaration(parent) && parent.isTypeOnly || ts.isLiteralTypeNode(parent);
}

/** Imports what Node.js lacks, in JavaScript that uses it. */
function withStandIns(path: string, javaScript: string, isTest: boolean): string {
  if (path.startsWith(RUNTIME_SOURCE)) return javaScript;
  const edits: Edit[] = [];
  const needed = new Map<string, Set<string>>();
  const file = parse(path, javaScript);
  const own = declaredNames(file);
  visit(file, (node) => {
    const used = globalName(node);
    const standIn = used === undefined || own.has(used) ? undefined : STAND_INS.get(used);
    if (standIn === undefined) return;
    const module = isTest && standIn.module === "deno.js" ? "test_deno.js" : standIn.module;
    needed.set(module, (needed.get(module) ?? new Set()).add(standIn.name));
    if (used !== standIn.name) edits.push({ start: node.getStart(), end: node.end, text: standIn.name });
  });
  const lines = [...needed].map(([module, names]) =>
    `import { ${[...names].join(", ")} } from "${relativeTo(packagePath(path), `${RUNTIME}/${module}`)}";\n`
  );
  return lines.join("") + edited(javaScript, edits);
}

/** The global, or function of a global, that an expression reads. */
function globalName(node: ts.Node): string | undefined {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    return `${node.expression.text}.${node.name.text}`;
  }
  if (!ts.isIdentifier(node)) return undefined;
  const { parent } = node;
  const isKey =
    (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent) || ts.isMethodDeclaration(parent) ||
      ts.isPropertyDeclaration(parent)) && parent.name === node;
  return isKey ? undefined : node.text;
}

function declaredNames(file: ts.SourceFile): ReadonlySet<string> {
  const names = new Set<string>();
  visit(file, (node) => {
    if (
      (ts.isImportSpecifier(node) || ts.isClassDeclaration(node) || ts.isVariableDeclaration(node)) &&
      node.name !== undefined && ts.isIdentifier(node.name)
    ) {
      names.add(node.name.text);
    }
  });
  return names;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

function edited(source: string, edits: readonly Edit[]): string {
  let text = source;
  for (const edit of edits.toSorted((a, b) => b.start - a.start)) {
    text = text.slice(0, edit.start) + edit.text + text.slice(edit.end);
  }
  return text;
}

function parse(path: string, source: string): ts.SourceFile {
  return ts.createSourceFile(path, source, ts.ScriptTarget.ESNext, true);
}

function visit(node: ts.Node, look: (node: ts.Node) => void): void {
  look(node);
  ts.forEachChild(node, (child) => visit(child, look));
}

/** How a module names another: a path that begins with a dot. */
export function relativeTo(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}
