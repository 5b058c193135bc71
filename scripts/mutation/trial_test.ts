import { assert, assertEquals, assertRejects } from "@std/assert";
import { type Ending, limitMsOf, type TestRun, Trials } from "./trial.ts";

/** Tests that take 100 ms unless told, and end as told with a mutant. */
function laboratory({ mutated, unmutatedMs = () => 100 }: {
  readonly mutated: (file: string, limitMs: number) => Ending;
  readonly unmutatedMs?: (timed: number) => number;
}) {
  const timed: string[] = [], tried: { readonly file: string; readonly limitMs: number }[] = [];
  const trials = new Trials((file): Promise<TestRun> => {
    timed.push(file);
    return Promise.resolve({ ending: "passed", durationMs: unmutatedMs(timed.length) });
  });
  const runMutated = (file: string, limitMs: number): Promise<TestRun> => {
    tried.push({ file, limitMs });
    return Promise.resolve({ ending: mutated(file, limitMs), durationMs: 0 });
  };
  return { timed, tried, fateOf: (...files: readonly string[]) => trials.fateOf(files, runMutated) };
}

Deno.test("Trials: tests are tried in order, up to the first that fails", async () => {
  const { tried, timed, fateOf } = laboratory({ mutated: (file) => file === "b" ? "failed" : "passed" });
  assertEquals(await fateOf("a", "b", "c"), "killed");
  assertEquals(tried.map(({ file }) => file), ["a", "b"]);
  assertEquals(timed, ["a", "b"]); // what is not tried is not timed either
});

Deno.test("Trials: a mutant survives if all tests pass, or if there are none", async () => {
  const { tried, fateOf } = laboratory({ mutated: () => "passed" });
  assertEquals(await fateOf("a", "b"), "survived");
  assertEquals(tried.length, 2);
  assertEquals(await fateOf(), "survived");
});

Deno.test("Trials: tests are timed once for all mutants, and a mutant's time follows from that", async () => {
  const { timed, tried, fateOf } = laboratory({ mutated: () => "passed", unmutatedMs: (timed) => 1000 * timed });
  await fateOf("a", "b");
  await fateOf("a", "b");
  assertEquals(timed, ["a", "b"]);
  assertEquals(tried.map(({ limitMs }) => limitMs), [1000, 2000, 1000, 2000].map(limitMsOf));
});

Deno.test("Trials: a mutant that makes tests hang is found, and no further test is tried", async () => {
  const { tried, fateOf } = laboratory({ mutated: () => "overdue" });
  assertEquals(await fateOf("a", "b"), "timed out");
  assertEquals(tried.map(({ file }) => file), ["a"]);
});

Deno.test("Trials: on a host that has become slow a mutant gets more time, now and later", async () => {
  const slowMs = 5_000_000;
  const { timed, tried, fateOf } = laboratory({
    mutated: (_, limitMs) => limitMs < slowMs ? "overdue" : "passed",
    unmutatedMs: (timed) => timed === 1 ? 1_000 : slowMs,
  });
  assertEquals(await fateOf("a"), "survived");
  assertEquals(await fateOf("a"), "survived");
  assertEquals(timed.length, 2);
  assertEquals(tried.map(({ limitMs }) => limitMs), [1_000, slowMs, slowMs].map(limitMsOf));
});

Deno.test("Trials: tests that fail without a mutant find none", async () => {
  const trials = new Trials(() => Promise.resolve({ ending: "failed", durationMs: 1 }));
  await assertRejects(() => trials.fateOf(["a_test.ts"], () => Promise.reject("not tried")), Error, "a_test.ts");
});

Deno.test("limitMsOf: tests that take long may take several times as long, and short ones are not cut off by the start of a process", () => {
  assert(limitMsOf(0) >= 5_000);
  assert(limitMsOf(60_000) >= 120_000);
});
