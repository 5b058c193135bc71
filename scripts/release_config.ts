/**
 * Writes dist/deno.json and dist/deno.lock: the project's own with no packages but those that the executable's modules import. `deno
 * compile` embeds every npm package that the lock file knows, and those of tests and of the peers' benchmarks would make a third of it.
 *
 * @module
 */

/** Modules that the executable begins with: the program, and what its Workers load. */
const roots = Deno.args;

const used = (await Promise.all(roots.map(packageImports))).flat();
const config = JSON.parse(Deno.readTextFileSync("deno.json"));
const imports = Object.entries<string>(config.imports)
  .filter(([, target]) => !target.startsWith("npm:") || used.some((specifier) => specifier.startsWith(target)))
  .map(([name, target]) => [name, target.startsWith("./") ? `.${target}` : target]);
Deno.mkdirSync("dist", { recursive: true });
Deno.writeTextFileSync(
  "dist/deno.json",
  JSON.stringify({ imports: Object.fromEntries(imports), nodeModulesDir: "none" }),
);
Deno.copyFileSync("deno.lock", "dist/deno.lock");

/** What the modules that `root` leads to import from npm, as written in the import map. */
async function packageImports(root: string): Promise<string[]> {
  const command = new Deno.Command(Deno.execPath(), { args: ["info", "--json", root], stderr: "inherit" });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`Cannot tell what ${root} imports: deno info failed`);
  const graph: { modules: { dependencies?: { code?: { specifier?: string } }[] }[] } = JSON.parse(
    new TextDecoder().decode(stdout),
  );
  return graph.modules.flatMap(({ dependencies = [] }) => dependencies.map(({ code }) => code?.specifier ?? ""))
    .filter((specifier) => specifier.startsWith("npm:"));
}
