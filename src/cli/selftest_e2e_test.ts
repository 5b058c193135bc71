import { assert, assertEquals, assertMatch } from "@std/assert";
import { HASTY_BENCH, PUFFIN_BENCH, run, start, testExecutable, testSource } from "./testdata/program.ts";

const TINY = ["selftest", "--quick", "--time", "1s", "--filter", "/sum_1000$", "--seed", "7"];

// It measures and simulates for so long that each build of the program does it once, one for each format.
testSource("puffin-bench selftest tests itself on this host, and tells it on stdout alone", async () => {
  const { code, stdout, stderr } = await run(HASTY_BENCH, [...TINY, "--format", "json"]);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /Measuring pair 1: identical code/);
  assertMatch(stderr, /Measuring pair 4: one side slowed by 10 %/);
  const result: unknown = JSON.parse(stdout);
  assert(typeof result === "object" && result !== null);
  const { format, seed, benchmarks, material } = Object.assign(
    { format: undefined, seed: undefined, benchmarks: undefined, material: undefined },
    result,
  );
  assertEquals({ format, seed, benchmarks }, { format: "puffin-bench/selftest", seed: 7, benchmarks: 1 });
  assertEquals(material, [
    { condition: "quiet", slowdown: 1, pairs: 6 },
    { condition: "quiet", slowdown: 1.1, pairs: 2 },
  ]);
});

testExecutable("puffin-bench selftest --quiet prints a table of 80 columns, and nothing else", async () => {
  const { code, stdout, stderr } = await run(PUFFIN_BENCH, [...TINY, "--quiet"], { env: { COLUMNS: "80" } });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  assertMatch(stdout, /Recommended on this host\n {2}ab --threshold: /);
  assert(stdout.split("\n").every((line) => line.length <= 80));
});

testSource("puffin-bench selftest refuses a filter that leaves nothing", async () => {
  const { code, stdout, stderr } = await run(PUFFIN_BENCH, ["selftest", "--quiet", "--filter", "no such body"]);
  assertEquals({ code, stdout }, { code: 2, stdout: "" }, stderr);
  assertMatch(stderr, /^error: Cannot [^\n]*no such body[^\n]*\n$/);
});

Deno.test("puffin-bench selftest ends at Ctrl-C without a result, and leaves no process behind", {
  ignore: Deno.build.os === "windows", // has no SIGINT to send
}, async () => {
  const child = start(PUFFIN_BENCH, ["selftest", "--time", "10m"]);
  const reader = child.stderr.getReader();
  const { value } = await reader.read();
  assertMatch(new TextDecoder().decode(value), /Measuring pair 1/);
  child.kill("SIGINT");
  while (!(await reader.read()).done);
  const stdout = await new Response(child.stdout).text();
  assertEquals({ stdout, code: (await child.status).code }, { stdout: "", code: 130 });
});
