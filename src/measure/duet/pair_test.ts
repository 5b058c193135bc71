import { assert, assertEquals, assertRejects, assertStringIncludes, fail } from "@std/assert";
import { fileURLToPath } from "node:url";
import type { Settings } from "../document.ts";
import { DuetError, type Side } from "./duet_error.ts";
import type { DuetProgram } from "./duet_process.ts";
import { measurePair, type PairOptions } from "./pair.ts";
import { DUET_SETTINGS } from "./settings.ts";

/** As little as can be done: what is tested is what it does, not how well it measures. */
const SETTINGS: Settings = {
  ...DUET_SETTINGS,
  rounds: 24,
  timeMs: 12,
  warmupMs: 6,
  maxWarmupMs: 20,
  timeoutMs: 20_000,
  seed: 1,
};

const path = (name: string) => fileURLToPath(new URL(`../testdata/${name}`, import.meta.url));

const launcher = (module: string) => ({
  executable: Deno.execPath(),
  arguments: ["run", "--quiet", "--no-lock", "--no-check", "--allow-all", module],
});

const program = (side: Side, suites: readonly string[], change: Partial<DuetProgram> = {}): DuetProgram => ({
  side,
  name: `./${side}`,
  launcher: launcher(path("fork_main.ts")),
  modules: [],
  suites,
  slowdown: 1,
  ...change,
});

function measure(
  suites: readonly string[],
  change: Partial<PairOptions> & { filter?: string | null; settings?: Settings } = {},
) {
  const { filter = null, settings = SETTINGS, ...rest } = change;
  return measurePair({
    a: program("a", suites),
    b: program("b", suites),
    ids: null,
    rounds: { visits: 2, blocks: 1 },
    ...rest,
    settings: { ...settings, filter },
  });
}

/** A pair of processes that measures a whole suite, once for all tests. */
async function measureBasic() {
  const seen: string[] = [];
  return { seen, ...await measure(["basic"], { onMeasured: (id) => seen.push(id) }) };
}

let measuredBasic: ReturnType<typeof measureBasic> | undefined;
const basicPair = () => measuredBasic ??= measureBasic();

Deno.test("measurePair() takes every benchmark's pairs, both sides equally often first", async () => {
  const { seen, measured, failures, lost, facts, costs } = await basicPair();
  assertEquals([failures, lost], [[], []]);
  assertEquals(facts.a.tool, "fork-main 1");
  assertEquals(new Set(facts.a.benchmarks.map(({ identity }) => identity.suite)), new Set(["basic"]));
  assertEquals(measured.size, facts.b.benchmarks.length);
  assertEquals(new Set(seen), new Set(measured.keys()));
  assertEquals(new Set(costs.byId.keys()), new Set(measured.keys()));
  for (const [id, { pairs, batch }] of measured) {
    assert(pairs.length >= 2 && pairs.length <= 4, id);
    assert(pairs.every(({ aNs, bNs }) => aNs > 0 && bNs > 0 && Number.isFinite(aNs + bNs)), id);
    assertEquals(id === "basic/counted" ? batch : 50, 50);
    if (pairs.length < 4) continue; // the host has disturbed some
    assertEquals(pairs.filter(({ first }) => first === "a").length, 2, id);
  }
  assertEquals(measured.get("basic/busy/n=10000")?.optimizedOut, { a: false, b: false });
});

Deno.test("measurePair() tells of an empty body that it was optimised away", async () => {
  const ids = ["basic/empty"];
  for (let attempt = 0; attempt < 5; attempt++) { // a busy host disturbs four samples on either side now and then
    const { measured } = await (attempt === 0 ? basicPair() : measure(["basic"], { ids }));
    const empty = measured.get("basic/empty")?.optimizedOut;
    if (empty?.a || empty?.b) return;
  }
  fail("five pairs of processes took an empty body for one that does something");
});

Deno.test("measurePair() ends when its time is over, blames nobody, and keeps only what is complete", async () => {
  const { measured, failures, lost, isCut, facts } = await measure(["basic"], { timeLeftMs: 0 });
  assertEquals([measured.size, failures, lost, isCut], [0, [], [], true]);
  assert(facts.a.benchmarks.length > 0);
});

Deno.test("measurePair() measures only the ids that are asked for, in time, with the injected slowdown", async () => {
  const ids = ["basic/busy/n=10000"];
  const slow = program("b", ["basic"], { slowdown: 3 });
  const { measured, isCut } = await measure(["basic"], { ids, b: slow, timeLeftMs: 60_000 });
  assertEquals([[...measured.keys()], isCut], [ids, false]);
  const ratios = [...measured.values()].flatMap(({ pairs }) => pairs.map(({ aNs, bNs }) => bNs / aNs));
  assert(ratios.every((ratio) => ratio > 1.5), String(ratios)); // a busy host may disturb it: three is not asserted
});

Deno.test("measurePair() goes on without what throws, returns false or rejects, on both sides", async () => {
  const names = "/(fine|throws|throws undefined|rejects|false|floating rejection|setup throws|teardown throws)$";
  const { measured, failures, lost } = await measure(["faulty"], { filter: names });
  assertEquals(lost, []);
  assertEquals([...measured.keys()], ["faulty/fine"]);
  const reasons = new Map(failures.map(({ id, side, reason }) => [`${id} ${side}`, reason]));
  assertEquals(reasons.get("faulty/throws a"), "threw");
  assertEquals(reasons.get("faulty/throws b"), "threw");
  assertEquals(reasons.get("faulty/false b"), "returned_false");
  assertEquals(reasons.get("faulty/setup throws a"), "setup_failed");
  assertEquals(reasons.get("faulty/teardown throws b"), "teardown_failed");
});

Deno.test("measurePair() blames what hangs, on both sides, and tells what was lost with it", async () => {
  const { measured, failures, lost } = await measure(["faulty"], { filter: "/(fine|hangs)$" });
  const hung = failures.filter(({ id }) => id === "faulty/hangs");
  assertEquals(hung.map(({ side, reason }) => `${side} ${reason}`), ["a timed_out", "b timed_out"]);
  assertEquals([...measured.keys(), ...lost], ["faulty/fine"]);
});

Deno.test("measurePair() names the side and the program that cannot take part", async () => {
  const error = await assertRejects(
    () => measure(["basic"], { b: program("b", [], { launcher: launcher(path("no_such.ts")), name: "./new" }) }),
    DuetError,
  );
  assertEquals(error.side, "b");
  assertStringIncludes(error.message, 'Cannot measure B "./new": it ended with exit code 1 before it said hello: ');
  assertStringIncludes(error.message, "Module not found");
});

Deno.test("measurePair() ends at once when it is aborted, with the signal's reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const ended = measure(["endless"], { signal: controller.signal });
  setTimeout(() => controller.abort(reason), 300);
  assertEquals(await ended.catch((thrown) => thrown), reason);
});

Deno.test("measurePair() finds the engine's own suites where they are named, whatever the program has, and only there", async () => {
  const { measured, failures } = await measure(["calibration"], { filter: "sum_1000|clock" });
  assertEquals([[...measured.keys()], failures], [["calibration/sum_1000", "calibration/clock"], []]);
});

Deno.test("measurePair() measures no reference where there is nothing that it could ride along with", async () => {
  const controls = ["references/sum_1000"];
  const { measured, failures, facts } = await measure(["basic"], { filter: "no such benchmark", controls });
  assertEquals([measured.size, failures], [0, []]);
  assertEquals(facts.b.benchmarks.map(({ identity }) => identity.id), controls, "it was on offer");
});
