/** Benchmarks that are run by `deno bench` in a test; each counts on its hooks having run. */
import { suite } from "../suite.ts";

// A few iterations of each, where deno bench has them go on for half a second: what is counted on holds at the first of them.
const denoBench: (definition: Deno.BenchDefinition) => void = Deno.bench;
Object.defineProperty(Deno, "bench", {
  value: (definition: Deno.BenchDefinition) => denoBench({ ...definition, n: 20, warmup: 5 }),
});

function require(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

suite("deno-bench", { title: "Under deno bench" }, (bench) => {
  bench("sync", () => 1);
  bench("async", async () => await Promise.resolve(1));
  bench(
    "state",
    { group: "states", baseline: true, params: { n: [1, 2] }, setup: ({ n }) => ({ n }) },
    (state, { n }) => {
      require(state.n === n, "setup has not run");
    },
  );
  bench("async setup", { setup: async () => await Promise.resolve({ ready: true }) }, (state) => {
    require(state.ready, "setup was not awaited");
  });
  let setups = 0;
  bench("hooks", {
    setup: () => ({ setups: ++setups, rounds: 0, before: 0, after: 0 }),
    beforeRound: (state) => state.rounds++,
    beforeIteration: (state) => state.before++,
    afterIteration: (state) => state.after++,
  }, (state) => {
    require(state.setups === 1, "setup has run twice");
    require(state.rounds === 1, "beforeRound has not run once");
    require(state.before === state.after + 1, "the hooks do not surround each iteration");
  });
  bench("false", () => 1 + 1 === 3);
  bench("promise of a sync function", () => Promise.resolve(1));
  bench("promise of a sync setup", { setup: () => Promise.resolve(1) }, () => 1);
});
