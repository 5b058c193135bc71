import { assertEquals, assertStringIncludes } from "@std/assert";
import { methodNote } from "./facts.ts";
import { sampleBenchmark } from "./testdata/sample_document.ts";

Deno.test("methodNote counts the samples that were left out, over all benchmarks, and is silent where there are none", () => {
  const plain = sampleBenchmark({ name: "a", nominalNs: 100 });
  const excluded = { steal: 1, preemption: 2, suspend: 0 };
  const disturbed = { ...plain, statistics: { ...plain.statistics, excluded } };
  assertStringIncludes(methodNote([plain, disturbed, disturbed]), "disturbed 6 more samples");
  assertEquals(methodNote([plain]).includes("disturbed"), false);
});
