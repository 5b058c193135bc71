import { assert, assertEquals } from "@std/assert";
import { markdownReport } from "./markdown.ts";
import { PLAIN } from "./testdata/options.ts";
import { hostileDocument } from "./testdata/sample_document.ts";

Deno.test("markdown lets no name become markup, and every line of a table has the same cells", () => {
  const page = markdownReport.render(hostileDocument(), PLAIN);
  assert(!/[<>`]/.test(page));
  assert(!page.includes("[link]"));
  const cells = page.split("\n").filter((line) => line.startsWith("|")).map((line) => line.split("|").length);
  assertEquals(new Set(cells).size, 1);
});
