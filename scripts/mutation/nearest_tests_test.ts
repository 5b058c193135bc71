import { assertEquals } from "@std/assert";
import { importersOf } from "./import_graph.ts";
import { nearestTests } from "./nearest_tests.ts";

function testsOf(module: string, imports: Readonly<Record<string, readonly string[]>>): string[] {
  return nearestTests(
    module,
    importersOf(
      Object.entries(imports).map(([path, all]) => {
        const up = path.replace(/[^/]*$/, "").replace(/[^/]+/g, ".."); // to the root
        return [path, all.map((imported) => `import "./${up}${imported}";\n`).join("")] as const;
      }),
    ),
  );
}

Deno.test("nearestTests: those with the module's name, then its folder's, then by imports", () => {
  const imports = {
    "src/part/pool.ts": ["src/part/deep/line.ts"],
    "src/part/deep/shell.ts": ["src/part/pool.ts"],
    "src/part/a_direct_test.ts": ["src/part/deep/line.ts"],
    "src/part/a_far_test.ts": ["src/part/pool.ts"],
    "src/part/deep/model/line_model_test.ts": ["src/part/deep/line.ts"],
    "src/part/deep/line_test.ts": ["src/part/pool.ts"],
    "src/part/deep/linear_test.ts": ["src/part/deep/shell.ts"],
    "src/part/deep/beside_test.ts": ["src/part/deep/line.ts"],
  };
  assertEquals(testsOf("src/part/deep/line.ts", imports), [
    "src/part/deep/model/line_model_test.ts",
    "src/part/deep/line_test.ts",
    "src/part/deep/beside_test.ts",
    "src/part/deep/linear_test.ts",
    "src/part/a_direct_test.ts",
    "src/part/a_far_test.ts",
  ]);
});

Deno.test("nearestTests: none that cannot reach the module, not even the one with its name", () => {
  assertEquals(
    testsOf("src/part/line.ts", {
      "src/part/line_test.ts": ["src/part/other.ts"],
      "src/part/line.ts": ["src/part/other.ts"],
    }),
    [],
  );
});

Deno.test("nearestTests: none of another part of the project, though what it tests uses the module", () => {
  assertEquals(
    testsOf("src/part/line.ts", {
      "src/user/user.ts": ["src/part/line.ts"],
      "src/user/user_test.ts": ["src/user/user.ts"],
      "src/part/through_user_test.ts": ["src/user/user.ts"],
    }),
    ["src/part/through_user_test.ts"],
  );
});

Deno.test("nearestTests: of very many the nearest", () => {
  const many = Object.fromEntries(
    Array.from({ length: 100 }, (_, at) => [`src/part/all/t${at + 100}_test.ts`, ["src/part/line.ts"]]),
  );
  const tests = testsOf("src/part/line.ts", { ...many, "src/part/line_test.ts": ["src/part/line.ts"] });
  assertEquals(tests.length, 30);
  assertEquals(tests[0], "src/part/line_test.ts");
});
