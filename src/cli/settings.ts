/**
 * What a run is asked to do: options over the defaults, or over those of `--quick`.
 *
 * @module
 */

import type { z } from "zod";
import type { Settings } from "../measure/document.ts";
import { DEFAULT_SETTINGS, QUICK_SETTINGS } from "../measure/settings.ts";
import type { MEASURE_OPTIONS } from "./option_schemas.ts";

/** The options of a command that measures. */
export type MeasureOptions = z.output<z.ZodObject<typeof MEASURE_OPTIONS>>;

/** The settings that the options ask for; a seed that was not given is drawn. */
export function settingsOf(options: MeasureOptions): Settings {
  const defaults = options.quick ? QUICK_SETTINGS : DEFAULT_SETTINGS;
  const timeMs = options.time ?? defaults.timeMs;
  return {
    ...defaults,
    forks: options.forks ?? defaults.forks,
    rounds: options.rounds ?? defaults.rounds,
    timeMs,
    ...warmUpFor(timeMs, defaults),
    iterations: options.iterations ?? defaults.iterations,
    timeoutMs: options.timeout ?? defaults.timeoutMs,
    seed: options.seed ?? drawnSeed(),
    filter: options.filter ?? defaults.filter,
    isolateVm: options.isolateVm || defaults.isolateVm,
  };
}

/** The warm-up keeps its share of the time; in a longer one it ends as early as ever, but what is unsteady then is given more. */
function warmUpFor(timeMs: number, defaults: Omit<Settings, "seed">): Pick<Settings, "warmupMs" | "maxWarmupMs"> {
  const share = Math.min(1, timeMs / defaults.timeMs);
  return { warmupMs: defaults.warmupMs * share, maxWarmupMs: Math.max(defaults.maxWarmupMs * share, timeMs) };
}

/** A seed that nobody has given. */
export function drawnSeed(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
}
