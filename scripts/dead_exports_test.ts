import { assertEquals } from "@std/assert";

const ROOT = new URL("../", import.meta.url);

/** Modules whose exports are taken by what is no module: a bundler, or a thread that is told their names. */
const NAMED_ELSEWHERE = /^(scripts\/npm\/runtime|examples)\/|\/testdata\/|_test\.ts$/;

const sources = ["src/", "bench/", "scripts/", "examples/", "templates/"].flatMap(scriptsIn).map((path) =>
  [path, Deno.readTextFileSync(new URL(path, ROOT))] as const
);
const places = new Map<string, Set<string>>(); // where a word stands
for (const [path, text] of sources) {
  for (const [word] of text.matchAll(/\w+/g)) {
    const known = places.get(word);
    if (known === undefined) places.set(word, new Set([path]));
    else known.add(path);
  }
}

Deno.test("every function and constant that a module exports is named by another; classes may be what a function answers", () => {
  const dead = sources.filter(([path]) => !NAMED_ELSEWHERE.test(path)).flatMap(([path, text]) =>
    [...text.matchAll(/^export (?:async )?(?:function\*?|const|let) (\w+)/gm)]
      .filter(([, name = ""]) => places.get(name)?.size === 1)
      .map(([, name]) => `${path}: ${name}`)
  );
  assertEquals(dead, []);
});

Deno.test("every package that deno.json names is imported", async () => {
  const { default: config } = await import("../deno.json", { with: { type: "json" } });
  const unused = Object.keys(config.imports).filter((name) => !sources.some(([, text]) => text.includes(`"${name}`)));
  assertEquals(unused, []);
});

/** From the root. */
function scriptsIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, ROOT))].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return scriptsIn(`${folder}${name}/`);
    return /\.[jt]s$/.test(name) ? [`${folder}${name}`] : [];
  });
}
