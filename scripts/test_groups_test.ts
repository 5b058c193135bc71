import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { BROWSER, COMMAND_LINE, groupTests, LONG, testFilesIn } from "./test_groups.ts";

const files = testFilesIn(fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, ""));

Deno.test("groupTests() has every file once; the long ones are alone, but for those that share something, and take turns with the others", () => {
  const groups = groupTests(files);
  assertEquals(groups.flatMap((group) => group.files).sort(), files);
  assertEquals(new Set(groups.map(({ name }) => name)).size, groups.length);
  const browser = { name: "browser", files: files.filter((file) => BROWSER.test(file)) };
  const commandLine = files.filter((file) => COMMAND_LINE.test(file) && !LONG.test(file));
  assert(commandLine.length > 5);
  const alone = files.filter((file) => LONG.test(file))
    .map((file) => ({ name: file.replace("_test.ts", "").replaceAll("/", "."), files: [file] }));
  const long = [browser, { name: "command-line", files: commandLine }, ...alone];
  assert(groups.length >= 2 * long.length);
  assertEquals(groups.slice(0, 2 * long.length).filter((_, turn) => turn % 2 === 0), long);
});

Deno.test("groupTests() mixes no folders, begins with the largest, makes groups of equal size, and parts neighbours", () => {
  const names = Array.from({ length: 100 }, (_, i) => `src/a/f${String(i).padStart(2, "0")}_test.ts`);
  const groups = groupTests(["bench/x_test.ts", ...names, "src/b/deep/y_test.ts", "src/z_test.ts"]);
  assertEquals(groups.map(({ name, files }) => [name, files.length]), [
    ["src.a.1", 34],
    ["src.a.2", 33],
    ["src.a.3", 33],
    ["bench.1", 1],
    ["src.b.1", 1],
    ["src.1", 1],
  ]);
  assertEquals(groups[0]!.files.slice(0, 2), [names[0]!, names[3]!]);
});

Deno.test("every kind of long test that is named still exists", () => {
  const kinds = [LONG, BROWSER].flatMap(({ source }) => source.match(/[a-z0-9]+(?:_[a-z0-9]+)*(?=[|)])/g)!);
  assert(kinds.length > 5);
  assertEquals(kinds.filter((kind) => !files.some((file) => file.includes(`${kind}_test.`))), []);
});
