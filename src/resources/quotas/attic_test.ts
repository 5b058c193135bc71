import { assert, assertEquals } from "@std/assert";
import FakeTimers from "@sinonjs/fake-timers";
import { timers } from "../../reliability/timer_wheel.ts";
import { RESTING_ACCOUNTS } from "./attic.ts";
import { Quotas } from "./quotas.ts";

/** More than are looked at in one turn. */
const MANY = 20_000;

Deno.test("Quotas goes once round all who owe something, in parts, and again when the last of them will have paid", () => {
  const clock = FakeTimers.install({ toFake: ["setTimeout", "clearTimeout", "performance", "setImmediate"] });
  try {
    let readings = 0;
    const quotas = new Quotas(
      [{ scope: "user", kind: "requests", policy: { type: "rate", perSecond: 1, capacity: 100 } }],
      {
        clock: () => {
          if (++readings > 100_000) throw new Error("It goes round and round");
          return performance.now();
        },
      },
    );
    const take = (user: string, requests: number) =>
      assertEquals(quotas.commit({ user }, { requests }).status, "granted");
    for (let i = 0; i < 300; i++) take(`soon ${i}`, 1);
    for (let i = 0; i < MANY; i++) take(`late ${i}`, 100);
    assertEquals([quotas.snapshot().accounts, timers.size], [MANY + 300, 1]);
    clock.tick(2_000);
    assertEquals([quotas.snapshot().accounts, timers.size], [MANY + RESTING_ACCOUNTS, 1], "it has been round");
    readings = 0;
    clock.tick(97_000);
    assertEquals([readings, timers.size], [0, 1], "nobody has paid before");
    clock.tick(3_000);
    assert(quotas.snapshot().accounts <= RESTING_ACCOUNTS * 2, `${quotas.snapshot().accounts} accounts`);
    assertEquals(timers.size, 0);
  } finally {
    clock.uninstall();
  }
});
