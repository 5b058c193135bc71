/**
 * `system`: what a result from this host is worth.
 *
 * @module
 */

import type { Command } from "commander";
import { calibrateClock, performanceClock } from "../../measure/clock.ts";
import { neighboursBetween, QuietnessMonitor, readEnvironment, readProcesses } from "../../measure/environment/mod.ts";
import { lookAtHost } from "../../measure/host/look_at_host.ts";
import type { HostReading } from "../../report/trust/host_check.ts";
import { hostVerdict, judgeHost } from "../../report/trust/judge_host.ts";
import { systemText } from "../../report/trust/system_text.ts";
import { type Context, stderrTerminal, stdoutTerminal } from "../context.ts";
import { EXIT_CODE, type ExitCode } from "../exit_code.ts";
import { Interruption } from "../interruption.ts";
import { selfLauncher } from "../launcher.ts";
import { SYSTEM_OPTIONS } from "../option_schemas.ts";
import { outputDirVariable, readOptions } from "../read_options.ts";
import { exists } from "../result_files.ts";
import { drawnSeed } from "../settings.ts";
import { visibleJson } from "../../visible_text.ts";

/** How long the host is watched, in milliseconds: the kernel counts in ticks of 10. */
const WATCH_MS = { full: 1_000, short: 300 } as const;

/** Watches the host, then measures it, and prints both with a judgement; nothing on the host is changed. */
export async function runSystem(command: Command, context: Context): Promise<ExitCode> {
  const { format, color, advice, quick, outputDir } = readOptions(command, SYSTEM_OPTIONS, outputDirVariable);
  const form = quick ? "short" : "full";
  if (stderrTerminal(color).redraws) context.stderr.writeNow("Watching and measuring this host\n");
  using interruption = new Interruption(() => {});
  const watched = await watch(WATCH_MS[form]);
  const looked = await lookAtHost({
    launcher: selfLauncher(context.mainModule),
    form,
    folder: await exists(outputDir) ? outputDir : undefined,
    seed: drawnSeed(),
    signal: interruption.signal,
  });
  if (interruption.signal.aborted) return interruption.exitCode;
  const reading: HostReading = { ...watched, ...looked };
  const checks = judgeHost(reading);
  const text = format === "json"
    ? visibleJson({ ...reading, verdict: hostVerdict(checks), checks }, 2) + "\n"
    : systemText(reading, checks, { ...stdoutTerminal(color), advice });
  await context.stdout.write(text);
  return EXIT_CODE.done;
}

/** What happens on the host while this program does nothing. */
async function watch(durationMs: number): Promise<Omit<HostReading, "host" | "hostFigures">> {
  const environment = await readEnvironment({ v8Flags: [] });
  const clock = calibrateClock(performanceClock);
  const before = await readProcesses();
  const [monitor, start] = [QuietnessMonitor.start(), performance.now()];
  await new Promise((resolve) => setTimeout(resolve, durationMs));
  const quietness = monitor.finish([]);
  const after = await readProcesses();
  const elapsedMs = performance.now() - start;
  const neighbours = before === null || after === null ? null : neighboursBetween(before, after, elapsedMs);
  return { environment, clock, quietness, neighbours };
}
