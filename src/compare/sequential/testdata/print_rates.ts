/**
 * Prints how often the sequential decision is right: the rates that its tests check with few comparisons, with many.
 *
 * Run it with `./denow run src/compare/sequential/testdata/print_rates.ts [COMPARISONS] [SEED]`.
 *
 * @module
 */

import { type Changed, NOISES, simulateRates } from "./simulated_comparison.ts";

const count = Number(Deno.args[0] ?? 1_000);
const seed = Number(Deno.args[1] ?? 1);

/** Settings of the command that the rates are claimed for. */
const SETTINGS = [
  { name: "default", budgetS: 60, threshold: 0.03, alpha: 0.05, ratios: [1.05, 1.1] },
  { name: "quick", budgetS: 30, threshold: 0.03, alpha: 0.05, ratios: [1.05, 1.1] },
  { name: "120 s, 2 %, level 95", budgetS: 120, threshold: 0.02, alpha: 0.05, ratios: [1.03] },
  { name: "120 s, 2 %, level 99", budgetS: 120, threshold: 0.02, alpha: 0.01, ratios: [1.03] },
  { name: "120 s, 1.5 %, level 99", budgetS: 120, threshold: 0.015, alpha: 0.01, ratios: [1.03] },
] as const;

console.log(`${count} comparisons of 24 benchmarks each (a fifth as many where all are changed), seed ${seed}\n`);
console.log("| setting | noise | changed | alarms | found | called same | unchanged: same | covered | pairs | s |");
console.log("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
for (const { name, budgetS, threshold, alpha, ratios } of SETTINGS) {
  const line = (kind: string, changed: Changed, ratio: number) => {
    const noise = NOISES[kind];
    if (noise === undefined) throw new RangeError(`Cannot simulate: there is no noise "${kind}"`);
    const comparisons = changed === "all" ? Math.ceil(count / 5) : count;
    const rates = simulateRates({
      ...{ budgetS, threshold, alpha, errorControl: "fdr", noise, changed, ratio, count: comparisons, seed },
    });
    const isAny = changed !== "none";
    console.log(
      `| ${name} | ${kind} | ${isAny ? `${changed} +${Math.round(100 * (ratio - 1))} %` : "none"} | ` +
        `${changed === "all" ? "" : percent(rates.alarms)} | ${isAny ? percent(rates.found) : ""} | ` +
        `${isAny ? percent(rates.falseSame) : ""} | ${changed === "all" ? "" : percent(rates.same)} | ` +
        `${percent(rates.covered)} | ${isAny ? rates.pairs.toFixed(1) : ""} | ${rates.timeS.toFixed(1)} |`,
    );
  };
  for (const kind of name === "default" ? Object.keys(NOISES) : ["bimodal processes"]) {
    line(kind, "none", 1);
    for (const ratio of ratios) {
      line(kind, "one", ratio);
      if (kind === "bimodal processes") line(kind, "all", ratio);
    }
  }
}

function percent(rate: number): string {
  return (100 * rate).toFixed(2);
}
