import { assert, assertEquals } from "@std/assert";
import { type OwnerTally, PreemptionRecord } from "./preemption_record.ts";

/** A lease that is granted now. */
function begin(record: PreemptionRecord, owner: string): OwnerTally {
  const tally = record.began(owner);
  assert(tally !== undefined);
  return tally;
}

Deno.test("PreemptionRecord counts by owner until it is cleared, and nobody who has no name", () => {
  const record = new PreemptionRecord();
  assertEquals([record.began("a"), record.began(undefined)], [undefined, undefined]);
  assertEquals([record.note("a"), record.note("a"), record.note("b")], [1, 2, 1]);
  assertEquals([record.note(undefined), record.note(undefined), record.began(undefined)], [1, 1, undefined]);
  record.ended(begin(record, "a"), false);
  assertEquals([record.of("a"), record.of("b"), record.note("a")], [0, 1, 1]);
});

Deno.test("PreemptionRecord is cleared by the normal end of an owner's only lease, and by no other", () => {
  const record = new PreemptionRecord();
  record.note("a");
  const long = begin(record, "a");
  record.ended(begin(record, "a"), false);
  assertEquals(record.of("a"), 1, "another one is held");
  record.ended(long, true);
  assertEquals(record.of("a"), 1, "it was preempted");
  record.ended(begin(record, "a"), false);
  assertEquals(record.of("a"), 0);
});

Deno.test("PreemptionRecord lets a lease from before an owner was forgotten change nothing", () => {
  const record = new PreemptionRecord();
  record.note("a");
  const old = begin(record, "a");
  for (let owner = 0; owner < 10_000; owner++) record.note(`owner ${owner}`);
  record.note("a");
  record.ended(old, false);
  assertEquals(record.of("a"), 1);
});

Deno.test("PreemptionRecord remembers 10,000 owners, and forgets whoever has been left alone longest", () => {
  const record = new PreemptionRecord();
  for (let owner = 0; owner < 10_000; owner++) record.note(`owner ${owner}`);
  record.note("owner 0");
  record.note("one more");
  assertEquals(["owner 0", "owner 1", "owner 2", "one more"].map((owner) => record.of(owner)), [2, 0, 1, 1]);
});
