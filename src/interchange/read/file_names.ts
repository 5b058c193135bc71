/**
 * Names for files that stay the same wherever the checkout is.
 *
 * @module
 */

/**
 * The last part of each path or URL; where two different files end alike, as many folders as tell them apart are kept.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fileNames } from "./file_names.ts";
 *
 * assertEquals(fileNames(["file:///ci/a/x.ts", "file:///ci/b/x.ts", "file:///ci/y.ts"]), ["a/x.ts", "b/x.ts", "y.ts"]);
 * ```
 */
export function fileNames(paths: readonly string[]): string[] {
  const names = new Map<string, string>();
  let unnamed: readonly string[] = [...new Set(paths)];
  for (let parts = 1; unnamed.length > 0; parts++) {
    const alike = [...Map.groupBy(unnamed, (path) => ending(path, parts))];
    unnamed = alike.flatMap(([name, group]) => {
      const isWhole = (path: string) => ending(path, parts + 1) === name;
      if (group.length > 1 && !group.every(isWhole)) return group;
      for (const path of group) names.set(path, group.length === 1 ? name : path);
      return [];
    });
  }
  return paths.map((path) => names.get(path) ?? path);
}

function ending(path: string, parts: number): string {
  return path.split(/[/\\]/).filter((part) => part !== "").slice(-parts).join("/");
}
