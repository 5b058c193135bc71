import { assertEquals } from "@std/assert";
import { PreemptionRecord } from "./preemption_record.ts";

Deno.test("PreemptionRecord counts by owner until it is cleared, and nobody who has no name", () => {
  const record = new PreemptionRecord();
  assertEquals([record.note("a"), record.note("a"), record.note("b")], [1, 2, 1]);
  assertEquals([record.note(undefined), record.note(undefined), record.of(undefined)], [1, 1, 0]);
  for (const owner of ["a", undefined]) record.began(owner);
  for (const owner of ["a", undefined]) record.ended(owner, false);
  assertEquals([record.of("a"), record.of("b"), record.note("a")], [0, 1, 1]);
});

Deno.test("PreemptionRecord is cleared by the normal end of an owner's only lease, and by no other", () => {
  const record = new PreemptionRecord();
  record.began("a");
  record.note("a");
  record.began("a");
  record.ended("a", false);
  assertEquals(record.of("a"), 1, "another one is held");
  record.ended("a", true);
  assertEquals(record.of("a"), 1, "it was preempted");
  record.began("a");
  record.ended("a", false);
  assertEquals(record.of("a"), 0);
});

Deno.test("PreemptionRecord remembers 10,000 owners, and forgets whoever has been left alone longest", () => {
  const record = new PreemptionRecord();
  for (let owner = 0; owner < 10_000; owner++) record.note(`owner ${owner}`);
  record.note("owner 0");
  record.note("one more");
  assertEquals(["owner 0", "owner 1", "owner 2", "one more"].map((owner) => record.of(owner)), [2, 0, 1, 1]);
});
