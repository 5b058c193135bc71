import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { PLAIN } from "../../report/testdata/options.ts";
import { hostileDocument, sampleDocument } from "../../report/testdata/sample_document.ts";
import { junitReport } from "./junit.ts";

Deno.test("junit tells a failure as an error, what was removed as skipped, and a missed expectation in the output", () => {
  const page = junitReport.render(sampleDocument(), PLAIN);
  assertStringIncludes(page, '<testsuites name="puffin-bench" tests="10" failures="0" errors="1"');
  assertStringIncludes(
    page,
    '<error type="threw" message="The lock &quot;a&quot; was not free">Error: boom\n    at run',
  );
  assertStringIncludes(page, 'name="Empty Loop" time="0.074"><skipped message="optimised away');
  assertStringIncludes(page, "; slower than expected</system-out>");
});

Deno.test("junit never has a character that XML 1.0 forbids, nor markup out of a name", () => {
  const page = junitReport.render(hostileDocument(), PLAIN);
  assert(/^[\x20-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(page.replaceAll("\n", "")));
  const tags = new Set([...page.matchAll(/<\/?([^\s>/?]+)/g)].map(([, name]) => name));
  assertEquals(tags, new Set(["testsuites", "testsuite", "properties", "property", "testcase", "system-out", "error"]));
});
