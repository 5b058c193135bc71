import { assert, assertEquals } from "@std/assert";
import type { ResultDocument } from "../measure/document.ts";
import { parseDocument } from "../measure/document_file.ts";
import { parseMessage } from "../measure/fork_messages.ts";
import { encodeRequest } from "../measure/protocol.ts";
import { TIMED_V8_FLAGS } from "../measure/run/spawn.ts";
import { QUICK_SETTINGS } from "../measure/settings.ts";
import { ExecutableCopy } from "./executable_copy.ts";
import { FORK_COMMAND } from "./fork_command.ts";
import { inTempDir, PUFFIN_BENCH, run, start, testExecutable } from "./testdata/program.ts";

const ONE = [
  ...["core-agent", "--quick", "--forks", "1", "--time", "5ms", "--no-references", "--no-host-figures"],
  ...["--filter", "Simple|Coordination", "--format", "json"],
];
const FLAG = "--single-threaded";

const binary = Deno.env.get("PUFFIN_BENCH_BINARY");
// macOS lets no changed executable run.
const canBeChanged = binary !== undefined && Deno.build.os !== "darwin";

/** Variables that name the folder of temporary files, on any system. */
const temporary = (folder: string) => ({ TMPDIR: folder, TEMP: folder, TMP: folder });

const codes = ({ warnings }: ResultDocument) =>
  warnings.map(({ code }) => code).filter((code) => /^(gc|isolate)_/.test(code));
const foldersIn = (path: string) =>
  [...Deno.readDirSync(path)].filter(({ isDirectory }) => isDirectory).map(({ name }) => name);

Deno.test({
  name: "puffin-bench --isolate-vm measures with the flag in force, and leaves no executable behind",
  ignore: binary !== undefined && !canBeChanged,
  fn: () =>
    inTempDir(async (folder) => {
      const { code, stdout, stderr } = await run(PUFFIN_BENCH, [...ONE, "--isolate-vm"], { env: temporary(folder) });
      assertEquals(code, 0, stderr);
      const document = parseDocument(stdout, "stdout");
      assertEquals(document.environment.v8Flags, [...TIMED_V8_FLAGS, FLAG], stderr);
      assert(!codes(document).includes("isolate_vm_unavailable"));
      assert(document.benchmarks.every((result) => result.status !== "failed" && result.memory.gc !== null), stdout);
      assertEquals(foldersIn(folder), []);
    }),
});

testExecutable(
  "puffin-bench --isolate-vm goes on without the flag where no changed executable can be written",
  async () => {
    const { code, stdout, stderr } = await run(PUFFIN_BENCH, [...ONE, "--isolate-vm"], { env: temporary("/nowhere") });
    assertEquals(code, 0, stderr);
    const document = parseDocument(stdout, "stdout");
    assertEquals(document.environment.v8Flags, [...TIMED_V8_FLAGS]);
    assert(codes(document).includes("isolate_vm_unavailable"));
  },
);

/** Resolves when the run has started to measure. */
async function measuring(child: Deno.ChildProcess): Promise<void> {
  const reader = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("Measuring")) {
    const { value, done } = await reader.read();
    assert(!done, text);
    text += value;
  }
  await reader.cancel();
}

testExecutable(
  "puffin-bench --isolate-vm leaves no executable behind when it is interrupted, once or twice",
  () =>
    inTempDir(async (folder) => {
      for (const signals of [["SIGINT"], ["SIGINT", "SIGINT"], ["SIGTERM"]] as const) {
        const args = ["core-agent", "--isolate-vm", "--forks", "100", "--time", "10s"];
        const child = start(PUFFIN_BENCH, args, { env: temporary(folder) });
        await measuring(child);
        if (canBeChanged) assertEquals(foldersIn(folder).length, 1);
        for (const signal of signals) child.kill(signal);
        await child.stdout.cancel();
        assertEquals((await child.status).code, signals[0] === "SIGTERM" ? 143 : 130);
        assertEquals(foldersIn(folder), []);
      }
    }),
);

/** The names of a fork's threads, once it is at work. */
async function threadsOf(executable: string): Promise<string[]> {
  const child = new Deno.Command(executable, { args: [FORK_COMMAND], stdin: "piped", stdout: "piped" }).spawn();
  const token = crypto.randomUUID();
  const settings = { ...QUICK_SETTINGS, seed: 1, warmupMs: 60_000, maxWarmupMs: 60_000 };
  const shape = { kind: "async", hooks: "none" } as const;
  const benchmarks = [{ id: "core-agent/Coordination Primitive", shape, reference: null }];
  const request = {
    token,
    task: "time",
    suite: "core-agent",
    fork: 0,
    seed: 1,
    settings,
    slowdown: 1,
    code: null,
    benchmarks,
  } as const;
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(encodeRequest(request)));
  let text = "";
  const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  while (!text.split("\n").some((line) => parseMessage(token, line)?.type === "ready")) {
    const { value, done } = await reader.read();
    assert(!done, text);
    text += value;
  }
  const names = [...Deno.readDirSync(`/proc/${child.pid}/task`)].map(({ name }) =>
    Deno.readTextFileSync(`/proc/${child.pid}/task/${name}/comm`).trim()
  );
  child.kill("SIGKILL");
  await Promise.allSettled([reader.cancel(), writer.close(), child.status]);
  return names;
}

if (canBeChanged && Deno.build.os === "linux") {
  Deno.test("ExecutableCopy of puffin-bench has V8's helper threads off", async () => {
    const helpers = (names: string[]) => names.filter((name) => name.startsWith("V8 "));
    await using copy = await ExecutableCopy.make(binary, FLAG);
    assert(helpers(await threadsOf(Deno.realPathSync(binary))).length > 0, "they are on in the original");
    assertEquals(helpers(await threadsOf(copy.path)), []);
  });
}
