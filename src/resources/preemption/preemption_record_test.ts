import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { type OwnerTally, PreemptionRecord } from "./preemption_record.ts";

const ONE = Float64Array.of(1, 0);
const NORMALLY = { isOver: true, wasPreempted: false };

/** A lease that is granted now. */
function begin(record: PreemptionRecord, owner: string): OwnerTally {
  const tally = record.began(owner);
  assert(tally !== undefined);
  return tally;
}

Deno.test("PreemptionRecord counts by owner until it is cleared, and nobody who has no name", () => {
  const record = new PreemptionRecord();
  assertEquals([record.began("a"), record.began(undefined)], [undefined, undefined]);
  assertEquals([record.note("a", ONE), record.note("a", ONE), record.note("b", ONE)], [1, 2, 1]);
  assertEquals(record.began(undefined), undefined);
  record.returned(begin(record, "a"), ONE, NORMALLY);
  assertEquals([record.of("a"), record.of("b"), record.note("a", ONE)], [0, 1, 1]);
});

Deno.test("PreemptionRecord is cleared by the normal end of an owner's only lease, and by no other", () => {
  const record = new PreemptionRecord();
  record.note("a", ONE);
  const long = begin(record, "a");
  record.returned(begin(record, "a"), ONE, NORMALLY);
  assertEquals(record.of("a"), 1, "another one is held");
  record.returned(long, ONE, { isOver: true, wasPreempted: true });
  assertEquals(record.of("a"), 1, "it was preempted");
  record.returned(begin(record, "a"), ONE, NORMALLY);
  assertEquals(record.of("a"), 0);
});

Deno.test("PreemptionRecord is not cleared by less than was lost, however it comes back", () => {
  const record = new PreemptionRecord(), large = Float64Array.of(4, 2);
  record.note("a", large);
  record.returned(begin(record, "a"), Float64Array.of(3, 2), NORMALLY);
  assertEquals(record.of("a"), 1, "one unit less");
  assertEquals(record.note("a", ONE), 2, "and what came back before counts no more");
  record.returned(begin(record, "a"), Float64Array.of(4, 0), NORMALLY);
  assertEquals(record.of("a"), 2, "nothing of the second kind");
  const lease = begin(record, "a");
  record.returned(lease, Float64Array.of(0, 1), { isOver: false, wasPreempted: false });
  record.returned(lease, Float64Array.of(0, 1), NORMALLY);
  assertEquals(record.of("a"), 0, "in parts it is as much");
});

Deno.test("PreemptionRecord lets an owner lose its only lease at most as often in a row as there is a bound, for each that comes to its end", () =>
  fc.assert(
    fc.property(
      fc.array(fc.record({ cpu: fc.integer({ min: 1, max: 4 }), isWanted: fc.boolean() }), {
        maxLength: 200,
        size: "max",
      }),
      fc.integer({ min: 1, max: 4 }),
      (leases, most) => {
        const record = new PreemptionRecord();
        let lost = 0, inARow = 0, ended = 0;
        for (const { cpu, isWanted } of leases) {
          const units = Float64Array.of(cpu), isProtected = record.of("a") >= most, tally = record.began("a");
          if (isWanted && !isProtected) {
            record.note("a", units);
            if (tally !== undefined) record.returned(tally, units, { isOver: true, wasPreempted: true });
            lost++;
            assert(++inARow <= most);
          } else {
            if (tally !== undefined) record.returned(tally, units, NORMALLY);
            ended++;
            inARow = 0;
          }
          assert(lost <= most * (ended + 1));
        }
      },
    ),
  ));

Deno.test("PreemptionRecord lets a lease from before an owner was forgotten change nothing", () => {
  const record = new PreemptionRecord();
  record.note("a", ONE);
  const old = begin(record, "a");
  for (let owner = 0; owner < 10_000; owner++) record.note(`owner ${owner}`, ONE);
  record.note("a", ONE);
  record.returned(old, ONE, NORMALLY);
  assertEquals(record.of("a"), 1);
});

Deno.test("PreemptionRecord remembers 10,000 owners, and forgets whoever has been left alone longest", () => {
  const record = new PreemptionRecord();
  for (let owner = 0; owner < 10_000; owner++) record.note(`owner ${owner}`, ONE);
  record.note("owner 0", ONE);
  record.note("one more", ONE);
  assertEquals(["owner 0", "owner 1", "owner 2", "one more"].map((owner) => record.of(owner)), [2, 0, 1, 1]);
});
