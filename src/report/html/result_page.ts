/**
 * The page of a result: what it says first, then every benchmark with its evidence, then the circumstances.
 *
 * @module
 */

import type { ResultDocument } from "../../measure/document.ts";
import { documentView, isMeasured, labelOf, type ViewRow } from "../document_view.ts";
import { plural } from "../facts.ts";
import { flagsOf, intervalRatio } from "../flags.ts";
import { figureInterval, figureName, figureNotes, figureValue } from "../host_figure_text.ts";
import { BYTE_UNITS, formatDuration, formatPercent, formatScaled } from "../number_format.ts";
import type { Report } from "../report.ts";
import { shortenMiddle } from "../shorten.ts";
import { spanAxis, spanDomain } from "./charts/span_cell.ts";
import { downloadOf } from "./download.ts";
import { MAX_NAME_COLUMNS } from "./name_length.ts";
import { renderPage } from "./page.ts";
import { benchmarkView, spanOf, wordAndMeaning } from "./result/benchmark_view.ts";
import { pageColumns } from "./result/columns.ts";
import { groupsView } from "./result/group_view.ts";
import { insightViews } from "./result/insight_view.ts";
import { reproductionOf } from "./result/reproduce.ts";
import { scalingViews } from "./result/scaling_view.ts";

/** A page that needs no network, and no script to be read. */
export const htmlReport: Report = {
  extension: "html",
  render(document: ResultDocument): string {
    const title = `Benchmark results, ${document.run.startedAt.slice(0, 10)}`;
    return renderPage({ title, body: "result", model: modelOf(document) });
  },
};

/** Beyond so many benchmarks a page shows figures only: with every sample drawn, it would take too long to open. */
const MAX_DRAWN = 400;

function modelOf(document: ResultDocument): Readonly<Record<string, unknown>> {
  const view = documentView(document);
  const measured = document.benchmarks.filter(isMeasured);
  const columns = pageColumns(measured);
  const domain = spanDomain(measured.flatMap((result) => spanOf(result) ?? []));
  const places = new Map(document.benchmarks.map((result, index) => [result, index]));
  const lineOf = (row: ViewRow, index: number) =>
    benchmarkView(row, { index, columns, domain, isDrawn: index < MAX_DRAWN, footnotes: view.footnotes });
  const suites = view.suites.map(({ name, groups }, index) => ({
    key: `s${index}`,
    name: shortenMiddle(name, MAX_NAME_COLUMNS),
    groups: groups.map((group, place) => ({
      // What has no group and follows one would look as if it belonged to it.
      name: shortenMiddle(group.name ?? (place === 0 ? "" : "Without a group"), MAX_NAME_COLUMNS),
      rows: group.rows.map((row) => lineOf(row, places.get(row.result) ?? 0)),
    })),
  }));
  const download = downloadOf(document, `puffin-bench_${document.run.startedAt.replace(/\D/g, "").slice(0, 14)}`);
  return {
    heading: "Benchmark results",
    run: view.run,
    insights: insightViews(document),
    interrupted: document.run.status === "interrupted",
    summary: view.summary,
    tiles: tilesOf(document),
    remarks: view.footnotes.filter(({ number }) => number === 0).map(({ text }) => text),
    method: view.method +
      (document.benchmarks.length > MAX_DRAWN ? ` The samples of the first ${MAX_DRAWN} benchmarks are drawn.` : ""),
    columns,
    axis: domain === undefined ? "" : spanAxis(domain),
    suites,
    count: document.benchmarks.length,
    filters: [
      { value: "flagged", text: "With flags or notes" },
      { value: "missed", text: "Slower than expected" },
      { value: "failed", text: "Failed" },
    ],
    scaling: scalingViews(document.scaling),
    groups: groupsView(document),
    references: document.references.filter(isMeasured).map((result) => ({
      name: shortenMiddle(labelOf(result), MAX_NAME_COLUMNS),
      median: formatDuration(result.statistics.median),
      p25: formatDuration(result.statistics.p25),
      interval: intervalRatio(result) === null ? "±∞" : `±${formatPercent(intervalRatio(result) ?? 0)}`,
    })),
    notes: view.footnotes.filter(({ number }) => number > 0),
    legend: view.legend.filter(({ mark }) => /^[a-z!]$/.test(mark)).map(({ meaning }) => wordAndMeaning(meaning)),
    missed: view.missed,
    failures: view.failures,
    environment: view.environment,
    quietness: view.quietness,
    host: document.hostFigures.map((figure) => ({
      name: figureName(figure),
      value: figureValue(figure),
      interval: figureInterval(figure),
    })),
    hostNotes: figureNotes(document.hostFigures, document.host),
    reproduction: reproductionOf(document),
    download: { ...download, size: formatScaled(download.bytes, BYTE_UNITS) },
  };
}

interface Tile {
  readonly value: string;
  readonly name: string;
  readonly tone: "" | "good" | "bad" | "doubtful";
}

/** What a reader wants to know before any figure. */
function tilesOf({ benchmarks, settings, run, quietness }: ResultDocument): Tile[] {
  const measured = benchmarks.filter(isMeasured);
  const failed = benchmarks.length - measured.length;
  const expected = measured.filter(({ meetsExpectation }) => meetsExpectation !== null);
  const met = expected.filter(({ meetsExpectation }) => meetsExpectation === true).length;
  const flagged = measured.filter((result) => flagsOf(result).length > 0).length;
  return [
    { value: String(measured.length), name: "measured", tone: "" },
    { value: String(failed), name: "failed", tone: failed > 0 ? "bad" : "" },
    ...(expected.length === 0 ? [] : [{
      value: `${met} of ${expected.length}`,
      name: "as fast as expected",
      tone: met < expected.length ? "bad" as const : "good" as const,
    }]),
    { value: String(flagged), name: "flagged", tone: flagged > 0 ? "doubtful" : "" },
    {
      value: `${settings.forks} × ${settings.rounds}`,
      name: `${settings.forks === 1 ? "fork" : "forks"} × ${settings.rounds === 1 ? "round" : "rounds"}`,
      tone: "",
    },
    { value: formatDuration(run.durationMs * 1e6), name: plural(run.suites.length, "suite"), tone: "" },
    ...(quietness.busyRatio === null ? [] : [{
      value: formatPercent(quietness.busyRatio),
      name: "of the host busy",
      tone: "" as const,
    }]),
  ];
}
