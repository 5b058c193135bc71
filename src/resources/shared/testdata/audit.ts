import { assert, assertEquals } from "@std/assert";
import { toUnits, unitsPerWhole } from "../../units.ts";
import {
  AHEAD,
  BEHIND,
  FIRST_AT,
  FREE_LEASE_AT,
  GENERATION,
  GRANTED,
  GRANTED_GENERATION,
  GRANTED_LEASE,
  LAST_AT,
  NEXT_FREE,
  STAGE,
  STAGE_MASK,
  WAITERS_AT,
  WAITING,
} from "../layout.ts";
import { openMemory } from "../memory.ts";

/** Checks everything in a pool's buffer that must agree while nobody is in the critical section. */
export function audit(buffer: SharedArrayBuffer): void {
  const memory = openMemory(buffer);
  assert(memory !== undefined, "the header is whole");
  const { layout, ints, doubles } = memory;
  const held = Array.from(
    { length: layout.maxLeases },
    (_, lease) => (ints[layout.lease(lease) + GENERATION]! & 1) === 1,
  );
  for (let kind = 0; kind < layout.kinds; kind++) {
    const capacity = doubles[layout.capacityAt + kind]!;
    let units = doubles[layout.freeAt + kind]!;
    assert(units >= 0, `kind ${kind}: capacity is never exceeded`);
    for (let lease = 0; lease < layout.maxLeases; lease++) {
      const part = doubles[layout.unitsAt + lease * layout.kinds + kind]!;
      assert(held[lease] ? part >= 0 : part === 0, `lease ${lease} has ${part} of kind ${kind}`);
      units += part;
    }
    assertEquals(units, toUnits(capacity, unitsPerWhole(capacity)), `kind ${kind}: free and held are the capacity`);
  }

  const vacant = new Set<number>();
  for (let lease = ints[FREE_LEASE_AT]!; lease >= 0; lease = ints[layout.lease(lease) + NEXT_FREE]!) {
    assert(!vacant.has(lease) && held[lease] === false, `lease ${lease} is vacant once`);
    vacant.add(lease);
  }
  assertEquals(vacant.size + held.filter((is) => is).length, layout.maxLeases, "every lease is vacant or held");

  let ahead = -1, lastTicket = -1;
  const inLine = new Set<number>();
  for (let waiter = ints[FIRST_AT]!; waiter >= 0; waiter = ints[layout.waiter(waiter) + BEHIND]!) {
    const at = layout.waiter(waiter), ticket = doubles[layout.ticketAt + waiter]!;
    assertEquals(ints[at + AHEAD], ahead, "the line is linked both ways");
    assertEquals(ints[at + STAGE]! & STAGE_MASK, WAITING, "who is in line waits");
    assert(ticket > lastTicket, "by arrival");
    [ahead, lastTicket] = [waiter, ticket];
    inLine.add(waiter);
  }
  assertEquals([ints[LAST_AT], ints[WAITERS_AT]], [ahead, inLine.size]);
  for (let kind = 0; kind < layout.kinds; kind++) {
    const wanting = [...inLine].filter((waiter) => doubles[layout.demandAt + waiter * layout.kinds + kind]! > 0);
    assertEquals(doubles[layout.wantedAt + kind], wanting.length, "wants are counted");
  }
  for (let waiter = 0; waiter < layout.maxWaiters; waiter++) {
    const at = layout.waiter(waiter), stage = ints[at + STAGE]! & STAGE_MASK;
    assertEquals(stage === WAITING, inLine.has(waiter), "who waits is in line");
    if (stage !== GRANTED) continue;
    assertEquals(
      ints[layout.lease(ints[at + GRANTED_LEASE]!) + GENERATION],
      ints[at + GRANTED_GENERATION],
      "has its lease",
    );
  }
}
