/**
 * Writes dist/deno.json and dist/deno.lock: the project's own without what only tests and the peers' benchmarks import. `deno compile` embeds every npm
 * package that the lock file knows, and those would make a fifth of the executable.
 *
 * @module
 */

const TEST_ONLY = [
  "@sinonjs/fake-timers",
  "async-sema",
  "axe-core",
  "effect",
  "fast-check",
  "generic-pool",
  "mitata",
  "puppeteer-core",
  "tarn",
];

const config = JSON.parse(Deno.readTextFileSync("deno.json"));
const imports = Object.entries<string>(config.imports)
  .filter(([name]) => !TEST_ONLY.includes(name))
  .map(([name, target]) => [name, target.startsWith("./") ? `.${target}` : target]);
Deno.mkdirSync("dist", { recursive: true });
Deno.writeTextFileSync(
  "dist/deno.json",
  JSON.stringify({ imports: Object.fromEntries(imports), nodeModulesDir: "none" }),
);
Deno.copyFileSync("deno.lock", "dist/deno.lock");
