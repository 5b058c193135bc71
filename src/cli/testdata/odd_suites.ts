/**
 * Suites for the end-to-end tests: benchmarks that behave, that fail in every way, and that bear odd names.
 *
 * @module
 */

import type { Suite } from "../../measure/definition.ts";
import { suite } from "../../measure/suite.ts";
import type { SuiteRegistry } from "../context.ts";

const sound = (): Suite =>
  suite("sound", { title: "Benchmarks that behave" }, (bench) => {
    bench("sum", () => {
      let sum = 0;
      for (let i = 0; i < 1000; i++) sum += i;
      return sum === 499_500;
    });
    bench("await", async () => {
      await null;
    });
    bench("sized", {
      params: { n: [10, 100] },
      setup: ({ n }) => Array.from({ length: n }, (_, i) => i),
    }, (list) => list.reduce((a, b) => a + b, 0) >= 0);
  });

const broken = (): Suite =>
  suite("broken", { title: "Benchmarks that fail, each in its own way" }, (bench) => {
    bench("sound one", () => Math.sqrt(2) > 1);
    bench("throws undefined", () => {
      throw undefined;
    });
    bench("throws two lines", () => {
      throw new Error("first\nsecond \x1b[31mred");
    });
    bench("returns false", () => false);
    bench("hangs", { timeoutMs: 300 }, () => new Promise(() => {}));
  });

const odd = (): Suite =>
  suite("odd-names", { title: "Names that a careless program obeys instead of shows" }, (bench) => {
    for (
      const name of ["<script>alert(1)</script>", "two\nlines", "\x1b[31mred", "🐧 penguin", "=1+1", "x".repeat(10_000)]
    ) {
      bench(name, () => name.length > 0);
    }
  });

const loud = (): Suite =>
  suite("loud", { title: "A benchmark that prints" }, (bench) => {
    bench("prints", { setup: () => console.log("a line of the benchmark's own") }, () => Math.sqrt(2) > 1);
  });

const slow = (): Suite =>
  suite("slow", { title: "A benchmark that takes its time" }, (bench) => {
    bench("waits", () => new Promise((resolve) => setTimeout(resolve, 40)));
    bench("quick", () => Math.sqrt(2) > 1);
  });

/** The suites by name. */
export const ODD_SUITES: SuiteRegistry = {
  "sound": { title: "Benchmarks that behave", load: () => Promise.resolve(sound()) },
  "broken": { title: "Benchmarks that fail", load: () => Promise.resolve(broken()) },
  "odd-names": { title: "Odd names", load: () => Promise.resolve(odd()) },
  "loud": { title: "A benchmark that prints", load: () => Promise.resolve(loud()) },
  "slow": { title: "A benchmark that takes its time", load: () => Promise.resolve(slow()) },
};
