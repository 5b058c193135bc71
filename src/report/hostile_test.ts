/** What every format makes of texts that would act. */
import { assert } from "@std/assert";
import { loadReport, REPORT_FORMATS, type ReportFormat } from "./mod.ts";
import { hostileDocument } from "./testdata/sample_document.ts";

/** Tabs between fields, line ends as RFC 4180 has them, and what a quoted field may hold. */
const ITS_OWN: Partial<Record<ReportFormat, RegExp>> = { csv: /[\t\r]/g, go: /\t/g };

for (const format of REPORT_FORMATS) {
  Deno.test(`${format} report writes no character that acts on a terminal`, async () => {
    const report = await loadReport(format);
    const page = report.render(hostileDocument(), { width: 80, color: false, savedTo: ["a\x1b[31mb\u202e.json"] });
    const text = page.replace(ITS_OWN[format] ?? "", "");
    // deno-lint-ignore no-control-regex -- control characters are what must not be there
    const found = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\u200b\ufeff]/.exec(text);
    assert(
      found === null,
      `${JSON.stringify(found?.[0])} after ${JSON.stringify(text.slice(0, found?.index).slice(-40))}`,
    );
  });
}
