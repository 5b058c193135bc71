/**
 * What a result from a host is worth: every property with a judgement.
 *
 * @module
 */

import type { Found, HostCheck, HostReading } from "./host_check.ts";
import { clock, disk, heat, memory, power, swap } from "./machine_checks.ts";
import { frequency, governor, processor, processorLimit, smt, turbo, virtualization } from "./processor_checks.ts";
import { load, others, steal } from "./quietness_checks.ts";

const CHECKS: readonly (readonly [code: string, title: string, check: (reading: HostReading) => Found])[] = [
  ["processor", "Processor", processor],
  ["frequency", "Frequency", frequency],
  ["governor", "Governor", governor],
  ["turbo", "Turbo", turbo],
  ["smt", "SMT", smt],
  ["virtualization", "Virtualisation", virtualization],
  ["processor_limit", "CPU limit", processorLimit],
  ["memory", "Memory", memory],
  ["swap", "Swap", swap],
  ["disk", "Disk", disk],
  ["clock", "Clock", clock],
  ["load", "Load", load],
  ["steal", "Steal", steal],
  ["others", "Other work", others],
  ["heat", "Heat", heat],
  ["power", "Power", power],
];

/** Judges every property, in the order in which they are shown. */
export function judgeHost(reading: HostReading): HostCheck[] {
  return CHECKS.map(([code, title, check]) => ({ code, title, ...check(reading) }));
}

/** The verdict over all of them, in a sentence. */
export function hostVerdict(checks: readonly HostCheck[]): string {
  const titles = (judgement: HostCheck["judgement"]) =>
    checks.filter((check) => check.judgement === judgement).map(({ title }) => title.toLowerCase());
  const [bad, mind] = [titles("bad"), titles("mind")];
  if (bad.length > 0) return `Not fit for small differences now: ${bad.join(", ")}`;
  if (mind.length > 0) return `Fit for measuring, with care: mind ${mind.join(", ")}`;
  return "Good for measuring: nothing that is known speaks against it";
}
