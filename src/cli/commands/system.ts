/**
 * `system`: the machine as a result document would describe it, and how quiet it is right now.
 *
 * @module
 */

import type { Command } from "commander";
import { calibrateClock, performanceClock } from "../../measure/clock.ts";
import type { ClockFacts, Environment, Quietness } from "../../measure/document.ts";
import { QuietnessMonitor, readEnvironment } from "../../measure/environment/mod.ts";
import { BYTE_UNITS, formatDuration, formatNumber, formatPercent, formatScaled } from "../../report/number_format.ts";
import { visibleText } from "../../visible_text.ts";
import type { Context } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { TELL_OPTIONS } from "../option_schemas.ts";
import { readOptions } from "../read_options.ts";

/** How long the machine is watched. */
const WATCH_MS = 500;

/** Prints environment, clock and quietness. */
export async function runSystem(command: Command, context: Context): Promise<ExitCode> {
  const { format } = readOptions(command, TELL_OPTIONS);
  const facts = await observe();
  const text = format === "json" ? JSON.stringify(facts, null, 2) : describe(facts).join("\n");
  await context.stdout.write(text + "\n");
  return EXIT_CODE.done;
}

interface SystemFacts {
  readonly environment: Environment;
  readonly clock: ClockFacts;
  readonly quietness: Quietness;
}

async function observe(): Promise<SystemFacts> {
  const monitor = QuietnessMonitor.start();
  const environment = await readEnvironment({ v8Flags: [] });
  await new Promise((resolve) => setTimeout(resolve, WATCH_MS));
  const quietness = monitor.finish([]);
  return { environment, clock: calibrateClock(performanceClock), quietness };
}

function describe({ environment, clock, quietness }: SystemFacts): string[] {
  const { cpu, runtime, git } = environment;
  const known = <T>(value: T | null, words: (value: T) => string) => value === null ? "not known" : words(value);
  const facts: Readonly<Record<string, string>> = {
    "Host": environment.fingerprint,
    "System": `${environment.os} ${environment.kernel}, ${environment.arch}`,
    "Processor": `${cpu.model}, ${cpu.count} logical`,
    "Governor": known(cpu.governor, String),
    "Memory": formatScaled(environment.memoryBytes, BYTE_UNITS),
    "Virtualisation": environment.virtualization ?? "none detected",
    "Runtime": `Deno ${runtime.deno}, V8 ${runtime.v8}, TypeScript ${runtime.typescript}` +
      (runtime.standalone ? ", compiled executable" : ""),
    "Commit": known(git, ({ commit, branch, dirty }) => `${commit} ${branch ?? ""}${dirty ? " (modified)" : ""}`),
    "Clock": `${clock.source}, step ${formatDuration(clock.stepNs)}, ${formatDuration(clock.costNs)} a reading, ` +
      (clock.monotonic ? "monotonic" : "RAN BACKWARDS"),
    "Load": known(quietness.loadEnd, (load) => formatNumber(load, 2)),
    "Busy": known(quietness.busyRatio, (ratio) => `${formatPercent(ratio)} of the processors, over ${WATCH_MS} ms`),
    "Steal": known(quietness.stealRatio, (ratio) => `${formatPercent(ratio)} taken by the hypervisor`),
  };
  const width = Math.max(...Object.keys(facts).map((name) => name.length));
  return Object.entries(facts).map(([name, value]) => `${name.padEnd(width)}  ${visibleText(value).trim()}`);
}
