import { assert } from "@std/assert";
import { type Code, readDocuments } from "../../scripts/testdata/documents.ts";
import { comparableDocument, writeResults } from "./testdata/comparable.ts";
import { inTempDir, PUFFIN_BENCH, run, testExecutable } from "./testdata/program.ts";

const AB = "src/cli/ab_e2e_test.ts", RUN = "src/cli/run_e2e_test.ts";

/** Commands of documents that are not run here, the file that runs them instead, and what stands there. */
const ELSEWHERE: Readonly<Record<string, readonly [path: string, text: string]>> = {
  "bash .ci/run": [".github/workflows/ci.yml", "bash .ci/run"],
  "./denow task bench": [".ci/run", "./denow task bench"],
  "./denow task check": [".ci/run", "check documentation ./denow doc"], // its parts, each by itself
  "./denow task compile": [".ci/run", "./denow task compile"],
  "./denow task docs": [".ci/run", "./denow task docs"],
  "./denow task reference": [".ci/run", "./denow task reference"],
  "./denow task test": [".ci/run", "./denow task test"],
  "./denow test --allow-all --v8-flags=--expose-gc src/coordination/": [".ci/run", "./denow task test"],
  "./denow test --doc src/coordination/": [".ci/run", "./denow task docs"],
  // Downloads from the release page; there from a server on this host.
  "sh install.sh": ["scripts/install_test.ts", "install.sh installs the newest release"],
  // Speaks of a benchmark that its reader has just written; held against the grammar there.
  "puffin-bench core-agent --filter Routing --quick": ["scripts/documents_test.ts", "as its grammar has it"],
  "puffin-bench ab --a main --b HEAD bench/parser_bench.ts": [
    AB,
    '"--a", "main", "--b", "HEAD", "bench/parser_bench.ts"',
  ],
  "puffin-bench ab --a old_parser.ts --b new_parser.ts": [AB, '"--a", "old_parser.ts", "--b", "new_parser.ts"'],
  "puffin-bench ab --a ./puffin-bench-old --b ./puffin-bench-new core-agent": [
    AB,
    '"--a", "./puffin-bench-old", "--b", "./puffin-bench-new", "core-agent"',
  ],
  "puffin-bench new parser": [RUN, '"new", "parser"'],
  "puffin-bench run parser_bench.ts": [RUN, '"parser_bench.ts"'],
  "puffin-bench run . --allow-net=127.0.0.1": [RUN, '"run", ".", "--allow-net=127.0.0.1"'],
  "puffin-bench run --watch parser_bench.ts": [RUN, '"run", "--watch", "parser_bench.ts"'],
};

/** The program, but that nobody looks at the figures: `all` has been measured already, and the others take as little time as they can. */
const WRAPPER = `#!/bin/sh
case $1 in
  all) set -- $(ls measured/*.json) && mkdir -p results && mv "$1" results && exit ;;
  core-agent) set -- "$@" --filter 'Metrics Recording$' --forks 1 --time 4ms --no-references --no-host-figures ;;
  run) set -- "$@" --runs 3 --no-host-figures ;;
esac
exec ${PUFFIN_BENCH.map((word) => `'${word}'`).join(" ")} "$@"
`;

/** Commands whose exit code is a judgement. */
const JUDGES = /^puffin-bench doctor\b|puffin-bench compare\b/;

Deno.test("a command of a document is run here, or elsewhere", () => {
  const commands = commandsOfDocuments();
  assert(commands.some((command) => !(command in ELSEWHERE)));
  for (const [command, [path, text]] of Object.entries(ELSEWHERE)) {
    assert(commands.includes(command), `no document has ${command} any more`);
    assert(Deno.readTextFileSync(new URL(`../../${path}`, import.meta.url)).includes(text), `${path} runs ${command}`);
  }
});

async function runAll(): Promise<void> {
  await inTempDir(async (folder) => {
    await prepare(folder);
    const env = { PATH: `${folder}/bin:${Deno.env.get("PATH")}` };
    for (const command of commandsOfDocuments().filter((command) => !(command in ELSEWHERE))) {
      const { code, stdout, stderr } = await run(["sh", "-c"], [command], { cwd: `${folder}/project`, env });
      assert(code === 0 || (code === 1 && JUDGES.test(command)), `${command}: exit code ${code}\n${stdout}${stderr}`);
    }
  });
}

// On the executable only, which documents call puffin-bench: from source it takes several times as long.
if (Deno.build.os !== "windows") {
  testExecutable("every command of README and docs does its work, in the order in which they stand there", runAll);
}

/** Every line of shell in the documents, once; a call of the program's source is one of the program. */
function commandsOfDocuments(): string[] {
  const isShell = ({ language, isInline }: Code) => !isInline && ["sh", "bash"].includes(language);
  const first = (path: string) => path === "README.md" ? 0 : 1;
  const documents = readDocuments().filter(({ path }) => path !== "CHANGELOG.md")
    .toSorted((a, b) => first(a.path) - first(b.path));
  const lines = documents.flatMap(({ code }) => code.filter(isShell)).flatMap(({ text }) =>
    text.replaceAll("\\\n", " ").split("\n")
  );
  const commands = lines.map((line) =>
    line.replace(/(?:^|\s)#.*$/, "").trim().replace(/^\.\/denow run .* src\/cli\/main\.ts\b/, "puffin-bench")
  );
  return [...new Set(commands)].filter((command) => command !== "");
}

/** What the commands speak of: the program, results of days, one more for each time that `all` is called, a file that is sorted. */
async function prepare(folder: string): Promise<void> {
  const project = `${folder}/project`;
  await Deno.mkdir(`${folder}/bin`);
  await Deno.writeTextFile(`${folder}/bin/puffin-bench`, WRAPPER, { mode: 0o755 });
  const measured = [1, 2, 3, 4, 5].map((second) => `measured/benchmark_results_20260131_12000${second}.json`);
  const results = ["mon.json", "tue.json", "wed.json", "thu.json", ...measured];
  await writeResults(
    project,
    Object.fromEntries(results.map((name, minute) => [name, comparableDocument({ minute })])),
  );
  await Deno.writeTextFile(`${project}/names.txt`, "b\na\nb\n");
}
