import { assertEquals } from "@std/assert";
import { fromFileUrl, relative } from "@std/path";

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
    relative(fromFileUrl(ROOT), fromFileUrl(new URL(specifier, url))).replaceAll("\\", "/")
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
