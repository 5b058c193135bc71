import { assertEquals } from "@std/assert";
import { parse as parseYaml } from "yaml";
import { SUITES } from "../bench/mod.ts";
import type { CommandGrammar } from "../src/cli/grammar/command_grammar.ts";
import { parseConfig } from "../src/cli/config_file.ts";
import { readGrammar } from "../src/cli/grammar/mod.ts";
import { streamOutput } from "../src/cli/output.ts";
import { createProgram } from "../src/cli/program.ts";
import configuration from "../deno.json" with { type: "json" };
import { callsIn, complaintOf } from "./testdata/command_lines.ts";
import { type Code, existsInProject, modulePaths, parseDocument, readDocuments } from "./testdata/documents.ts";

/** Pages that name modules, as a rule without the whole of their path. */
const ABOUT_THE_CODE: ReadonlySet<string> = new Set([
  "CONTRIBUTING.md",
  "docs/architecture.md",
  "docs/decisions.md",
  "docs/how-we-measure.md",
]);

/** What whoever measures looks for, and where it stands. */
const TOPICS: Readonly<Record<string, string>> = {
  "what is measured": "README.md#the-suites",
  "running everything, or one suite": "README.md#quick-start",
  "benchmarks of agents": "docs/suites.md#core-agent",
  "benchmarks of resources": "docs/suites.md#resource-management",
  "benchmarks of coordination": "docs/suites.md#coordination",
  "benchmarks of observability": "docs/suites.md#observability",
  "what the columns mean": "README.md#reading-a-result",
  "what performance to expect": "docs/suites.md#what-is-expected",
  "bottlenecks, and strategies against them": "docs/suites.md#what-costs-time-and-what-helps",
  "continuous integration": "README.md#in-continuous-integration",
  "regressions": "README.md#comparing",
  "adding benchmarks": "README.md#your-own-benchmarks",
  "good practice": "docs/guides/measuring.md#benchmarks-of-your-own",
  "when something goes wrong": "README.md#troubleshooting",
  "debugging": "docs/troubleshooting.md#a-benchmark-fails",
  "contributing": "CONTRIBUTING.md#add-a-benchmark",
  "where results are": "docs/guides/measuring.md#where-results-are",
  "hardware": "docs/guides/host.md#the-host",
};

const documents = readDocuments();
const grammar = grammarOfProgram();

Deno.test("documents call puffin-bench as its grammar has it", () => {
  const calls = documents.flatMap(({ path, code }) =>
    code.flatMap((piece) => callsOf(piece).map((call) => [path, call] as const))
  );
  const wrong = calls.map(([path, { words, isWhole }]) => [path, complaintOf(grammar, words, isWhole)] as const);
  assertEquals(wrong.filter(([, complaint]) => complaint !== undefined), []);
  assertEquals(calls.length > 20, true, "documents name commands");
});

Deno.test("documents name tasks that there are", () => {
  const named = documents.flatMap(({ path, code }) =>
    code.flatMap(({ text }) =>
      [...text.matchAll(/denow task ([\w:-]+)/g)].map(([, name = ""]) => [path, name] as const)
    )
  );
  assertEquals(named.filter(([, name]) => !Object.hasOwn(configuration.tasks, name)), []);
});

Deno.test("documents about the code name modules that there are", () => {
  const modules = modulePaths();
  const named = documents.filter(({ path }) => ABOUT_THE_CODE.has(path)).flatMap(({ path, code }) =>
    code.filter(({ isInline, text }) => isInline && /^[\w./]+\.ts$/.test(text)).map(({ text }) => [path, text] as const)
  );
  assertEquals(named.filter(([, name]) => !modules.some((module) => `/${module}`.endsWith(`/${name}`))), []);
  assertEquals(named.length > 50, true, "they name modules");
});

Deno.test("documents link to files and headings that there are", () => {
  const anchorsOf = new Map(documents.map(({ path, anchors }) => [path, anchors]));
  const dead = documents.flatMap(({ path, links }) =>
    links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const { pathname, hash } = new URL(link, `file:///${path}`);
      const target = decodeURIComponent(pathname.slice(1));
      if (!existsInProject(target)) return true;
      return hash !== "" && !(anchorsOf.get(target)?.has(hash.slice(1)) ?? false);
    }).map((link) => `${path}: ${link}`)
  );
  assertEquals(dead, []);
});

Deno.test("README leads to whatever one who measures looks for", () => {
  const readme = documents.find(({ path }) => path === "README.md")?.links.map((link) => link.replace(/#.*/, "")) ?? [];
  const index = documents.find(({ path }) => path === "docs/README.md")?.links.map((link) => `docs/${link}`) ?? [];
  for (const [topic, place] of Object.entries(TOPICS)) {
    const [path = "", anchor = ""] = place.split("#");
    assertEquals(documents.find((document) => document.path === path)?.anchors.has(anchor), true, topic);
    assertEquals(["README.md", ...readme, ...index].includes(path), true, topic);
  }
});

Deno.test("README shows of a comparison what the golden page has", () => {
  const blocks = documents.find(({ path }) => path === "README.md")?.code ?? [];
  const shown = blocks.find(({ text }) => text.startsWith("SLOWER: "))?.text.split("\n").slice(1) ?? [];
  const golden = new URL("../src/report/comparison/testdata/table_80.txt", import.meta.url);
  const page = new Set(Deno.readTextFileSync(golden).split("\n"));
  assertEquals(shown.filter((line) => !page.has(line)), []);
  assertEquals(shown.length > 10, true);
});

Deno.test("the configuration that docs/guides/comparing.md shows is one", () => {
  const guide = documents.find(({ path }) => path === "docs/guides/comparing.md");
  const config = parseConfig(guide?.code.find(({ language }) => language === "json")?.text ?? "", "the guide's");
  assertEquals(config.thresholds.length, 2);
});

Deno.test("every page of docs can be reached from its index", () => {
  const index = documents.find(({ path }) => path === "docs/README.md")?.links ?? [];
  const pages = documents.map(({ path }) => path).filter((path) =>
    path.startsWith("docs/") && path !== "docs/README.md"
  );
  assertEquals(pages.filter((path) => !index.includes(path.slice("docs/".length))), []);
});

Deno.test("examples/README.md tells of every example", () => {
  const told = documents.find(({ path }) => path === "examples/README.md")?.links ?? [];
  const examples = modulePaths().filter((path) => /^examples\/(?:benchmarks\/)?\w+\.ts$/.test(path));
  const untold = examples.filter((path) =>
    !path.endsWith("_test.ts") && !told.includes(path.slice("examples/".length))
  );
  assertEquals(untold, []);
});

Deno.test("README's step of a workflow has inputs that the action takes", () => {
  const blocks = documents.find(({ path }) => path === "README.md")?.code ?? [];
  const [step] = parseYaml(blocks.find(({ language }) => language === "yaml")?.text ?? "");
  const { inputs } = parseYaml(Deno.readTextFileSync(new URL("../action.yml", import.meta.url)));
  assertEquals(Object.keys(step.with).filter((name) => !Object.hasOwn(inputs, name)), []);
});

Deno.test("docs/suites.md tells of benchmarks that there are, and what is expected of them", async () => {
  const sections = Deno.readTextFileSync(new URL("../docs/suites.md", import.meta.url)).split(/^## /m);
  const rowsOf = (title: string) => {
    const section = sections.find((section) => section.startsWith(`${title}\n`)) ?? "";
    return [...section.matchAll(/^\| (.+?) +\| (.+?) +\|(?: (.+?) +\|)?$/gm)].slice(2);
  };
  const expected = new Set<string>();
  for (const [name, { load }] of Object.entries(SUITES)) {
    const { benchmarks } = await load(), names = new Set(benchmarks.map(({ name }) => name));
    assertEquals(rowsOf(name).map(([, told = ""]) => told).filter((told) => !names.has(told)), [], name);
    for (const { options: { expected: limits } } of benchmarks) {
      if (limits !== undefined) expected.add(`${limits.operation} ${limits.minOpsPerSecond} ${limits.maxDurationMs}`);
    }
  }
  const told = rowsOf("What is expected").map(([, operation, ops = "", ms]) =>
    `${operation} ${ops.replace(",", "")} ${ms}`
  );
  assertEquals(told.length, 6);
  assertEquals(told.filter((row) => !expected.has(row)), []);
});

Deno.test("docs/how-we-measure.md has the rates of the last calibration", () => {
  const read = (path: string) => Deno.readTextFileSync(new URL(`../${path}`, import.meta.url));
  const calibration = read("results/calibration.md").replaceAll("&#43;", "+").split(/^## /m);
  const [, table = ""] = read("docs/how-we-measure.md").split(/^## How often verdicts are wrong$/m);
  const rows = [...table.matchAll(/^\| (\d+) s, threshold ([\d.]+) %(?:, level \d+ %)?, (.+?) +\| (.+) \|$/gm)];
  assertEquals(rows.length, 4);
  for (const [row = "", seconds, threshold, load = "", cells = ""] of rows) {
    const section = calibration.find((section) =>
      section.startsWith(`Two programs in turn (ab --threshold ${threshold} `) &&
      section.includes(`--budget ${seconds}s), ${load}\n`)
    );
    const told = (line: RegExp) => line.exec(section ?? "")?.[1];
    const [alarms = "", ...rates] = cells.split("|").map((cell) => cell.trim());
    assertEquals(alarms.replace(/\).*/, ""), told(/code that alarm \| (.+?) %\)/), row);
    assertEquals(rates, [
      told(/\+3 % in one benchmark \| found (.+?) \(/),
      told(/\+5 % in one benchmark \| found (.+?) \(/),
      told(/\+10 % in one benchmark \| found (.+?) \(/),
      told(/smallest change found with 95 % power \| (.+?) \|/),
    ], row);
  }
});

Deno.test("CITATION.cff has the version of deno.json", () => {
  const citation = parseYaml(Deno.readTextFileSync(new URL("../CITATION.cff", import.meta.url)));
  assertEquals([citation["cff-version"], citation.version, citation.license], [
    "1.2.0",
    configuration.version,
    configuration.license,
  ]);
});

Deno.test("a wrong command line is found, whatever is wrong with it", () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ["puffin-bench all --quick", undefined],
    ["puffin-bench compare --baseline a.json b.json --current c.json --threshold=5", undefined],
    ["puffin-bench all --format xml", "--format is one of"],
    ["puffin-bench all --fast", "puffin-bench all has no option --fast"],
    ["puffin-bench messure", "puffin-bench has no command messure"],
    ["puffin-bench baseline keep", "puffin-bench baseline has no command keep"],
    ["puffin-bench schema", "puffin-bench schema needs <document>"],
    ["puffin-bench list suites", "puffin-bench list takes no argument suites"],
    ["puffin-bench all --filter", "--filter needs a value"],
    ["true && puffin-bench all \\\n  --fast # puffin-bench all --quicker", "puffin-bench all has no option --fast"],
    ["./denow run --allow-all src/cli/main.ts all --fast", "puffin-bench all has no option --fast"],
    ["source <(puffin-bench completions)", "puffin-bench completions needs <shell>"],
  ];
  for (const [line, expected] of cases) {
    const [words = []] = callsIn(line);
    const complaint = complaintOf(grammar, words, true);
    assertEquals(complaint?.slice(0, expected?.length), expected, line);
  }
});

Deno.test("a document's code, links and anchors are found wherever they stand", () => {
  const { code, links, anchors } = parseDocument(
    "a.md",
    "# The `--a` way\n\n- [b](b.md#c)\n\n  ```sh\n  puffin-bench all\n  ```\n\n| `x` |\n| --- |\n| [d][d] |\n\n## The --a way\n\n[d]: d.ts\n",
  );
  assertEquals(code.map(({ text }) => text), ["--a", "puffin-bench all", "x"]);
  assertEquals(links, ["b.md#c", "d.ts"]);
  assertEquals([...anchors], ["the---a-way", "the---a-way-1"]);
});

interface Call {
  readonly words: readonly string[];
  readonly isWhole: boolean;
}

/** Scripts are whole; words within a sentence only begin a command; of a list without a language only the command is judged. */
function callsOf({ language, isInline, text }: Code): Call[] {
  if (["sh", "bash"].includes(language)) return callsIn(text).map((words) => ({ words, isWhole: true }));
  if (isInline) return callsIn(text).map((words) => ({ words, isWhole: false }));
  if (language !== "") return [];
  return callsIn(text).map(([command = ""]) => ({ words: [command.replace(/,$/, "")], isWhole: false }));
}

function grammarOfProgram(): CommandGrammar {
  const output = streamOutput(Deno.stdout);
  const context = { suites: SUITES, mainModule: import.meta.url, arguments: [], stdout: output, stderr: output };
  return readGrammar(createProgram(context, () => {}));
}
