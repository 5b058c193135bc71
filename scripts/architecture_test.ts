import { assertEquals } from "@std/assert";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = new URL("../", import.meta.url);

Deno.test("a folder of src imports no other than the table in docs/architecture.md says", () => {
  const allowed = tableOf("docs/architecture.md");
  assertEquals(allowed.size > 5, true, "the table was found");
  const wrong = modulesIn("src/").flatMap((path) => {
    const own = folderOf(path), others = own === undefined ? undefined : allowed.get(own);
    if (others === undefined) return []; // the table has what is below the command line
    const targets = importsOf(path).filter((target) => {
      const folder = folderOf(target);
      return folder !== undefined && folder !== own && !others.has(folder);
    });
    return targets.map((target) => `${path} imports ${target}`);
  });
  assertEquals(wrong, []);
});

Deno.test("the table in docs/architecture.md names no import that there is not", () => {
  const found = new Set(
    modulesIn("src/").flatMap((path) => importsOf(path).map((target) => `${folderOf(path)} ${folderOf(target)}`)),
  );
  const named = [...tableOf("docs/architecture.md")].flatMap(([folder, others]) =>
    [...others].map((other) => `${folder} ${other}`)
  );
  assertEquals(named.filter((arrow) => !found.has(arrow)), []);
});

Deno.test("docs/architecture.md tells of every folder of src", () => {
  const told = Deno.readTextFileSync(new URL("docs/architecture.md", ROOT));
  const folders = new Set(modulesIn("src/").flatMap((path) => folderOf(path) ?? []));
  assertEquals([...folders].filter((folder) => !told.includes(`| \`${folder}\` `)), []);
});

Deno.test("what a measuring process loads before the benchmarks has no library in it", () => {
  const loaded = new Set(
    ["fork", "obey", "contained", "contained_worker", "duet", "load"].map((name) => `src/measure/fork/${name}.ts`),
  );
  for (const path of loaded) {
    for (const target of valuesImportedBy(path)) if (target.startsWith("src/")) loaded.add(target); // and goes on with them
  }
  assertEquals(loaded.size > 40, true, "the modules were found");
  const libraries = [...loaded].flatMap(valuesImportedBy).filter((target) =>
    !/^(src\/|node:|@std\/path$)/.test(target)
  );
  assertEquals(libraries, []);
});

/** What a module cannot do without: as it is written, or a path from the root; no types, and nothing that is loaded later. */
function valuesImportedBy(path: string): string[] {
  const text = Deno.readTextFileSync(new URL(path, ROOT));
  const imports = text.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^;"]*?\bfrom\s+)?"([^"]+)"/gm);
  return [...imports].map(([, specifier = ""]) =>
    specifier.startsWith(".")
      ? relative(fileURLToPath(ROOT), fileURLToPath(new URL(specifier, new URL(path, ROOT)))).replaceAll("\\", "/")
      : specifier
  );
}

/** Modules that are no tests, from the root. */
function modulesIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return name === "testdata" ? [] : modulesIn(`${folder}${name}/`);
    return name.endsWith(".ts") && !name.endsWith("_test.ts") ? [`${folder}${name}`] : [];
  });
}

/** What a module imports by a relative path, from the root; examples within comments do not count. */
function importsOf(path: string): string[] {
  const url = new URL(path, ROOT), text = Deno.readTextFileSync(url).replace(/\/\*.*?\*\//gs, "");
  return [...text.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*"(\.[^"]+)"/g)].map(([, specifier = ""]) =>
    relative(fileURLToPath(ROOT), fileURLToPath(new URL(specifier, url))).replaceAll("\\", "/")
  );
}

/** `src/agent` of a module in it; none of a module of `src` itself, which all may import, and of what is elsewhere. */
function folderOf(path: string): string | undefined {
  return /^src\/\w+(?=\/)/.exec(path)?.[0];
}

/** The rows of the table under "Arrows": a folder, and those that it imports from. */
function tableOf(document: string): Map<string, ReadonlySet<string>> {
  const [, section = ""] = Deno.readTextFileSync(new URL(document, ROOT)).split(/^## Arrows$/m);
  const rows = section.matchAll(/^\| `(src\/\w+)` +\| (.*?)\|$/gm);
  return new Map(
    [...rows].map(([, folder = "", others = ""]) =>
      [folder, new Set([...others.matchAll(/`(src\/\w+)`/g)].map(([, other = ""]) => other))] as const
    ),
  );
}
