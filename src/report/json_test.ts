import { assertEquals } from "@std/assert";
import { parseDocument } from "../measure/document_file.ts";
import { jsonReport } from "./json.ts";
import { PLAIN } from "./testdata/options.ts";
import { hostileDocument } from "./testdata/sample_document.ts";

Deno.test("json is the document, whole", () => {
  const document = hostileDocument();
  assertEquals(parseDocument(jsonReport.render(document, PLAIN), "stdout"), document);
});
