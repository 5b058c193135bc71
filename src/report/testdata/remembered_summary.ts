/** Summaries of samples that tests make again and again, each of which takes some milliseconds of resampling. */
import { summaryOf } from "../../measure/run/assemble.ts";

const summaries = new Map<string, ReturnType<typeof summaryOf>>();

/** What {@linkcode summaryOf} answers, made once for the same samples, name and seed. */
export function rememberedSummary(
  { id, expected, status, forks }: Parameters<typeof summaryOf>[0],
  runSeed: number,
): ReturnType<typeof summaryOf> {
  const key = JSON.stringify([id, expected, status, forks, runSeed]);
  const summary = summaries.get(key) ?? summaryOf({ id, expected, status, forks }, runSeed);
  summaries.set(key, summary);
  return summary;
}
