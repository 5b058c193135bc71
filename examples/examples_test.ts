import { assertEquals } from "@std/assert";

const folder = new URL("./", import.meta.url), output = "\n// Prints:\n";

for (const { name, isFile } of Deno.readDirSync(folder)) {
  if (!isFile) continue; // benchmarks/ is run by src/cli/run_e2e_test.ts
  const source = Deno.readTextFileSync(new URL(name, folder)), at = source.indexOf(output);
  if (name === "examples_test.ts" || at < 0) continue;
  Deno.test(`${name} prints what it says`, async () => {
    const args = ["run", "--allow-read", "--allow-net=127.0.0.1", "--no-prompt", new URL(name, folder).href];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    const wanted = source.slice(at + output.length).replaceAll(/^\/\/ /gm, "");
    assertEquals({ stdout: text(stdout), stderr: text(stderr), success }, {
      stdout: wanted,
      stderr: "",
      success: true,
    });
  });
}
