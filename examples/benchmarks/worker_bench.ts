/** Threads, whose scripts may be TypeScript, too: puffin-bench run examples/benchmarks/worker_bench.ts */

import { bench } from "puffin-bench";

bench("a message there and back", {
  setup: () => new Worker(new URL("./lib/echo_worker.ts", import.meta.url), { type: "module" }),
  teardown: (worker) => worker.terminate(),
}, (worker) =>
  new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data === 7);
    worker.postMessage(7);
  }));
