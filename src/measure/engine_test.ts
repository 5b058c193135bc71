import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { documentSchema } from "./document_schema.ts";
import type { BenchmarkResult, ResultDocument, Settings } from "./document.ts";
import { measure, type MeasureOptions } from "./engine.ts";
import type { MeasureEvent } from "./events.ts";
import { MeasureError } from "./measure_error.ts";
import { calibrationSuite, referenceSuite } from "./reference/mod.ts";
import { QUICK_SETTINGS } from "./settings.ts";
import { basic } from "./testdata/basic_suite.ts";
import { faulty } from "./testdata/faulty_suite.ts";
import { garbage } from "./testdata/garbage_suite.ts";

/** As little as the engine can do: what is tested is what it does, not how well it measures. */
const SETTINGS: Settings = {
  ...QUICK_SETTINGS,
  forks: 1,
  rounds: 3,
  timeMs: 3,
  warmupMs: 6,
  maxWarmupMs: 20,
  timeoutMs: 30_000,
  seed: 1,
};

const path = (name: string) => fileURLToPath(new URL(`./testdata/${name}`, import.meta.url));

const launcher = {
  executable: Deno.execPath(),
  arguments: ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", path("fork_main.ts")],
};

function run(options: Partial<MeasureOptions> & { filter?: string | null; change?: Partial<Settings> } = {}) {
  const { filter = null, change = {}, ...rest } = options;
  const events: MeasureEvent[] = [];
  const document = measure({
    suites: [basic],
    settings: { ...SETTINGS, filter, ...change },
    launcher,
    tool: { name: "puffin-bench", version: "0.1.0" },
    arguments: ["all"],
    references: false,
    listener: (event) => events.push(event),
    ...rest,
  });
  return { document, events };
}

const byId = (document: ResultDocument) => new Map(document.benchmarks.map((result) => [result.id, result]));

function reason(result: BenchmarkResult | undefined): string {
  return result?.status === "failed" ? result.failure.reason : String(result?.status);
}

/** The processes that live and have that argument. */
function processesWith(argument: string): number[] {
  const pids = [...Deno.readDirSync("/proc")].map(({ name }) => Number(name)).filter(Number.isInteger);
  return pids.filter((pid) => {
    try {
      return Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0").includes(argument);
    } catch {
      return false; // it is gone
    }
  });
}

Deno.test("measure() yields a valid document with every benchmark, its forks and its environment", async () => {
  const { document: promise, events } = run({ change: { forks: 2 } });
  const document = await promise;
  assertEquals(documentSchema.safeParse(document).error?.issues, undefined);
  assertEquals(document.run.status, "complete");
  assertEquals(document.benchmarks.map(({ name }) => name), [
    ...["empty", "empty async", "add object", "two objects", "busy", "busy", "busy", "timer promise", "await chain"],
    ...["array", "counted"],
  ]);
  for (const result of document.benchmarks) {
    assert(result.status !== "failed", JSON.stringify(result));
    assertEquals(result.forks.map(({ fork }) => fork), [0, 1]);
    assert(result.forks.every(({ samples }) => samples.wallNs.length === 3 && samples.wallNs.every((ns) => ns > 0)));
    for (const { samples: { startMs, cpuNs, runQueueDelayNs } } of result.forks) {
      assert(startMs.every(Number.isInteger), "whole milliseconds");
      assert([...cpuNs ?? [], ...runQueueDelayNs ?? []].every((ns) => ns % 1000 === 0), "whole microseconds");
    }
  }
  const kinds = new Map(
    document.benchmarks.map((result) => [result.name, result.status === "failed" ? "" : result.kind]),
  );
  assertEquals([kinds.get("busy"), kinds.get("timer promise"), kinds.get("array")], ["sync", "async", "sync"]);
  assertEquals(document.scaling.map(({ name, parameter }) => [name, parameter]), [["busy", "n"]]);
  assertEquals(document.groups.map(({ id, baselineId }) => [id, baselineId]), [[
    "basic/two objects",
    "basic/add object",
  ]]);
  assert(document.environment.v8Flags.includes("--expose-gc"));
  const progress = events.flatMap((event) => event.type === "progress" ? [event.doneRatio] : []);
  assertEquals(progress, progress.toSorted((left, right) => left - right));
  assertEquals(events.filter(({ type }) => type === "benchmark_finished").length, 11);
  assertEquals(events.find(({ type }) => type !== "warning")?.type, "planned");
  assertEquals(events.filter(({ type }) => type === "output"), [], "V8's trace is nobody's output");
  assertEquals(gcOf(document), { unknown: 0, codes: [] });
  assertEquals(document.references, [], "none were asked for");
});

/** How many benchmarks have no collector's pauses, and the warnings about those. */
function gcOf({ benchmarks, warnings }: ResultDocument): { unknown: number; codes: string[] } {
  const unknown = benchmarks.filter((result) => result.status !== "failed" && result.memory.gc === null).length;
  return { unknown, codes: warnings.map(({ code }) => code).filter((code) => code.startsWith("gc_")) };
}

Deno.test({
  name:
    "measure() samples the collector's pauses where V8 does not trace them, says so once, and tells of none within samples",
  ignore: Deno.build.os === "windows", // no env
  async fn() {
    const untraced = {
      executable: "env",
      arguments: ["-u", "DENO_V8_FLAGS", launcher.executable, ...launcher.arguments], // without --expose-gc, too
    };
    const { document: promise, events } = run({ filter: "objects?$", launcher: untraced });
    const document = await promise;
    assertEquals(gcOf(document), { unknown: 0, codes: ["gc_unavailable", "gc_sampled"] });
    assertEquals(
      collectionsOf(document),
      { "add object": [null], "two objects": [null] },
      "V8 cannot be asked for one",
    );
    assertEquals(events.filter(({ type }) => type === "output"), []);
  },
});

Deno.test({
  name: "measure() says so once if the collector's pauses cannot be observed",
  ignore: Deno.build.os === "windows", // no env
  async fn() {
    const flags = "DENO_V8_FLAGS=--trace-gc"; // without --expose-gc there are no marks
    const unmarked = { executable: "env", arguments: [flags, launcher.executable, ...launcher.arguments] };
    const { document } = run({ filter: "objects?$", launcher: unmarked });
    assertEquals(gcOf(await document), { unknown: 2, codes: ["gc_unavailable", "gc_unobserved"] });
  },
});

/** Which samples of each benchmark garbage was collected within, fork by fork. */
function collectionsOf({ benchmarks }: ResultDocument): Record<string, unknown> {
  return Object.fromEntries(benchmarks.map((result) => [
    result.name,
    result.status === "failed" ? result.failure : result.forks.map(({ samples }) => samples.garbageCollected),
  ]));
}

Deno.test("measure() tells within which samples garbage was collected: all of much garbage, none of little or none", async () => {
  const { document } = run({ suites: [garbage] });
  assertEquals(collectionsOf(await document), {
    much: [[0, 1, 2]],
    little: [[]],
    none: [[]],
  });
});

Deno.test("measure() knows an empty function from one that takes its time", async () => {
  const { document } = run({
    filter: "empty$|busy/n=1000$|timer",
    change: { rounds: 8, timeMs: 16, warmupMs: 40, maxWarmupMs: 200 },
  });
  const results = byId(await document);
  assertEquals(reason(results.get("basic/empty")), "optimized_out");
  const [busy, timer] = [results.get("basic/busy/n=1000"), results.get("basic/timer promise")];
  assert(busy?.status === "ok" && busy.statistics.p25 > 500, JSON.stringify(busy));
  assert(timer?.status === "ok" && timer.statistics.p25 > 900_000, "the promise of a synchronous function is awaited");
  assertEquals(timer.kind, "async");
});

Deno.test("measure() reports each way to fail with its reason, and the others go on", async () => {
  const { document, events } = run({ suites: [faulty] });
  const results = byId(await document);
  const reasons = Object.fromEntries([...results].map(([id, result]) => [id.slice("faulty/".length), reason(result)]));
  assertEquals({ ...reasons, fine: "ok" }, {
    "fine": "ok",
    "throws": "threw",
    "throws undefined": "threw",
    "rejects": "threw",
    "false": "returned_false",
    "false later": "returned_false",
    "promise later": "threw",
    "floating rejection": "threw",
    "floating rejection later": "threw",
    "error in timer": "threw",
    "throws, and once more in a timer": "threw",
    "waits longer than that timer": "ok",
    "setup throws": "setup_failed",
    "teardown throws": "teardown_failed",
    "hangs": "timed_out",
    "never settles": "timed_out",
    "hangs later": "timed_out",
    "leaks": "leaked_promise",
    "leaks referenced": "leaked_promise",
    "exits": "crashed",
    "prints": "ok",
    "prints without end": "ok",
    "races": "ok",
    "<script>alert(1)</script>\n\u{1F427}": "ok",
  });
  const exits = results.get("faulty/exits");
  assertStringIncludes(exits?.status === "failed" ? exits.failure.message : "", "exit code 3");
  const printed = events.flatMap((event) => event.type === "output" ? [event.text] : []);
  assert(printed.some((line) => line.includes("a line of its own")));
  assert(printed.length <= 101, "a benchmark that prints does not flood the display");
});

Deno.test("measure() does with one sample and no warm-up, if that is what it is asked for", async () => {
  const change = { rounds: 1, timeMs: 0.1, warmupMs: 0, maxWarmupMs: 0 };
  const { benchmarks } = await run({ filter: "/(empty|empty async|busy/n=100|timer promise|array|counted)$", change })
    .document;
  assertEquals(benchmarks.length, 6);
  assertEquals(
    benchmarks.map((result) => result.status !== "failed" && result.statistics.samples),
    benchmarks.map(() => 1),
  );
});

Deno.test("measure() notices a rejection that nobody handles even if nothing ever waits", async () => {
  const { document } = run({ suites: [faulty], filter: "floating rejection later" });
  assertEquals((await document).benchmarks.map(reason), ["threw"]);
});

Deno.test("measure() is interrupted by its signal: what is complete is kept, and no process is left", async () => {
  const abort = new AbortController();
  const mark = crypto.randomUUID(); // other tests have processes, too
  let finished = 0;
  let isSeen = Deno.build.os !== "linux";
  const { document, events } = run({
    launcher: { ...launcher, arguments: [...launcher.arguments, mark] },
    filter: "busy",
    change: { forks: 1_000 },
    signal: abort.signal,
    listener: (event) => {
      if (event.type === "progress") isSeen ||= processesWith(mark).length > 0;
      if (event.type === "fork_started" && ++finished === 3) abort.abort();
    },
  });
  const { run: { status }, benchmarks } = await document;
  assertEquals([status, benchmarks.length, events.length], ["interrupted", 3, 0]);
  for (const result of benchmarks) assertEquals(result.status !== "failed" && result.forks.length, 2);
  assert(isSeen, "a process would be noticed");
  if (Deno.build.os === "linux") assertEquals(processesWith(mark), []);
});

Deno.test("measure() that is aborted before it starts has nothing, and starts nothing", async () => {
  const { document } = run({ signal: AbortSignal.abort(), launcher: { executable: "/nowhere", arguments: [] } });
  const { run: { status }, benchmarks } = await document;
  assertEquals([status, benchmarks], ["interrupted", []]);
});

Deno.test("measure() slows the benchmarks down as told, and the references never", async () => {
  const { document } = run({
    suites: [calibrationSuite],
    filter: "sum_1000",
    references: true,
    slowdown: 50, // so much that a compiler that is late on a busy host, which makes one of them slower, changes nothing
    change: { timeMs: 1 },
  });
  const { benchmarks: [slowed], references: [plain] } = await document;
  assert(slowed?.status === "ok" && plain?.status === "ok");
  assertEquals([slowed.name, plain.name], ["sum_1000", "sum_1000"]);
  const ratio = slowed.statistics.min / plain.statistics.min;
  assert(ratio > 7 && ratio < 350, `ratio ${ratio}`); // 1 if both were slowed down or none, 2,500 if it were twice
});

Deno.test("measure() refuses a slowdown that is no factor, and suites that have the name of the engine's own", async () => {
  for (const slowdown of [0, -1, NaN, Infinity]) {
    await assertRejects(() => run({ slowdown }).document, RangeError, "expected a factor above 0");
  }
  const impostor = { ...basic, name: "references" };
  await assertRejects(() => run({ suites: [impostor] }).document, TypeError, 'suite "references"');
  await assertRejects(
    () => run({ suites: [referenceSuite], references: true }).document,
    TypeError,
    "name each suite once",
  );
});

Deno.test("measure() measures the references in every fork, beside the benchmarks and not among them, and resumes both after an interruption", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const journalPath = join(folder, "journal.jsonl");
    const abort = new AbortController();
    let started = 0;
    const planned: number[] = [];
    const options = { filter: "busy/n=100$", change: { forks: 3 }, references: true, journalPath };
    const first = await run({
      ...options,
      signal: abort.signal,
      listener: (event) => {
        if (event.type === "planned") planned.push(event.benchmarks);
        if (event.type === "fork_started" && ++started === 2) abort.abort(); // the first fork is complete
      },
    }).document;
    assertEquals([first.run.status, planned], ["interrupted", [1]]);
    for (const other of [{ references: false }, { slowdown: 2 }]) {
      const resumed = run({ ...options, resume: true, ...other }).document;
      await assertRejects(() => resumed, MeasureError, "the benchmarks have changed");
    }
    const { document, events } = run({ ...options, change: { forks: 3, seed: 99 }, resume: true });
    const second = await document;
    assertEquals([second.run.id, second.run.status, second.settings.seed], [first.run.id, "complete", 1]);
    const started2 = events.flatMap((event) => event.type === "fork_started" ? [event.fork] : []);
    assertEquals(started2, [1, 2], "the first fork is not measured again");
    const results = ({ benchmarks, references }: ResultDocument) => [...benchmarks, ...references];
    const samples = (document: ResultDocument) =>
      results(document).map((result) => result.status === "failed" ? [] : result.forks[0]?.samples.wallNs);
    assertEquals([first.benchmarks.length, first.references.length], [1, 8]);
    assertEquals(samples(second), samples(first), "what was measured is not measured again");
    for (const result of results(second)) assertEquals(result.status !== "failed" && result.forks.length, 3);
    await assertRejects(() => Deno.stat(journalPath), Deno.errors.NotFound);
    requireReferences(first, 1);
    requireReferences(second, 3);
    const told = events.flatMap((event) => event.type === "benchmark_finished" ? [event.result.id] : []);
    assertEquals(told, ["basic/busy/n=100"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** The document has one benchmark, and all references beside it, with two samples in each of so many forks. */
function requireReferences(document: ResultDocument, forks: number): void {
  assertEquals(documentSchema.safeParse(document).error?.issues, undefined);
  assertEquals(
    document.references.map(({ id }) => id),
    referenceSuite.benchmarks.map(({ name }) => `references/${name}/suite=basic`),
  );
  for (const result of document.references) {
    assert(result.status !== "failed", JSON.stringify(result)); // two samples may be no different from an empty loop's
    const numbers = result.forks.map(({ fork, samples }) => [fork, samples.wallNs.length]);
    assertEquals(numbers, Array.from({ length: forks }, (_, fork) => [fork, 2]));
    assertEquals([result.memory.allocatedBytes, result.memory.gc], [null, null], "nobody looks at what they allocate");
  }
  assertEquals([document.benchmarks.length, document.run.suites], [1, ["basic"]]);
  const aboutThem = document.warnings.filter(({ benchmarkId }) => benchmarkId?.startsWith("references/"));
  assertEquals(aboutThem, []);
}

Deno.test("measure() keeps the journal until the document is saved, and for good if it cannot be", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const journalPath = join(folder, "journal.jsonl");
    const full = new Error("no space left");
    const save = () => Promise.reject(full);
    assertEquals(await assertRejects(() => run({ filter: "busy/n=100$", journalPath, save }).document), full);
    let saved: ResultDocument | undefined;
    const { document, events } = run({
      filter: "busy/n=100$",
      journalPath,
      resume: true,
      save: async (document) => {
        assert((await Deno.stat(journalPath)).isFile);
        saved = document;
      },
    });
    assertEquals(await document, saved);
    assertEquals(events.some(({ type }) => type === "fork_started"), false, "nothing had to be measured again");
    await assertRejects(() => Deno.stat(journalPath), Deno.errors.NotFound);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("measure() rejects when the forks cannot work at all, and says why", async () => {
  const broken = { executable: Deno.execPath(), arguments: ["eval", "console.error('no such thing'); Deno.exit(4)"] };
  const error = await assertRejects(() => run({ launcher: broken }).document, MeasureError);
  assertEquals(error.code, "fork_broken");
  assertStringIncludes(error.message, "exit code 4: no such thing");
});

for (
  const [how, denied] of [["the system does it", []], ["a thread has to watch", ["--deny-ffi"]]] as const
) {
  Deno.test({
    name: `measure() leaves no process behind when it is killed, even if a benchmark never returns: ${how}`,
    ignore: Deno.build.os !== "linux",
    fn: async () => {
      const child = new Deno.Command(Deno.execPath(), {
        args: ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", path("parent_main.ts"), ...denied],
        stdout: "piped",
      }).spawn();
      const reader = child.stdout.getReader();
      const { value } = await reader.read(); // the process of the fork that hangs
      const pid = Number(new TextDecoder().decode(value));
      assertStringIncludes(await Deno.readTextFile(`/proc/${pid}/cmdline`), "fork_main.ts");
      child.kill("SIGKILL");
      await child.status;
      await reader.cancel();
      await ended(pid);
    },
  });
}

/** Resolves when a process is gone; the test fails by never ending if it stays. */
async function ended(pid: number): Promise<void> {
  await new Deno.Command("tail", { args: [`--pid=${pid}`, "-f", "/dev/null"] }).output();
}
