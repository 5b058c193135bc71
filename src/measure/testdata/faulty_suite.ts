/** A suite of every way to fail, with benchmarks among them in which all is well. */
import type { Suite } from "../definition.ts";
import { suite } from "../suite.ts";

const kept: unknown[] = [];

export const faulty: Suite = suite("faulty", { title: "Every way to fail" }, (bench) => {
  bench("fine", () => [1, 2, 3].length === 3);
  bench("throws", () => {
    throw new RangeError("no room");
  });
  bench("throws undefined", () => {
    throw undefined;
  });
  bench("rejects", async () => {
    await Promise.resolve();
    throw new RangeError("no room later");
  });
  bench("false", () => 1 + 1 === 3);
  bench("false later", { setup: () => ({ calls: 0 }) }, (state) => ++state.calls < 2_000);
  bench("promise later", { setup: () => ({ calls: 0 }) }, (state) => ++state.calls < 2_000 ? 1 : Promise.resolve(1));
  bench("floating rejection", () => {
    Promise.reject(new RangeError("nobody handles this"));
  });
  bench("floating rejection later", { setup: () => ({ calls: 0 }) }, (state) => {
    if (++state.calls === 2_000) Promise.reject(new RangeError("nobody handles this"));
  });
  bench("error in timer", async () => {
    setTimeout(() => {
      throw new RangeError("in a timer");
    }, 0);
    await new Promise((resolve) => setTimeout(resolve, 1));
  });
  bench("throws, and once more in a timer", () => {
    setTimeout(() => {
      throw new RangeError("of a benchmark that has failed already");
    }, 20);
    throw new RangeError("at once");
  });
  bench("waits longer than that timer", () => new Promise((resolve) => setTimeout(resolve, 40)));
  bench("setup throws", {
    setup: () => {
      throw new RangeError("no state");
    },
  }, () => {});
  bench("teardown throws", {
    teardown: () => {
      throw new RangeError("not undone");
    },
  }, () => {});
  bench("hangs", { timeoutMs: 300 }, () => {
    for (;;) kept.length = 0;
  });
  bench("never settles", { timeoutMs: 300 }, () => new Promise(() => {}));
  bench("hangs later", { timeoutMs: 1_000, setup: () => ({ calls: 0 }) }, (state) => {
    if (++state.calls > 100_000) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); // for ever
  });
  bench("leaks", () => {
    new Promise((resolve) => kept.push(resolve));
  });
  bench("leaks referenced", () => {
    const promise = new Promise(() => {});
    promise.then(() => {});
    kept.push(promise);
  });
  bench("exits", () => Deno.exit(3));
  bench("prints", () => console.log("a line of its own"));
  bench("prints without end", () => Deno.stdout.writeSync(new Uint8Array([46])));
  bench("races", async () => { // often enough to be told from an empty loop on a host that is busy
    for (let i = 0; i < 20; i++) await Promise.race([Promise.resolve(i), new Promise(() => {})]);
  });
  bench("<script>alert(1)</script>\n\u{1F427}", () => ({}));
});
