import { assertEquals } from "@std/assert";
import { join } from "node:path";
import { inTempDir } from "../../testdata/temp_dir.ts";
import { runNew } from "./new.ts";

Deno.test("the file that new writes imports nothing but what is built in", () =>
  inTempDir(async (folder) => {
    const path = join(folder, "parser_bench.ts");
    const ignored = { write: () => Promise.resolve(true), writeNow() {} };
    await runNew(path, { suites: {}, mainModule: "", arguments: [], stdout: ignored, stderr: ignored });
    const imports = (await Deno.readTextFile(path)).match(/^.*\bfrom\s+".*$/gm)?.filter((line) =>
      !line.startsWith("//")
    );
    assertEquals(imports, ['import { suite } from "puffin-bench";']);
  }));
