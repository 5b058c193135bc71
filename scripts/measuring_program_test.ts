import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { run } from "../src/cli/testdata/program.ts";

Deno.test("examples/measuring_program.ts measures in forks of itself", async () => {
  const example = fileURLToPath(new URL("../examples/measuring_program.ts", import.meta.url));
  const { code, stdout } = await run([Deno.execPath(), "run", "--quiet", "--allow-all", example], []);
  assertEquals({ code, stdout }, { code: 0, stdout: "numbers/sum ok 2\nnumbers/wrong failed returned_false\n" });
});
