/**
 * Reads the project's documents for tests: their code, their links, and what their headings are linked by.
 *
 * @module
 */

import GithubSlugger from "github-slugger";
import { marked, type Token } from "marked";

const ROOT = new URL("../../", import.meta.url);

/** Folders that hold nothing of the project's own. */
const FOREIGN: ReadonlySet<string> = new Set([".git", "coverage", "dist", "node_modules"]);

/** A piece of code in a document: a block with its language, or a few words within a sentence. */
export interface Code {
  /** What follows the fence; of a block without a language, and of words, it is empty. */
  readonly language: string;
  /** Whether it stands within a sentence. */
  readonly isInline: boolean;
  /** The code. */
  readonly text: string;
}

/** One document. */
export interface ProjectDocument {
  /** From the project's root. */
  readonly path: string;
  /** Every piece of code, in order. */
  readonly code: readonly Code[];
  /** Where its links lead, as written. */
  readonly links: readonly string[];
  /** What may stand behind `#` in a link to it: of each heading what GitHub makes of it. */
  readonly anchors: ReadonlySet<string>;
}

/** All Markdown files, and llms.txt, which is Markdown too. */
export function readDocuments(): ProjectDocument[] {
  const paths = pathsIn("", (name) => name.endsWith(".md") || name === "llms.txt");
  return paths.filter((path) => !path.includes("/testdata/")).map((path) =>
    parseDocument(path, Deno.readTextFileSync(new URL(path, ROOT)))
  );
}

/** Whether there is a file or a folder at that path from the project's root. */
export function existsInProject(path: string): boolean {
  try {
    Deno.statSync(new URL(path, ROOT));
    return true;
  } catch {
    return false;
  }
}

/** All modules, from the project's root. */
export function modulePaths(): string[] {
  return pathsIn("", (name) => name.endsWith(".ts"));
}

function pathsIn(folder: string, isWanted: (name: string) => boolean): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return FOREIGN.has(name) ? [] : pathsIn(`${folder}${name}/`, isWanted);
    return isWanted(name) ? [`${folder}${name}`] : [];
  }).sort();
}

/** Reads one document. */
export function parseDocument(path: string, text: string): ProjectDocument {
  const code: Code[] = [], links: string[] = [], anchors = new Set<string>(), slugger = new GithubSlugger();
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === "code") code.push({ language: String(token.lang ?? ""), isInline: false, text: token.text });
    if (token.type === "codespan") code.push({ language: "", isInline: true, text: token.text });
    if (token.type === "link" || token.type === "image") links.push(token.href);
    if (token.type === "heading") anchors.add(slugger.slug(plainText(token.tokens ?? [])));
  });
  return { path, code, links, anchors };
}

function plainText(tokens: readonly Token[]): string {
  return tokens.map((token) => {
    const within = "tokens" in token ? token.tokens : undefined;
    return within === undefined ? "text" in token ? token.text : token.raw : plainText(within);
  }).join("");
}
