/**
 * The calibration: the self-test on a larger scale, under load as well, with stored results, and with all that was measured kept.
 *
 * @module
 */

import { BackgroundLoad } from "../measure/background_load.ts";
import { measure } from "../measure/engine.ts";
import { deriveSeed } from "../measure/random.ts";
import { calibrationSuite } from "../measure/reference/mod.ts";
import { RunLock } from "../measure/run/run_lock.ts";
import { DEFAULT_SETTINGS, QUICK_SETTINGS } from "../measure/settings.ts";
import { type Condition, CONDITIONS } from "./material.ts";
import type { MaterialFolder } from "./material_folder.ts";
import { measureJob, type PairMeasuring } from "./measure_pairs.ts";
import type { SelftestResult } from "./result.ts";

/** What can be measured: pairs of identical code under each load, slowed pairs, documents. */
export const PARTS = ["quiet", "injected", "busy", "on_off", "documents"] as const;

/** One of {@linkcode PARTS}. */
export type Part = typeof PARTS[number];

/** What share of the time each part has, when all are measured. */
const SHARES: Readonly<Record<Part, number>> = { quiet: 0.3, injected: 0.2, busy: 0.1, on_off: 0.1, documents: 0.3 };

/** The slowdowns that are injected, in turn. */
const SLOWDOWNS = [1.1, 1.05, 1.03];

/** The loads beside which documents are measured, in turn. */
const DOCUMENT_CONDITIONS: readonly Condition[] = ["quiet", "busy", "quiet", "on_off"];

/** What the calibration is asked to measure. */
export interface CalibrationOptions extends PairMeasuring {
  /** Where to keep it; what is there already counts. */
  readonly folder: MaterialFolder;
  /** Which parts. */
  readonly parts: readonly Part[];
  /** How long to measure in all, in milliseconds, what is in the folder included. */
  readonly timeMs: number;
  /** The program, for the documents. */
  readonly tool: SelftestResult["tool"];
  /** Is told what is measured next, and the milliseconds that have been spent. */
  readonly tell?: (what: string, spentMs: number) => void;
}

/**
 * Measures until the time is used up, always the part that lags behind most: so the parts alternate, and what the host does falls
 * on all of them.
 *
 * @throws As {@linkcode measureJob} and {@linkcode measure} do; the signal's reason, if it is aborted.
 */
export async function measureCalibration(options: CalibrationOptions): Promise<void> {
  const { folder, parts, timeMs, signal, tell } = options;
  const lock = await RunLock.acquire();
  try {
    for (;;) {
      signal?.throwIfAborted();
      const spent = spentBy(folder);
      const spentMs = parts.reduce((sum, part) => sum + spent[part], 0);
      const next = mostBehind(parts, spent);
      if (next === undefined || spentMs >= timeMs) return;
      tell?.(next, spentMs);
      await measurePart(next, options);
    }
  } finally {
    await lock.release();
  }
}

/** What each part has taken so far, in milliseconds. */
function spentBy({ pairs, documents }: MaterialFolder): Record<Part, number> {
  const spent: Record<Part, number> = { quiet: 0, injected: 0, busy: 0, on_off: 0, documents: 0 };
  for (const { condition, slowdown, totalMs } of pairs) spent[slowdown === 1 ? condition : "injected"] += totalMs;
  for (const { durationMs } of documents) spent.documents += durationMs;
  return spent;
}

function mostBehind(parts: readonly Part[], spent: Readonly<Record<Part, number>>): Part | undefined {
  return [...parts].sort((left, right) => spent[left] / SHARES[left] - spent[right] / SHARES[right])[0];
}

async function measurePart(part: Part, options: CalibrationOptions): Promise<void> {
  const { folder } = options;
  if (part === "documents") return await measureDocument(options);
  const injected = folder.pairs.filter(({ slowdown }) => slowdown !== 1).length;
  const condition = CONDITIONS.find((one) => one === part) ?? "quiet";
  const slowdown = part === "injected" ? SLOWDOWNS[injected % SLOWDOWNS.length] ?? 1 : 1;
  // Each slowdown alternates between the sides.
  const slowSide = Math.floor(injected / SLOWDOWNS.length) % 2 === 0 ? "b" : "a";
  await using _load = await loadOf(condition, options);
  await folder.addPair(await measureJob({ condition, slowdown, slowSide }, folder.pairs.length, options));
}

async function measureDocument(
  { folder, launcher, quick, filter, seed, signal, tool }: CalibrationOptions,
): Promise<void> {
  const index = folder.documents.length;
  const condition = DOCUMENT_CONDITIONS[index % DOCUMENT_CONDITIONS.length] ?? "quiet";
  await using _load = await loadOf(condition, { launcher, seed, signal, folder });
  const document = await measure({
    suites: [calibrationSuite],
    settings: {
      ...(quick ? QUICK_SETTINGS : DEFAULT_SETTINGS),
      filter,
      seed: deriveSeed(seed, "document", index),
    },
    launcher,
    tool,
    arguments: [],
    ...(signal === undefined ? {} : { signal }),
  });
  signal?.throwIfAborted();
  await folder.addDocument(document, condition);
}

/** The load of a condition; nothing for a quiet one. */
async function loadOf(
  condition: Condition,
  { launcher, seed, signal, folder }: Pick<CalibrationOptions, "launcher" | "seed" | "signal" | "folder">,
): Promise<AsyncDisposable> {
  if (condition === "quiet") return new AsyncDisposableStack();
  const done = folder.pairs.length + folder.documents.length;
  return await BackgroundLoad.start(launcher, condition, {
    seed: deriveSeed(seed, "load", done),
    ...(signal === undefined ? {} : { signal }),
  });
}
