/**
 * What `--a` and `--b` are: programs, revisions, or files of benchmarks.
 *
 * @module
 */

import { basename, extname, join, resolve } from "node:path";
import type { DuetSide } from "../../duet/mod.ts";
import type { BenchmarkModule } from "../../measure/duet/mod.ts";
import type { ForkLauncher } from "../../measure/fork_launcher.ts";
import { statOf } from "../stat_of.ts";
import { MODULE_EXTENSIONS } from "../run/benchmark_files.ts";
import { quote, UsageError } from "../usage_error.ts";
import { type Checkout, findCheckout, findCommit } from "./git.ts";
import { ModuleBundler } from "./module_bundler.ts";
import { revisionLauncher } from "./revision_launcher.ts";
import { WorkTree } from "./work_tree.ts";

/** What a user named. */
export interface AskedSides {
  /** `--a`. */
  readonly a: string;
  /** `--b`. */
  readonly b: string;
  /** Suites and files of benchmarks. */
  readonly positional: readonly string[];
  /** Names of the suites that this program has built in. */
  readonly suiteNames: readonly string[];
  /** How this program starts itself. */
  readonly self: ForkLauncher;
  /** The folder that paths and revisions are looked for in. */
  readonly cwd: string;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Two sides that can be measured. Dispose of them: then no work tree is left. */
export interface FoundSides extends AsyncDisposable {
  /** What it is compared with. */
  readonly a: DuetSide;
  /** What is compared. */
  readonly b: DuetSide;
  /** Whether code that differs is what is to be compared: two files of benchmarks. */
  readonly ignoreDefinitions: boolean;
}

/** What one argument turns out to be. */
type Kind =
  | { readonly kind: "program"; readonly path: string }
  | { readonly kind: "module"; readonly path: string }
  | { readonly kind: "revision"; readonly commit: string; readonly checkout: Checkout };

/** The suite that the `Deno.bench` calls of two files are put in: the same for both. */
const FILE_SUITE = "file";

/**
 * Finds out what the two sides are, and checks revisions out.
 *
 * @throws {UsageError} If a side is nothing that can be measured, or a file cannot be loaded; the message says what was tried. The signal's reason, if it is
 * aborted. No work tree is left then.
 */
export async function findSides(asked: AskedSides): Promise<FoundSides> {
  const kinds = { a: await kindOf("--a", asked.a, asked), b: await kindOf("--b", asked.b, asked) };
  const { suites, files } = splitPositional(asked);
  requireAlike(asked, kinds);
  await using stack = new AsyncDisposableStack();
  using bundler = new ModuleBundler();
  const side = async (option: "a" | "b"): Promise<DuetSide> => {
    const [name, found] = [asked[option], kinds[option]];
    const cannot = `Cannot measure ${option.toUpperCase()} ${quote(name)}`;
    switch (found.kind) {
      case "module":
        return {
          name,
          launcher: asked.self,
          modules: [await bundler.bundle({ path: found.path, suite: FILE_SUITE }, cannot)],
          suites: [],
          commit: null,
        };
      case "program":
        return {
          name,
          launcher: { executable: found.path, arguments: ["fork"] },
          modules: await Promise.all(
            files.map((file) => bundler.bundle(moduleAt(resolve(asked.cwd, file)), `Cannot use ${quote(file)}`, false)),
          ),
          suites: suitesOf(suites, files),
          commit: null,
        };
      case "revision":
        return await revisionSide(name, found, { ...asked, bundler, stack, suites, files, cannot });
    }
  };
  const [a, b] = [await side("a"), await side("b")];
  const owned = stack.move();
  return {
    a,
    b,
    ignoreDefinitions: kinds.a.kind === "module",
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What the side of a revision is made with. */
interface RevisionTools extends Pick<AskedSides, "self" | "signal"> {
  readonly bundler: ModuleBundler;
  /** Gets the work tree. */
  readonly stack: AsyncDisposableStack;
  readonly suites: readonly string[];
  readonly files: readonly string[];
  /** How an error begins. */
  readonly cannot: string;
}

async function revisionSide(
  name: string,
  { commit, checkout }: Extract<Kind, { kind: "revision" }>,
  { self, signal, bundler, stack, suites, files, cannot }: RevisionTools,
): Promise<DuetSide> {
  const tree = stack.use(await WorkTree.make(checkout.root, { commit, revision: name }, signal));
  if (files.length === 0) {
    const launcher = await revisionLauncher(tree.path, name);
    return { name, launcher, modules: [], suites: suitesOf(suites, files), commit };
  }
  const modules: BenchmarkModule[] = [];
  for (const file of files) {
    const path = join(tree.path, checkout.prefix, file);
    if (!await isFile(path)) {
      throw new UsageError(`Cannot measure revision ${quote(name)}: it has no file ${quote(checkout.prefix + file)}`);
    }
    modules.push(await bundler.bundle(moduleAt(path), cannot));
  }
  return { name, launcher: self, modules, suites: suitesOf(suites, files), commit };
}

/** The built-in suites that are wanted: those named; without any, all, unless files were named instead. */
function suitesOf(suites: readonly string[], files: readonly string[]): readonly string[] | null {
  return suites.length === 0 && files.length === 0 ? null : suites;
}

/** A file of benchmarks; the suite of its `Deno.bench` calls is called as the file is. */
function moduleAt(path: string): BenchmarkModule {
  return { path, suite: basename(path, extname(path)).toLowerCase() };
}

async function kindOf(option: string, text: string, { cwd, signal }: AskedSides): Promise<Kind> {
  const path = resolve(cwd, text);
  const cannot = `Cannot use ${option} ${quote(text)}`;
  const info = await statOf(path);
  if (info?.isDirectory === true) {
    throw new UsageError(`${cannot}: it is a folder; name an executable, a file of benchmarks or a git revision`);
  }
  if (info !== null) {
    if (MODULE_EXTENSIONS.includes(extname(text))) return { kind: "module", path };
    if (isExecutable(info, text)) return { kind: "program", path };
    throw new UsageError(
      `${cannot}: it is a file that may not be executed, and no file of benchmarks (${MODULE_EXTENSIONS.join(", ")})`,
    );
  }
  const checkout = await findCheckout(cwd, signal);
  const commit = checkout === null ? null : await findCommit(text, cwd, signal);
  if (checkout !== null && commit !== null) return { kind: "revision", commit, checkout };
  const where = checkout === null
    ? "and this folder is in no git checkout that could have such a revision"
    : `and the checkout in ${quote(checkout.root)} has no such revision`;
  throw new UsageError(`${cannot}: there is no such file, ${where}; name an executable, a file or a revision`);
}

function isExecutable(info: Deno.FileInfo, text: string): boolean {
  if (!info.isFile) return false;
  return info.mode === null ? extname(text).toLowerCase() === ".exe" : (info.mode & 0o111) !== 0;
}

/** Suites and files of benchmarks: a file is known by its extension. */
function splitPositional(
  { positional, suiteNames }: AskedSides,
): { suites: readonly string[]; files: readonly string[] } {
  const isModule = (text: string) => MODULE_EXTENSIONS.includes(extname(text));
  const suites = positional.filter((text) => !isModule(text));
  const odd = suites.find((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name));
  if (odd !== undefined) {
    throw new UsageError(
      `Cannot measure ${quote(odd)}: it is neither a suite (${suiteNames.join(", ")}) nor a file of benchmarks ` +
        `(${MODULE_EXTENSIONS.join(", ")})`,
    );
  }
  return { suites, files: positional.filter(isModule) };
}

function requireAlike(
  { a, b, positional }: AskedSides,
  kinds: Readonly<Record<"a" | "b", Kind>>,
): void {
  const isModule = { a: kinds.a.kind === "module", b: kinds.b.kind === "module" };
  if (isModule.a !== isModule.b) {
    const [file, other] = isModule.a ? [a, b] : [b, a];
    throw new UsageError(
      `Cannot compare ${quote(file)} with ${
        quote(other)
      }: one is a file of benchmarks, the other is none; name two files, ` +
        "or two programs or revisions",
    );
  }
  if (isModule.a && positional.length > 0) {
    throw new UsageError(
      `Cannot use ${
        quote(positional[0] ?? "")
      }: two files of benchmarks are compared as they are; use --filter to measure less`,
    );
  }
}

async function isFile(path: string): Promise<boolean> {
  return (await statOf(path))?.isFile === true;
}
