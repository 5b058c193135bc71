import { assert, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { hasProgram, inTempDir, type Program, PUFFIN_BENCH, run } from "./testdata/program.ts";
import { standing } from "./testdata/standing_program.ts";

const puffinBench = standing(PUFFIN_BENCH);

/** What a terminal is sent between clearing what is below, the last time, and going up again. */
// deno-lint-ignore no-control-regex
const LISTED_BY_ZSH = /[^]*\x1b\[J([^]*?)\x1b\[\d*A/;

/** What a shell offers after each line, sorted and without descriptions. */
type Complete = (scriptPath: string, lines: readonly (readonly string[])[]) => Promise<string[][]>;

const COMPLETE: Readonly<Record<string, Complete>> = {
  async bash(scriptPath, lines) {
    const code = `source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _puffin_bench 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    return await Promise.all(lines.map(async (words) => {
      const args = [code, "bash", scriptPath, "puffin-bench", ...words];
      return offered(await stdoutOf(["bash", "-c"], args), /^(\S+)$/gm);
    }));
  },
  async zsh(scriptPath, lines) {
    const helper = fileURLToPath(new URL("./testdata/complete_in_zsh", import.meta.url));
    const typed = lines.map((words) => ["puffin-bench", ...words].join(" "));
    const shown = (await stdoutOf(["zsh", "-f"], [helper, scriptPath, ...typed])).split("\0");
    return lines.map((_, index) =>
      offered(LISTED_BY_ZSH.exec(shown[index] ?? "")?.[1] ?? "", /(?:^| {2})([a-z][\w-]*|--[\w-]+)\b/gm)
    );
  },
  async fish(scriptPath, lines) {
    const code = "source $argv[1]; complete -C (string join -- ' ' puffin-bench $argv[2..])";
    return await Promise.all(lines.map(async (words) => {
      return offered(await stdoutOf(["fish", "-c"], [code, scriptPath, ...words]), /^(\S+)/gm);
    }));
  },
};

async function stdoutOf(program: Program, args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(program, args);
  assertEquals(code, 0, stderr);
  return stdout;
}

function offered(text: string, word: RegExp): string[] {
  return [...text.matchAll(word)].map(([, found]) => String(found)).sort();
}

for (const [shell, complete] of Object.entries(COMPLETE)) {
  Deno.test({
    name: `puffin-bench completions ${shell}: the real shell offers commands, their options and those options' values`,
    ignore: !hasProgram(shell),
    fn: () =>
      inTempDir(async (folder) => {
        const script = await puffinBench(["completions", shell]);
        assertEquals({ code: script.code, stderr: script.stderr }, { code: 0, stderr: "" });
        const path = `${folder}/script`;
        await Deno.writeTextFile(path, script.stdout);
        const lines = [[""], ["schema", ""], ["list", "--format", ""], ["baseline", "s"], ["baseline", "save", "--"]];
        const [commands = [], schema, format, baseline, options = []] = await complete(path, lines);
        for (const command of ["all", "coordination", "compare", "completions"]) {
          assert(commands.includes(command), commands.join());
        }
        assert(!commands.includes("fork"), "what help hides is not offered");
        assertEquals(schema, ["comparison", "result"]);
        assertEquals(format, ["json", "table"]);
        assertEquals(baseline, ["save", "show"]);
        assert(options.includes("--force") && options.includes("--across-hosts"), options.join());
        assert(!options.includes("--forks"), "only that command's options are offered");
      }),
  });
}

Deno.test("puffin-bench completions refuses a shell that it does not know, and names those that it does", async () => {
  const { code, stdout, stderr } = await puffinBench(["completions", "tcsh"]);
  assertEquals({ code, stdout }, { code: 2, stdout: "" });
  assertMatch(stderr, /^error: .*"tcsh".*bash, zsh, fish\n$/);
});

Deno.test({
  name: "puffin-bench manual: mandoc finds no error, and shows each command, option and exit code",
  ignore: !hasProgram("mandoc", ["-T", "locale", "/dev/null"]),
  fn: () =>
    inTempDir(async (folder) => {
      const page = await puffinBench(["manual"]);
      assertEquals({ code: page.code, stderr: page.stderr }, { code: 0, stderr: "" });
      const path = `${folder}/puffin-bench.1`;
      await Deno.writeTextFile(path, page.stdout);
      const lint = await run(["mandoc", "-T", "lint", "-W", "warning"], [path]);
      assertEquals(lint.stdout.replace(/^.*missing date.*\n/gm, ""), "");
      const shown = (await run(["mandoc", "-T", "html"], [path])).stdout.replace(/<[^>]*>/g, "").replaceAll(
        "&lt;",
        "<",
      );
      for (
        const text of ["puffin-bench baseline save [files...]", "--across-hosts", "Exit codes:", "ab --a main --b HEAD"]
      ) {
        assert(shown.includes(text), `${text} is missing`);
      }
    }),
});
