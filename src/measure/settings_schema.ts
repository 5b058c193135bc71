/**
 * The schema of a run's settings, apart from the document's: every measuring process checks them, and none reads documents.
 *
 * @module
 */

import { z } from "zod";
import type { Settings } from "./document.ts";

/** What the run was asked to do; see the command line's options of the same names. */
export const settingsSchema: z.ZodType<Settings> = z.strictObject({
  forks: z.number().int().min(1).max(1000),
  rounds: z.number().int().min(1).max(100_000),
  timeMs: z.number().positive().max(3_600_000),
  iterations: z.number().int().min(1).max(1_000_000_000).nullable(),
  warmupMs: z.number().min(0).max(3_600_000),
  maxWarmupMs: z.number().min(0).max(3_600_000),
  timeoutMs: z.number().positive().max(86_400_000),
  seed: z.number().int().min(0).max(0xffff_ffff),
  filter: z.string().nullable(),
  quick: z.boolean(),
  isolateVm: z.boolean(),
});
