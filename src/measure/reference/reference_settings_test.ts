import { assertEquals } from "@std/assert";
import { settingsSchema } from "../document_schema.ts";
import { DEFAULT_SETTINGS, QUICK_SETTINGS } from "../settings.ts";
import { referenceSettings } from "./reference_settings.ts";

Deno.test("referenceSettings() keeps the length of a sample, in half of the rounds", () => {
  for (const settings of [{ ...DEFAULT_SETTINGS, seed: 1 }, { ...QUICK_SETTINGS, seed: 1 }]) {
    const { rounds, timeMs, forks, seed, isolateVm } = referenceSettings(settings);
    assertEquals(timeMs / rounds, settings.timeMs / settings.rounds);
    assertEquals([rounds, forks, seed, isolateVm], [
      settings.rounds / 2,
      settings.forks,
      1,
      false,
    ]);
  }
});

Deno.test("referenceSettings() is not concerned by what is asked of the benchmarks", () => {
  const asked = {
    ...DEFAULT_SETTINGS,
    seed: 1,
    iterations: 1,
    rounds: 1,
    timeMs: 3_600_000,
  };
  const settings = referenceSettings({ ...asked, warmupMs: 60_000, maxWarmupMs: 120_000 });
  assertEquals(settingsSchema.safeParse(settings).success, true);
  const { iterations, rounds, timeMs, warmupMs, maxWarmupMs } = settings;
  assertEquals(iterations, null);
  assertEquals([rounds, timeMs, warmupMs, maxWarmupMs], [1, 5, 120, 180]);
});
