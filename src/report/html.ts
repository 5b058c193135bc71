/**
 * The report as a page: one file that needs no network, no script and no other file.
 *
 * @module
 */

import { createHash } from "node:crypto";
import { Eta } from "eta";
import type { ResultDocument } from "../measure/document.ts";
import { type Chart, chartOf } from "./chart.ts";
import { columnsFor } from "./columns.ts";
import {
  type DocumentView,
  documentView,
  failureText,
  isMeasured,
  type ViewGroup,
  type ViewRow,
} from "./document_view.ts";
import type { Report } from "./report.ts";
import { shortenMiddle } from "./shorten.ts";
import { visibleText } from "./visible_text.ts";

/** A page, rendered from `templates/report.eta` with every value escaped. */
export const htmlReport: Report = {
  extension: "html",
  render(document: ResultDocument): string {
    const style = template("report.css");
    const eta = new Eta({ autoEscape: true, cache: false });
    return eta.renderString(template("report.eta"), { ...pageOf(document), style, styleHash: sha256(style) });
  },
};

/** Longer names are cut in the middle. */
const MAX_NAME_COLUMNS = 160;

interface PageRow {
  readonly name: string;
  readonly marks: string;
  /** Its figures, one for each heading; empty if it failed. */
  readonly cells: readonly { readonly text: string; readonly tone: "" | "good" | "bad" }[];
  /** Why it failed; empty if it did not. */
  readonly failure: string;
}

interface PageGroup {
  readonly name: string;
  readonly rows: readonly PageRow[];
  readonly notes: readonly string[];
}

interface Page {
  readonly title: string;
  readonly interrupted: boolean;
  readonly view: DocumentView;
  readonly headings: readonly { readonly title: string; readonly unit: string }[];
  readonly suites: readonly { readonly name: string; readonly groups: readonly PageGroup[] }[];
  readonly chart: Chart | undefined;
  readonly settings: readonly { readonly name: string; readonly value: string }[];
}

function pageOf(document: ResultDocument): Page {
  const view = documentView(document);
  const columns = columnsFor(document.benchmarks.filter(isMeasured));
  const rowOf = ({ label, result, marks }: ViewRow): PageRow => ({
    name: shortenMiddle(label, MAX_NAME_COLUMNS),
    marks,
    cells: isMeasured(result)
      ? columns.map((column) => ({
        text: column.cell(result),
        tone: column.title !== "Met?" || result.meetsExpectation === null
          ? ""
          : result.meetsExpectation
          ? "good"
          : "bad",
      }))
      : [],
    failure: isMeasured(result) ? "" : failureText(result),
  });
  const groupOf = ({ name, rows, notes }: ViewGroup): PageGroup => ({
    name: shortenMiddle(name ?? "", MAX_NAME_COLUMNS),
    rows: rows.map(rowOf),
    notes,
  });
  return {
    title: `Benchmark results, ${document.run.startedAt.slice(0, 10)}`,
    interrupted: document.run.status === "interrupted",
    view,
    headings: columns.map(({ title, unit }) => ({ title, unit })),
    suites: view.suites.map(({ name, groups }) => ({ name, groups: groups.map(groupOf) })),
    chart: chartOf(view.suites.flatMap(({ groups }) => groups.flatMap(({ rows }) => rows))),
    settings: Object.entries(document.settings).map(([name, value]) => ({ name, value: visibleText(String(value)) })),
  };
}

/** Works from source and in the executable, which has the templates embedded at the same place. */
function template(name: string): string {
  return Deno.readTextFileSync(new URL(`../../templates/${name}`, import.meta.url));
}

/** What the page's content security policy allows as its only style. */
function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
