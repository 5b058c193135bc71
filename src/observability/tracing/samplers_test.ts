import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { SAMPLING } from "./sampler.ts";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  RateLimitedSampler,
  TraceIdRatioSampler,
} from "./samplers.ts";
import { ROOT_CONTEXT } from "@opentelemetry/api";

const bits = fc.record({ randomHigh: fc.nat(2 ** 24 - 1), randomLow: fc.nat(2 ** 32 - 1) });

Deno.test("TraceIdRatioSampler takes with a higher ratio whatever it takes with a lower one", () => {
  fc.assert(
    fc.property(
      fc.float({ min: 0, max: 1, noNaN: true }),
      fc.float({ min: 0, max: 1, noNaN: true }),
      bits,
      (a, b, id) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((ratio) =>
          new TraceIdRatioSampler(ratio).decide(undefined, id)
        );
        assert(low! <= high!);
        assertEquals(new TraceIdRatioSampler(0).decide(undefined, id), 0);
        assertEquals(new TraceIdRatioSampler(1).decide(undefined, id), 2);
      },
    ),
  );
  const half = new TraceIdRatioSampler(0.5);
  const decisionOf = (id: string) => half.shouldSample(ROOT_CONTEXT, id).decision;
  assertEquals(decisionOf("f".repeat(18) + "7fffffffffffff"), SAMPLING.NOT_RECORD);
  assertEquals(decisionOf("0".repeat(18) + "80000000000000"), SAMPLING.RECORD_AND_SAMPLED);
  for (const ratio of [-0.1, 1.1, NaN]) {
    assertThrows(() => new TraceIdRatioSampler(ratio), RangeError, `ratio of ${ratio}`);
  }
});

Deno.test("ParentBasedSampler asks the sampler for the kind of parent", () => {
  const [on, off] = [new AlwaysOnSampler(), new AlwaysOffSampler()], id = { randomHigh: 0, randomLow: 0 };
  const plain = new ParentBasedSampler({ root: off });
  assertEquals([undefined, { traceFlags: 1 }, { traceFlags: 0 }].map((parent) => plain.decide(parent, id)), [0, 2, 0]);
  const reverse = new ParentBasedSampler({
    root: on,
    remoteParentSampled: off,
    remoteParentNotSampled: on,
    localParentSampled: off,
    localParentNotSampled: on,
  });
  const parents = [{ traceFlags: 1, isRemote: true }, { traceFlags: 0, isRemote: true }, { traceFlags: 1 }, {
    traceFlags: 0,
  }];
  assertEquals(parents.map((parent) => reverse.decide(parent, id)), [0, 2, 0, 2]);
});

Deno.test("Samplers say whether a span below one that they left out may be recorded", () => {
  const [on, off] = [new AlwaysOnSampler(), new AlwaysOffSampler()];
  const limited = new RateLimitedSampler({ spansPerSecond: 1 });
  const samplers = {
    off,
    ratio: new TraceIdRatioSampler(0.5),
    parents: new ParentBasedSampler({ root: limited }),
    own: new ParentBasedSampler({ root: off, localParentNotSampled: on }),
    limited,
  };
  const answers = Object.entries(samplers).map(([name, { dropsWholeTraces }]) => [name, dropsWholeTraces]);
  assertEquals(Object.fromEntries(answers), { off: true, ratio: true, parents: true, own: false, limited: false });
});

Deno.test("Samplers have the names that the specification gives them", () => {
  const [on, off] = [new AlwaysOnSampler(), new AlwaysOffSampler()];
  const samplers = [on, off, new TraceIdRatioSampler(0.25), new RateLimitedSampler({ spansPerSecond: 10 })];
  assertEquals(samplers.map(String), [
    "AlwaysOnSampler",
    "AlwaysOffSampler",
    "TraceIdRatioBased{0.25}",
    "RateLimitedSampler{10/s}",
  ]);
  assertEquals(
    String(new ParentBasedSampler({ root: off, remoteParentNotSampled: on })),
    "ParentBased{root=AlwaysOffSampler, remoteParentSampled=AlwaysOnSampler, remoteParentNotSampled=AlwaysOnSampler, " +
      "localParentSampled=AlwaysOnSampler, localParentNotSampled=AlwaysOffSampler}",
  );
});

Deno.test("RateLimitedSampler takes a burst, then so many a second", () => {
  let now = 0;
  const sampler = new RateLimitedSampler({ spansPerSecond: 10, burst: 2, clock: () => now });
  const taken = () =>
    [sampler.decide(), sampler.decide(), sampler.decide()].filter((decision) => decision === 2).length;
  assertEquals(taken(), 2);
  now = 100;
  assertEquals(taken(), 1);
});
