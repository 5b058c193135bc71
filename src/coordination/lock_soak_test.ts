import { assertEquals } from "@std/assert";
import { LOCK_KINDS } from "./testdata/lock_kinds.ts";
import { soak } from "./testdata/lock_soak.ts";

/** How many hand-offs each lock makes; `LOCK_SOAK_HANDOFFS=10000000` takes about a minute. */
const HANDOFFS = Number(Deno.env.get("LOCK_SOAK_HANDOFFS") ?? 200_000);

for (const { kind, make } of LOCK_KINDS) {
  Deno.test(`${kind} is handed over many times, with waits given up between, without growth of the heap`, async () => {
    const lock = make();
    await soak({
      acquire: (task, options) =>
        lock.acquire(options?.signal === undefined ? options : { ...options, owner: `${task}` }),
      totals: () => lock.snapshot().totals,
    }, { handoffs: HANDOFFS, tasks: 16, turnsPerAbort: 100 });
    const { holders, waiters } = lock.snapshot();
    assertEquals([holders, waiters], [[], []]);
  });
}
