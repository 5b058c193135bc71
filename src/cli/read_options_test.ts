import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { Command } from "commander";
import { MEASURE_OPTIONS } from "./option_schemas.ts";
import { readOptions } from "./read_options.ts";
import { settingsOf } from "./settings.ts";
import { UsageError } from "./usage_error.ts";

const NAMES = [
  "--time <d>",
  "--forks <n>",
  "--filter <r>",
  "--format <f>",
  "--output-dir <p>",
  "--quick",
  "--no-color",
];

function read(args: readonly string[], env: Record<string, string> = {}) {
  const command = new Command("all").exitOverride();
  for (const flags of NAMES) command.option(flags);
  command.parse([...args], { from: "user" });
  return readOptions(command, MEASURE_OPTIONS, (name) => env[name]);
}

Deno.test("readOptions prefers arguments to variables, and variables to defaults", () => {
  const env = {
    PUFFIN_BENCH_FORKS: "3",
    PUFFIN_BENCH_TIME: "2s",
    PUFFIN_BENCH_OUTPUT_DIR: "out",
    PUFFIN_BENCH_QUICK: "0",
  };
  const options = read(["--forks", "5"], env);
  assertEquals([options.forks, options.time, options.outputDir, options.quick], [5, 2_000, "out", false]);
  assertEquals(read([], { PUFFIN_BENCH_FORKS: "" }).forks, undefined);
  assertEquals(read(["--no-color"]).color, false);
});

Deno.test("readOptions names the flag or the variable, its value, and what it accepts", () => {
  const message = (args: string[], env: Record<string, string> = {}) =>
    assertThrows(() => read(args, env), UsageError).message;
  assertMatch(message(["--time", "-1"]), /^Cannot use --time "-1": expected a duration above 0 and up to 1 h/);
  assertMatch(message(["--time", "2h"]), /--time "2h"/);
  assertMatch(
    message(["--filter", "["]),
    /--filter "\[": expected a regular expression \(Unterminated character class\)/,
  );
  assertMatch(message(["--format", "yaml"]), /"yaml": expected one of table, json, csv, markdown, html/);
  assertMatch(
    message([], { PUFFIN_BENCH_FORKS: "1.5" }),
    /^Cannot use PUFFIN_BENCH_FORKS "1.5": expected a whole number from 1 to 1000/,
  );
  assertMatch(message(["--output-dir", ""]), /--output-dir ""/);
  assertEquals(message(["--format", "y\n".repeat(10_000)]).includes("\n"), false);
});

Deno.test("settingsOf puts options over the defaults of --quick, and draws a seed", () => {
  const settings = settingsOf(read(["--quick", "--forks", "7"]));
  assertEquals([settings.quick, settings.forks], [true, 7]);
  assertEquals(settingsOf(read([])).quick, false);
  assertEquals(Number.isInteger(settings.seed) && settings.seed >= 0 && settings.seed <= 0xffff_ffff, true);
});

Deno.test("settingsOf shortens the warm-up along with --time, and lengthens only what it may become", () => {
  const warmUp = (...args: readonly string[]) => {
    const { warmupMs, maxWarmupMs } = settingsOf(read(args));
    return [warmupMs, maxWarmupMs];
  };
  assertEquals(warmUp(), [120, 1000]);
  assertEquals(warmUp("--time", "120ms"), warmUp());
  assertEquals(warmUp("--time", "30ms"), [30, 250]);
  assertEquals(warmUp("--time", "500ms"), [120, 1000]);
  assertEquals(warmUp("--time", "2s"), [120, 2000]);
  assertEquals(warmUp("--quick", "--time", "24ms"), warmUp("--quick"));
});
