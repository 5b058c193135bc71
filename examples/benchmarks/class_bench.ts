/** A class whose methods return whether the operation succeeded: puffin-bench run examples/benchmarks/class_bench.ts */

import { BenchmarkRunner } from "puffin-bench";

class MyBenchmarks {
  readonly #numbers = Array.from({ length: 100 }, (_, i) => 100 - i);

  myOperation(): boolean {
    return this.#numbers.toSorted((a, b) => a - b)[0] === 1;
  }

  async myAwaitedOperation(): Promise<boolean> {
    return await Promise.resolve(this.#numbers.length) === 100;
  }
}

const benchmarks = new MyBenchmarks();
const runner = new BenchmarkRunner(benchmarks); // its methods use `this`, which JavaScript does not hand over with them
runner.runBenchmark("My Operation", benchmarks.myOperation, { iterations: 1000 });
runner.runBenchmark("My Awaited Operation", benchmarks.myAwaitedOperation);
