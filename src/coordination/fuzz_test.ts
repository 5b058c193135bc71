import { fuzz } from "./testdata/fuzz.ts";
import { channelSuite, conditionSuite, quotaSuite } from "./testdata/flow_suites.ts";
import { barrierSuite, eventSuite, latchSuite } from "./testdata/gate_suites.ts";

Deno.test("Latch does what its oracle says, whatever is called and whoever gives up", () => fuzz(latchSuite));

for (const mode of ["manual", "auto"] as const) {
  Deno.test(`ResetEvent, ${mode}, does what its oracle says, whatever is called and whoever gives up`, () =>
    fuzz(eventSuite(mode)));
}

for (const parties of [1, 2, 4]) {
  for (const action of ["none", "sync", "async"] as const) {
    Deno.test(
      `Barrier of ${parties}, action ${action}, does what its oracle says, whatever is called and whoever gives up`,
      () => fuzz(barrierSuite(parties, action), 100),
    );
  }
}

for (const capacity of [0, 1, 10]) {
  Deno.test(
    `Channel of ${capacity} does what its oracle says, whatever is called and whoever gives up`,
    () => fuzz(channelSuite(capacity)),
  );
}

Deno.test("ConditionVariable does what its oracle says, whatever is called and whoever gives up", () =>
  fuzz(conditionSuite));

Deno.test("Quota does what its oracle says, whatever is called and whoever gives up", () => fuzz(quotaSuite));
