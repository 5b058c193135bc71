import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { groupVerdicts } from "../../compare/group_verdicts.ts";
import type { MeasuredBenchmark, ResultDocument } from "../document.ts";
import { documentFrom } from "../document_file.ts";
import { packed, unpacked } from "../packed_document.ts";
import { createRandom } from "../random.ts";
import { DEFAULT_SETTINGS } from "../settings.ts";
import type { EndedProcess, ProcessRequest, ProcessRunner } from "./command_process.ts";
import type { CommandsRequest } from "./commands_request.ts";
import { measureCommands, type MeasureCommandsOptions } from "./measure_commands.ts";

const QUIET: CommandsRequest = {
  texts: ["a", "b"],
  shell: { kind: "none" },
  prepare: null,
  warmup: 1,
  runs: 30,
  ignoreFailure: false,
  showOutput: false,
};

/** Nothing happens on it. */
const QUIET_HOST = {
  cpuNs: null,
  runQueueDelayNs: null,
  involuntarySwitches: null,
  processCpuNs: 0,
  stealMs: 0,
  clockGapMs: 0,
};

/** Processes that take what a test says; it notes what was run. */
class ScriptedRunner implements ProcessRunner {
  readonly unknownUsage = null;
  readonly ran: string[] = [];
  readonly #script: (text: string, times: number) => Partial<EndedProcess>;

  constructor(script: (text: string, times: number) => Partial<EndedProcess>) {
    this.#script = script;
  }

  run({ words, environment, killsRest }: ProcessRequest): Promise<EndedProcess> {
    const text = words.at(-1) ?? "";
    assert("PUFFIN_BENCH_PADDING" in environment || text === "prepare");
    assertEquals(killsRest, text !== "prepare", "a server that was prepared stays");
    this.ran.push(text);
    const times = this.ran.filter((other) => other === text).length;
    const usual = { wallNs: 1e6, userNs: 7e5, systemNs: 2e5, peakBytes: null, exitCode: 0 };
    return Promise.resolve({
      status: "ended",
      ...usual,
      timedOut: false,
      stderrTail: "",
      ...this.#script(text, times),
    });
  }

  async observe(request: ProcessRequest): Promise<EndedProcess> {
    return { ...await this.run(request), peakBytes: 3_000_000 };
  }

  close(): void {}
}

function measured(
  runner: ProcessRunner,
  commands: Partial<CommandsRequest> = {},
  { readHost = () => QUIET_HOST, ...signal }: Pick<MeasureCommandsOptions, "signal" | "readHost"> = {},
): Promise<ResultDocument> {
  return measureCommands({
    commands: { ...QUIET, ...commands },
    settings: { ...DEFAULT_SETTINGS, seed: 7, timeMs: 3_000 },
    launcher: { executable: "not-started", arguments: [] },
    tool: { name: "test", version: "1" },
    arguments: [],
    runner,
    readHost,
    ...signal,
  });
}

function found({ benchmarks }: ResultDocument, name: string): MeasuredBenchmark {
  const benchmark = benchmarks.find((result) => result.name === name);
  assert(benchmark !== undefined && benchmark.status !== "failed", `${name} has failed`);
  return benchmark;
}

/** Noise of some percent that only ever adds. */
function noisy(seed: number): (ns: number) => number {
  const random = createRandom(seed);
  return (ns) => ns * (1 + 0.03 * random.nextFloat());
}

Deno.test("measureCommands() yields a valid document: a sample a run, a block of three rounds for a fork", async () => {
  const noise = noisy(1);
  const runner = new ScriptedRunner((text) => ({ wallNs: noise(text === "a" ? 10e6 : 20e6) }));
  const document = await measured(runner);
  assertEquals(documentFrom(JSON.parse(JSON.stringify(document)), "test"), document);
  assertEquals(unpacked(packed(document), 1e7), JSON.parse(JSON.stringify(document)));
  assertEquals([document.settings.forks, document.settings.rounds], [10, 3]);
  const a = found(document, "a");
  assertEquals([a.id, a.group, a.baseline, found(document, "b").baseline], ["commands/a", "commands", true, false]);
  assertEquals(a.forks.map(({ samples }) => samples.wallNs.length), Array(10).fill(3));
  assertEquals(a.forks[0]?.samples.processes, {
    userNs: [7e5, 7e5, 7e5],
    systemNs: [2e5, 2e5, 2e5],
    exitCodes: [0, 0, 0],
  });
  assertEquals([a.memory.residentBytes, a.forks[0]?.warmup.iterations], [3_000_000, 2]);
  const [ratio] = document.groups;
  assert(ratio?.ratio !== null && ratio !== undefined && ratio.ratio.low < 2 && ratio.ratio.high > 2 * 0.98);
  assertEquals(groupVerdicts(document.groups, document.benchmarks), ["slower"]);
  // Two runs before any that counts, then rounds of both in random order.
  assertEquals(runner.ran.slice(0, 4), ["a", "a", "b", "b"]);
  const rounds = Array.from({ length: 30 }, (_, round) => runner.ran.slice(4 + 2 * round, 6 + 2 * round));
  assert(rounds.every((round) => new Set(round).size === 2));
  assertEquals(new Set(rounds.map(([first]) => first)).size, 2);
});

Deno.test("measureCommands() takes the shell's own start off, and tells what is no more than that", async () => {
  const runner = new ScriptedRunner((text) => ({ wallNs: text === "" ? 2e6 : text === "a" ? 12e6 : 2e6 }));
  const document = await measured(runner, { shell: { kind: "shell", program: "sh" } });
  assertEquals([found(document, "a").statistics.median, found(document, "b").status], [10e6, "optimized_out"]);
  assertEquals(document.groups.map(({ ratio }) => ratio), [null]);
  assertStringIncludes(document.warnings.map(({ message }) => message).join(), "--shell none");
  assertEquals(documentFrom(JSON.parse(JSON.stringify(document)), "test"), document);
});

Deno.test("measureCommands() tells why a command failed, and goes on with the others", async () => {
  const runner = new ScriptedRunner((text, times) =>
    text === "b" && times === 9 ? { exitCode: 3, stderrTail: "no luck" } : {}
  );
  const document = await measured(runner);
  assertEquals(found(document, "a").statistics.samples, 30);
  const failed = document.benchmarks.find(({ name }) => name === "b");
  assert(failed?.status === "failed");
  assertEquals([failed.failure.reason, failed.failure.fork], ["exit_code", 2]);
  assertStringIncludes(failed.failure.message, 'exit code 3; stderr ends with "no luck"');
  assertEquals(runner.ran.filter((text) => text === "b").length, 9, "it is not run again");

  const lenient = await measured(new ScriptedRunner(() => ({ exitCode: 3 })), { ignoreFailure: true });
  assertEquals(found(lenient, "b").forks[0]?.samples.processes?.exitCodes, [3, 3, 3]);
  assertEquals(lenient.warnings.filter(({ code }) => code === "exit_codes").length, 2);
  const late = await measured(new ScriptedRunner(() => ({ timedOut: true, exitCode: 137 })), { ignoreFailure: true });
  assertEquals(late.benchmarks.map((result) => result.status === "failed" && result.failure.reason), [
    "timed_out",
    "timed_out",
  ]);
});

Deno.test("measureCommands() prepares every run, and reports a preparation that fails", async () => {
  const runner = new ScriptedRunner(() => ({}));
  await measured(runner, { texts: ["a"], prepare: "prepare", runs: 2 });
  assertEquals(runner.ran, Array(4).fill(["prepare", "a"]).flat());
  const failing = new ScriptedRunner((text) => text === "prepare" ? { exitCode: 1 } : {});
  const document = await measured(failing, { prepare: "prepare" });
  assertEquals(document.benchmarks.map((result) => result.status === "failed" && result.failure.reason), [
    "setup_failed",
    "setup_failed",
  ]);
  assertEquals(failing.ran, ["prepare", "prepare"]);
});

Deno.test("measureCommands() keeps what was complete when it is interrupted", async () => {
  const interruption = new AbortController();
  const runner = new ScriptedRunner((_, times) => {
    if (times === 12) interruption.abort();
    return {};
  });
  const document = await measured(runner, {}, { signal: interruption.signal });
  assertEquals(document.run.status, "interrupted");
  assertEquals(documentFrom(JSON.parse(JSON.stringify(document)), "test"), document);
  assertEquals(document.benchmarks.length, 2);
  for (const { status } of document.benchmarks) assertEquals(status, "ok");
  const none = await measured(new ScriptedRunner(() => ({})), {}, { signal: AbortSignal.abort() });
  assertEquals([none.benchmarks, none.run.status], [[], "interrupted"]);
});

Deno.test("groupVerdicts() says same, faster or inconclusive as the runs bear it out", async () => {
  const verdict = async (factor: number, noise: (ns: number) => number) => {
    const runner = new ScriptedRunner((text) => ({ wallNs: noise(text === "a" ? 10e6 : factor * 10e6) }));
    const { groups, benchmarks } = await measured(runner);
    return groupVerdicts(groups, benchmarks)[0];
  };
  assertEquals(await verdict(1.01, noisy(3)), "same");
  assertEquals(await verdict(0.5, noisy(4)), "faster");
  const random = createRandom(5);
  assertEquals(await verdict(1.05, (ns) => ns * (1 + 2 * random.nextFloat())), "inconclusive");
});

Deno.test("measureCommands() does not count a run during which the hypervisor gave the processor to others", async () => {
  let readings = 0;
  // Read before and after each of four runs: the time is taken during the second.
  const readHost = () => ({ ...QUIET_HOST, stealMs: readings++ < 3 ? 0 : 10 });
  const runner = new ScriptedRunner((_, times) => ({ wallNs: times === 4 ? 5e6 : 1e6 }));
  const { forks, statistics } = found(await measured(runner, { texts: ["a"], runs: 4 }, { readHost }), "a");
  assertEquals(forks.map(({ samples }) => samples.excluded.length), [0, 1, 0, 0]);
  assertEquals([statistics.samples, statistics.max], [3, 1e6]);
});
